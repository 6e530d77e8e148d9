package io.horde.work;

import jakarta.annotation.PostConstruct;

/**
 * Works in tasks that it hands to itself.
 */
class TaskWork {

	private final Work work;

	TaskWork(Work work) {
		this.work = work;
	}

	@PostConstruct
	void next() {
		this.work.process().execute(this::perform);
	}

	private void perform() {
		this.work.perform();
		next();
	}

}
