package io.horde.work;

import org.springframework.scheduling.annotation.Scheduled;

/**
 * Works again and again, as a scheduled method.
 */
class TickedWork {

	private final Work work;

	TickedWork(Work work) {
		this.work = work;
	}

	@Scheduled(fixedDelay = 50)
	void tick() {
		this.work.perform();
	}

}
