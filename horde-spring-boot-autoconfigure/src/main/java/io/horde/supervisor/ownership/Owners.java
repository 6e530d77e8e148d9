package io.horde.supervisor.ownership;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.process.StartReason;
import io.horde.supervisor.ownership.ChildFacts.Owner;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Says how the owners of placements stand. Confined to the loop.
 */
final class Owners {

	/*
	 * A node that has just received the replicated state may learn of a member later than
	 * of its children, and must not take them over for that. Nor may it take over at once
	 * what seems to belong to its own former start: where it went UP before it could
	 * reach the others (M6), it learns that they have long taken over later than what
	 * there was to take.
	 */

	private final EventLoop loop;

	private final Membership membership;

	private final Duration grace;

	private final Map<ReplicaId, Long> since = new HashMap<>();

	private Consumer<ReplicaId> gone = (replica) -> {
	};

	Owners(EventLoop loop, Membership membership) {
		this.loop = loop;
		this.membership = membership;
		this.grace = membership.settings().silenceTimeout();
	}

	/**
	 * Set who is told that an owner which was not known has not turned up.
	 */
	void onGone(Consumer<ReplicaId> gone) {
		this.gone = gone;
	}

	Owner of(@Nullable Placement placement) {
		if (placement == null) {
			return Owner.NOBODY;
		}
		Owner owner = standing(placement.owner());
		if (owner.isAway() && placement.reason() == StartReason.HAND_OFF && placement.origin() != null) {
			Owner origin = standing(placement.origin());
			if (origin == Owner.SELF || origin == Owner.ALIVE) {
				return origin;
			}
		}
		return owner;
	}

	private Owner standing(ReplicaId replica) {
		if (replica.equals(this.membership.selfId())) {
			return Owner.SELF;
		}
		MembershipView view = this.membership.view();
		if (!view.hides(replica) || mayCome(replica)) {
			return Owner.ALIVE;
		}
		MemberState member = view.member(replica);
		boolean down = member != null && member.status() == MemberStatus.DOWN;
		return (down && !view.isReplaced(replica)) ? Owner.HIDDEN : Owner.GONE;
	}

	/**
	 * Tell whether a replica may be a living member that this node has not yet heard of.
	 */
	private boolean mayCome(ReplicaId replica) {
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
