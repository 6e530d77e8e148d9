package io.horde.cluster.topology;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

import io.horde.cluster.membership.AwakeClock;
import io.horde.cluster.membership.Members;
import io.horde.cluster.membership.MembershipContext;
import io.horde.cluster.membership.Peer;
import io.horde.cluster.membership.Topologies.Judge;
import io.horde.cluster.protocol.Reachability;
import io.horde.cluster.protocol.Report;
import io.horde.crdt.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * Says which members this node hears or misses, for those that have no link to them.
 */
final class OwnReport {

	/*
	 * Each change of a report travels to all, so no more is said than is needed. What is
	 * no longer true of an incarnation that has been replaced needs no withdrawal.
	 * Accusations are made at once. All else is said at once if nothing was said just
	 * before, and else together with what follows: when a cut is healed, links come back
	 * one by one, and the first lets a member live for all.
	 */

	/** In a heartbeat interval members are vouched for so often at most. */
	private static final int VOUCHES = 5;

	/** In a heartbeat interval something is withdrawn so often at most. */
	private static final int WITHDRAWALS = 2;

	/** One of so many has to hear a member, or it is in doubt. */
	private static final int DOUBT = 4;

	private final Members members;

	private final DrawnOverlays drawn;

	private final Supplier<Judge> judge;

	private final AwakeClock clock;

	private final long heartbeat;

	private long saidAt = Peer.NEVER;

	private boolean withholds;

	OwnReport(MembershipContext context, DrawnOverlays drawn, Supplier<Judge> judge) {
		this.members = context.members();
		this.drawn = drawn;
		this.judge = judge;
		this.clock = context.clock();
		this.heartbeat = context.settings().heartbeatInterval().toNanos();
	}

	/**
	 * Tell whether something is held back, to be said together with what follows.
	 */
	boolean withholds() {
		return this.withholds;
	}

	/**
	 * Tell whether an incarnation is a member yet.
	 */
	boolean isMember(long fingerprint) {
		Peer peer = this.members.peer(fingerprint);
		return peer != null && !peer.hasLeft();
	}

	/* In a report it makes no difference how a member was lost. */
	SortedMap<ReplicaId, Reachability> accusations() {
		SortedMap<ReplicaId, Reachability> accusations = new TreeMap<>();
		for (Peer peer : this.drawn.watched()) {
			Reachability reachability = this.judge.get().reachability(peer);
			if (reachability == Reachability.LOST || reachability == Reachability.CLOSED) {
				accusations.put(peer.id(), Reachability.LOST);
			}
		}
		return accusations;
	}

	/**
	 * Return what this node finds of others, as far as it has to say so.
	 * @param trouble whether somebody may need to be vouched for
	 */
	SortedMap<ReplicaId, Reachability> opinions(Overlay overlay, boolean trouble) {
		SortedMap<ReplicaId, Reachability> own = accusations();
		if (!trouble && this.members.report().isEmpty()) {
			return own;
		}
		for (Peer peer : this.members.linked()) {
			if (!peer.tie().isWatched() && this.judge.get().hears(peer) && isDoubted(overlay, peer)) {
				own.put(peer.id(), Reachability.HEARD);
			}
		}
		return own;
	}

	/*
	 * Whether so few of those who should hear it are there and do that others might find
	 * no way to it. In a zone that is cut off there are more, who vouch for each other.
	 */
	private boolean isDoubted(Overlay overlay, Peer peer) {
		int index = overlay.index(peer.name());
		if (index < 0) {
			return false;
		}
		@Nullable Peer[] peers = this.drawn.indexed();
		int[] neighbours = overlay.neighbours(index);
		int hearers = 0;
		for (int neighbour : neighbours) {
			Peer other = peers[neighbour];
			if (other != null && other.isLiving() && !other.accuses(peer)) {
				hearers++;
			}
		}
		return hearers * DOUBT < neighbours.length;
	}

	/**
	 * Say it, as far as it is time to.
	 */
	void say(SortedMap<ReplicaId, Reachability> opinions) {
		Report last = this.members.report();
		Report next = Report.of(last.version() + 1, opinions);
		long since = Peer.age(this.clock.now(), this.saidAt);
		boolean accuses = adds(next.accused(), last.accused());
		boolean vouches = adds(next.heard(), last.heard());
		boolean withdraws = withdraws(last.accused(), next.accused()) || withdraws(last.heard(), next.heard());
		this.withholds = false;
		if (accuses || (vouches && since >= this.heartbeat / VOUCHES)
				|| (withdraws && since >= this.heartbeat / WITHDRAWALS)) {
			this.saidAt = this.clock.now();
			this.members.report(next);
		}
		else {
			this.withholds = vouches || withdraws;
		}
	}

	private static boolean adds(long[] next, long[] last) {
		return Arrays.stream(next).anyMatch((fingerprint) -> Arrays.binarySearch(last, fingerprint) < 0);
	}

	private boolean withdraws(long[] last, long[] next) {
		return Arrays.stream(last)
			.anyMatch((fingerprint) -> isMember(fingerprint) && Arrays.binarySearch(next, fingerprint) < 0);
	}

}
