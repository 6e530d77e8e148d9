package io.horde.micrometer.autoconfigure;

import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

import io.horde.hazelcast.TransportCounters;
import io.horde.hazelcast.gate.GateRefusal;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of the Hazelcast transport.
 */
final class TransportMetrics implements MeterBinder {

	private final TransportCounters counters;

	TransportMetrics(TransportCounters counters) {
		this.counters = counters;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		counter(registry, "horde.transport.frames.sent", "Frames sent to other nodes", "frames",
				this.counters.framesSent());
		counter(registry, "horde.transport.frames.received", "Frames received from other nodes", "frames",
				this.counters.framesReceived());
		counter(registry, "horde.transport.sent", "Bytes sent to other nodes", "bytes", this.counters.bytesSent());
		counter(registry, "horde.transport.received", "Bytes received from other nodes", "bytes",
				this.counters.bytesReceived());
		counter(registry, "horde.transport.dropped", "Received packets that were of no use", "packets",
				this.counters.dropped());
		counter(registry, "horde.transport.reconnects", "Links that came up again", "links",
				this.counters.reconnects());
		counter(registry, "horde.transport.restarts", "Starts of another Hazelcast member, since one was gone",
				"starts", this.counters.restarts());
		for (GateRefusal reason : GateRefusal.values()) {
			FunctionCounter.builder("horde.transport.refused", this.counters.refusals().count(reason), LongAdder::sum)
				.description("Connections to this node's port that were refused")
				.baseUnit("connections")
				.tag("reason", reason.name().toLowerCase(Locale.ROOT).replace('_', '-'))
				.register(registry);
		}
	}

	private static void counter(MeterRegistry registry, String name, String description, String unit, LongAdder count) {
		FunctionCounter.builder(name, count, LongAdder::sum).description(description).baseUnit(unit).register(registry);
	}

}
