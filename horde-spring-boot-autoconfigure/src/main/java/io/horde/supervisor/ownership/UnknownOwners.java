package io.horde.supervisor.ownership;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.time.EventLoop;

/**
 * Owners of placements that this node has not yet heard of as members. A node that has
 * just received the replicated state may learn of a member later than of its children,
 * and must not take them over for that. Nor may it take over at once what seems to belong
 * to its own former start: where it went {@code UP} before it could reach the others
 * (M6), it learns that they have long taken over later than what there was to take.
 * Confined to the loop.
 */
public final class UnknownOwners {

	private final EventLoop loop;

	private final Membership membership;

	private final Duration grace;

	private final Map<ReplicaId, Long> since = new HashMap<>();

	private Consumer<ReplicaId> gone = (replica) -> {
	};

	public UnknownOwners(EventLoop loop, Membership membership, Duration grace) {
		this.loop = loop;
		this.membership = membership;
		this.grace = grace;
	}

	/**
	 * Set who is told that an unknown owner has not turned up.
	 */
	public void onGone(Consumer<ReplicaId> gone) {
		this.gone = gone;
	}

	/**
	 * Tell whether a replica may be a living member that this node has not yet heard of.
	 */
	boolean mayCome(ReplicaId replica) {
		MembershipView view = this.membership.view();
		if (view.member(replica) != null || (view.isReplaced(replica) && !isFormerStart(replica))) {
			this.since.remove(replica);
			return false;
		}
		long now = this.loop.nanoTime();
		Long since = this.since.get(replica);
		if (since == null) {
			this.since.put(replica, now);
			this.loop.schedule(this.grace, () -> this.gone.accept(replica));
			return true;
		}
		return now - since < this.grace.toNanos();
	}

	private boolean isFormerStart(ReplicaId replica) {
		return replica.node().equals(this.membership.selfId().node());
	}

}
