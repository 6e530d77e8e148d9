package io.horde.cluster.membership;

import java.util.Collections;
import java.util.SortedMap;

import io.horde.cluster.protocol.DeclaredMembers;
import io.horde.cluster.protocol.Reachability;
import io.horde.crdt.ReplicaId;

/**
 * What this node and another one have told each other. Changed by {@link Gossip} and its
 * parts only.
 */
final class Conversation {

	private final ClockCorrection.Offset clockOffset = new ClockCorrection.Offset();

	/** Whom it does not hear, by its last heartbeat. */
	private SortedMap<ReplicaId, Reachability> opinions = Collections.emptySortedMap();

	private boolean deaf;

	private boolean sameRecords;

	private long heartbeatAt = Peer.NEVER;

	/** Which declared member list it has, by its last heartbeat. */
	private long declaredStamp;

	private String declaredBy = "";

	/** The version of this node's own record that was last sent on this link. */
	private long recordSent;

	private boolean introduced;

	void linkUp() {
		this.recordSent = 0;
		this.introduced = false;
	}

	void linkDown() {
		this.sameRecords = false;
	}

	void heartbeat(SortedMap<ReplicaId, Reachability> opinions, ReplicaId self) {
		this.opinions = opinions;
		this.deaf = hasLost(self);
	}

	void heartbeat(long now, boolean sameRecords) {
		this.heartbeatAt = now;
		this.sameRecords = sameRecords;
	}

	void declared(long stamp, String by) {
		this.declaredStamp = stamp;
		this.declaredBy = by;
	}

	boolean knows(DeclaredMembers declared) {
		return declared.isSame(this.declaredStamp, this.declaredBy);
	}

	void recordSent(long version) {
		this.recordSent = version;
	}

	long recordSent() {
		return this.recordSent;
	}

	void introduced() {
		this.introduced = true;
	}

	boolean isIntroduced() {
		return this.introduced;
	}

	boolean isDeaf() {
		return this.deaf;
	}

	boolean hasSameRecords() {
		return this.sameRecords;
	}

	long heartbeatAt() {
		return this.heartbeatAt;
	}

	boolean isInDoubtAbout(ReplicaId other) {
		return this.opinions.containsKey(other);
	}

	/** Whether it finds the other one silent or closed. */
	boolean hasLost(ReplicaId other) {
		Reachability opinion = this.opinions.get(other);
		return opinion == Reachability.LOST || opinion == Reachability.CLOSED;
	}

	/** How far the other wall clock is ahead of this one (R7). */
	ClockCorrection.Offset clockOffset() {
		return this.clockOffset;
	}

}
