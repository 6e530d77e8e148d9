package io.horde.discovery;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts how questions for candidates were answered.
 */
public final class DiscoveryCounters {

	private final LongAdder answers = new LongAdder();

	private final LongAdder emptyAnswers = new LongAdder();

	private final LongAdder failures = new LongAdder();

	void answered(boolean empty) {
		(empty ? this.emptyAnswers : this.answers).increment();
	}

	void failed() {
		this.failures.increment();
	}

	/**
	 * Return the answers that listed somebody.
	 * @return how many there were
	 */
	public long answers() {
		return this.answers.sum();
	}

	/**
	 * Return the answers that listed nobody, which changed nothing.
	 * @return how many there were
	 */
	public long emptyAnswers() {
		return this.emptyAnswers.sum();
	}

	/**
	 * Return the questions that were not answered, which changed nothing.
	 * @return how many there were
	 */
	public long failures() {
		return this.failures.sum();
	}

}
