package io.horde.hazelcast.gate;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts whom this node's port has refused, and tells of it, at most once a minute,
 * however many there are. Who has hung up himself is only counted. Any thread may call.
 */
public final class Refusals {

	private static final Logger logger = LoggerFactory.getLogger(Refusals.class);

	private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

	private final Map<GateRefusal, LongAdder> counts = new EnumMap<>(GateRefusal.class);

	private final Map<GateRefusal, Long> told = new EnumMap<>(GateRefusal.class);

	private final Allowance warnings;

	/**
	 * Creates counters that are all zero.
	 */
	public Refusals() {
		this(System::nanoTime);
	}

	Refusals(LongSupplier nanoTime) {
		this.warnings = Allowance.oneIn(BETWEEN_WARNINGS, nanoTime);
		Arrays.stream(GateRefusal.values()).forEach((refusal) -> {
			this.counts.put(refusal, new LongAdder());
			this.told.put(refusal, 0L);
		});
	}

	/**
	 * Return how often this node has refused somebody.
	 * @param refusal for which reason
	 * @return a live counter
	 */
	public LongAdder count(GateRefusal refusal) {
		LongAdder count = this.counts.get(refusal);
		if (count == null) {
			throw new IllegalStateException("All reasons are counted");
		}
		return count;
	}

	/**
	 * Somebody was refused.
	 * @param refusal why
	 * @param source where he came from, as far as that is known
	 */
	public void refused(GateRefusal refusal, @Nullable InetAddress source) {
		count(refusal).increment();
		if (refusal != GateRefusal.HUNG_UP) {
			warn(source);
		}
	}

	private synchronized void warn(@Nullable InetAddress source) {
		if (!this.warnings.use()) {
			return;
		}
		String news = Arrays.stream(GateRefusal.values())
			.filter((refusal) -> refusal != GateRefusal.HUNG_UP && count(refusal).sum() > told(refusal))
			.map((refusal) -> (count(refusal).sum() - told(refusal)) + " because " + refusal.explanation())
			.collect(Collectors.joining(", "));
		for (GateRefusal refusal : GateRefusal.values()) {
			this.told.put(refusal, count(refusal).sum());
		}
		logger.warn("Connections to this node's port were refused since this was told last, the latest from {}: {}",
				(source != null) ? source.getHostAddress() : "a peer", news);
	}

	private long told(GateRefusal refusal) {
		Long count = this.told.get(refusal);
		return (count != null) ? count : 0;
	}

}
