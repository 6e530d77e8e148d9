package io.horde.discovery;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts how questions for candidates were answered. Any thread may read.
 *
 * @param answers answers that listed somebody
 * @param emptyAnswers answers that listed nobody, which changed nothing
 * @param failures questions that were not answered, which changed nothing
 */
public record DiscoveryCounters(LongAdder answers, LongAdder emptyAnswers, LongAdder failures) {

	public DiscoveryCounters() {
		this(new LongAdder(), new LongAdder(), new LongAdder());
	}

}
