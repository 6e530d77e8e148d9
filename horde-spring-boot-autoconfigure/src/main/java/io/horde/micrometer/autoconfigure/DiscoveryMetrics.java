package io.horde.micrometer.autoconfigure;

import java.util.function.ToDoubleFunction;

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
		counter(registry, "answered", DiscoveryCounters::answers);
		counter(registry, "empty", DiscoveryCounters::emptyAnswers);
		counter(registry, "failed", DiscoveryCounters::failures);
	}

	private void counter(MeterRegistry registry, String outcome, ToDoubleFunction<DiscoveryCounters> value) {
		FunctionCounter.builder("horde.discovery.questions", this.counters, value)
			.description("Questions for candidates; empty answers and failures change nothing")
			.tag("outcome", outcome)
			.baseUnit("questions")
			.register(registry);
	}

}
