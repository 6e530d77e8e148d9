package io.horde.cluster.membership;

import java.util.List;
import java.util.Objects;

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
		long needed = ClockOffset.correction(offsets, certain ? this.tolerated : Math.max(this.tolerated, UNCERTAINTY));
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

}
