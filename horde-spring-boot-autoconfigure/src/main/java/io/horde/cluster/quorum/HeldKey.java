package io.horde.cluster.quorum;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.cluster.quorum.QuorumMessage.Refused;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * A child whose lease a claimant holds, or claims.
 */
final class HeldKey {

	final String key;

	final long epoch;

	final Moment deadline;

	/** Voters that have accepted it, each with its standing at that time. */
	final SortedMap<String, Long> accepted = new TreeMap<>();

	/** Voters that it was sent to, each with its standing at that time. */
	final SortedMap<String, Long> sent = new TreeMap<>();

	final SortedMap<String, Refused> refused = new TreeMap<>();

	/** The end of the lease; {@code null} as long as the lease claim is undecided. */
	@Nullable Moment end;

	HeldKey(String key, long epoch, Moment deadline) {
		this.key = key;
		this.epoch = epoch;
		this.deadline = deadline;
	}

	boolean isGranted() {
		return this.end != null;
	}

	boolean isAcceptedBy(Contact contact) {
		return isCurrent(this.accepted, contact);
	}

	boolean isSentTo(Contact contact) {
		return isCurrent(this.sent, contact);
	}

	private static boolean isCurrent(Map<String, Long> standings, Contact contact) {
		Long standing = standings.get(contact.voter.node());
		return standing != null && standing == contact.standing();
	}

}
