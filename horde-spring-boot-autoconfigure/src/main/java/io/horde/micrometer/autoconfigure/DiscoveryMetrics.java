package io.horde.micrometer.autoconfigure;

import java.util.concurrent.atomic.LongAdder;

import io.horde.discovery.DiscoveryCounters;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of the search for other nodes.
 */
final class DiscoveryMetrics implements MeterBinder {

	private final DiscoveryCounters counters;

	DiscoveryMetrics(DiscoveryCounters counters) {
		this.counters = counters;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		counter(registry, "answered", this.counters.answers());
		counter(registry, "empty", this.counters.emptyAnswers());
		counter(registry, "failed", this.counters.failures());
	}

	private static void counter(MeterRegistry registry, String outcome, LongAdder count) {
		FunctionCounter.builder("horde.discovery.questions", count, LongAdder::sum)
			.description("Questions for candidates; empty answers and failures change nothing")
			.tag("outcome", outcome)
			.baseUnit("questions")
			.register(registry);
	}

}
