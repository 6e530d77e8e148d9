package io.horde.micrometer.autoconfigure;

import java.util.concurrent.TimeUnit;

import io.horde.node.LoopWatch;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of the event loop.
 */
final class LoopMetrics implements MeterBinder {

	private final LoopWatch watch;

	LoopMetrics(LoopWatch watch) {
		this.watch = watch;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		TimeGauge.builder("horde.loop.stalled", this.watch, TimeUnit.NANOSECONDS, (watch) -> watch.stalled().toNanos())
			.description("How long the event loop has not turned, 0 if it is less than 10 s")
			.register(registry);
		FunctionCounter.builder("horde.loop.stalls", this.watch, LoopWatch::stalls)
			.description("How often the event loop has not turned for 10 s")
			.baseUnit("stalls")
			.register(registry);
	}

}
