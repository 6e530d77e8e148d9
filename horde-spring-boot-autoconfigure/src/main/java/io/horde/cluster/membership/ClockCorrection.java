package io.horde.cluster.membership;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares this node's wall clock with those of its peers (R7).
 */
final class ClockCorrection {

	private static final Logger logger = LoggerFactory.getLogger(ClockCorrection.class);

	/**
	 * Milliseconds that a hello may be under way.
	 */
	private static final long UNCERTAINTY = 10_000;

	private final Members members;

	private final long tolerated;

	private final MembershipEvents events;

	private long correction;

	ClockCorrection(Members members, MembershipSettings settings, MembershipEvents events) {
		this.members = members;
		this.tolerated = settings.maxClockOffset().toMillis();
		this.events = events;
	}

	void check() {
		// Those that are cut off too: with a part of the members the median would be
		// another
		List<Peer> compared = this.members.met()
			.stream()
			.filter((peer) -> !peer.hasLeft() && peer.conversation().clockOffset().millis() != null)
			.toList();
		boolean certain = compared.stream().allMatch((peer) -> peer.conversation().clockOffset().isCertain());
		long[] offsets = compared.stream()
			.map((peer) -> peer.conversation().clockOffset().millis())
			.filter(Objects::nonNull)
			.mapToLong(Long::longValue)
			.toArray();
		long needed = correction(offsets, certain ? this.tolerated : Math.max(this.tolerated, UNCERTAINTY));
		boolean same = (needed == 0) == (this.correction == 0)
				&& Math.abs(needed - this.correction) <= this.tolerated / 4;
		if (same) {
			return;
		}
		if (this.correction == 0) {
			logger.warn("The wall clock of this node is {} ms ahead of the median of its peers; "
					+ "Horde corrects its stamps. Set the clock", -needed);
		}
		this.correction = needed;
		this.events.tell((listener) -> listener.clockCorrected(needed));
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

	/**
	 * How far a peer's wall clock is ahead of this node's. A message that was delayed
	 * makes the peer's clock look late, so the greatest of the last samples is the best
	 * one. Until there are enough of them the hello stands for them, which may be late by
	 * as long as a handshake takes.
	 */
	static final class Offset {

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

	}

}
