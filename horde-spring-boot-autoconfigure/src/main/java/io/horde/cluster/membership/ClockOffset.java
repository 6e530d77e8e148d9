package io.horde.cluster.membership;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * How far a peer's wall clock is ahead of this node's. A message that was delayed makes
 * the peer's clock look late, so the greatest of the last samples is the best one. Until
 * there are enough of them the hello stands for them, which may be late by as long as a
 * handshake takes.
 */
final class ClockOffset {

	private static final int SAMPLES = 8;

	private final long[] samples = new long[SAMPLES];

	private int count;

	private @Nullable Long first;

	void first(long millis) {
		this.first = millis;
	}

	boolean isCertain() {
		return this.count >= SAMPLES;
	}

	void sample(long millis) {
		this.samples[this.count++ % SAMPLES] = millis;
	}

	@Nullable Long millis() {
		return isCertain() ? (Long) Arrays.stream(this.samples).max().getAsLong() : this.first;
	}

	/**
	 * Compute what must be added to this node's wall clock (R7): it is compared with the
	 * median of all clocks, its own included, or one that is off would be half of the
	 * median of two peers.
	 * @param offsets the offsets of the peers
	 * @param tolerated how far a clock may be off, in milliseconds
	 * @return milliseconds, 0 if the clock is good enough
	 */
	static long correction(long[] offsets, long tolerated) {
		if (offsets.length == 0) {
			return 0;
		}
		long[] sorted = Arrays.copyOf(offsets, offsets.length + 1);
		Arrays.sort(sorted);
		long upper = sorted[sorted.length / 2];
		long lower = sorted[(sorted.length - 1) / 2];
		long median = lower + (upper - lower) / 2;
		return (Math.abs(median) > tolerated) ? median : 0;
	}

}
