package io.horde.cluster.topology;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
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
 * Judges members to which this node has no link by what their neighbours say of them
 * (M1), and says what it hears itself.
 */
final class Reports {

	/*
	 * Each report tells which of its neighbours a member doesn't hear. A member is gone
	 * when all that should hear it say so, or are gone themselves: so the members of a
	 * zone that is cut off don't vouch for each other. In other words, a member lives if
	 * it can be reached from this node along links of the overlay over which nobody on
	 * this side misses the other end. Whoever hears a member that most of its neighbours
	 * don't hear, or that has lost most of them, and is no neighbour of it, says that
	 * too.
	 *
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

	/**
	 * In a heartbeat interval members are judged so often at most: all that hear one that
	 * has died say so, one after the other, and the last decides.
	 */
	private static final int JUDGEMENTS = 10;

	/** One of so many has to hear a member, or it is in doubt. */
	private static final int DOUBT = 4;

	private final Members members;

	private final DrawnOverlays drawn;

	private final Supplier<Judge> judge;

	private final AwakeClock clock;

	private final long heartbeat;

	private long saidAt = Peer.NEVER;

	private boolean withholds;

	private long judgedAt = -1;

	private long judgedTime = Peer.NEVER;

	private boolean judged;

	private boolean settled = true;

	Reports(MembershipContext context, DrawnOverlays drawn, Supplier<Judge> judge) {
		this.members = context.members();
		this.drawn = drawn;
		this.judge = judge;
		this.clock = context.clock();
		this.heartbeat = context.settings().heartbeatInterval().toNanos();
	}

	void evaluate() {
		Overlay overlay = this.drawn.overlay();
		if (overlay == null) {
			say(othersHaveAnOverlay() ? accusations() : Collections.emptySortedMap());
			return;
		}
		if (this.judgedAt == this.members.generation() && !this.withholds && !hasFallenSilent()) {
			return;
		}
		say(own(overlay, false));
		if (Peer.age(this.clock.now(), this.judgedTime) < this.heartbeat / JUDGEMENTS) {
			this.judgedAt = -1;
			return;
		}
		this.judgedTime = this.clock.now();
		boolean accusations = concerns(this.members.report());
		for (Peer peer : this.members.peers()) {
			accusations = accusations || (!peer.report().isEmpty() && peer.isLiving() && concerns(peer.report()));
		}
		this.settled = true;
		if (accusations || this.judged) {
			this.judged = judge(overlay, accusations);
			say(own(overlay, true));
		}
		this.judgedAt = this.settled ? this.members.generation() : -1;
	}

	/*
	 * Of those who see fewer members than before, some give the overlay up sooner than
	 * others, who go by reports as long as they have it.
	 */
	private boolean othersHaveAnOverlay() {
		for (Peer peer : this.members.peers()) {
			if (peer.watchesNeighboursOnly() && peer.isLiving()) {
				return true;
			}
		}
		return false;
	}

	/* Whether it is about anybody who is a member yet. */
	private boolean concerns(Report report) {
		for (long accused : report.accused()) {
			if (isMember(accused)) {
				return true;
			}
		}
		for (long heard : report.heard()) {
			if (isMember(heard)) {
				return true;
			}
		}
		return false;
	}

	private boolean isMember(long fingerprint) {
		Peer peer = this.members.peer(fingerprint);
		return peer != null && !peer.hasLeft();
	}

	/* Somebody with a link whom only this node may have vouched for. */
	private boolean hasFallenSilent() {
		for (Peer peer : this.members.linked()) {
			if (!peer.tie().isWatched() && peer.isLiving() && !this.judge.get().hears(peer)) {
				return true;
			}
		}
		return false;
	}

	private boolean judge(Overlay overlay, boolean accusations) {
		BitSet reached = accusations ? reached(overlay) : new BitSet();
		@Nullable Peer[] peers = this.drawn.indexed();
		boolean any = false;
		for (int i = 0; i < peers.length; i++) {
			Peer peer = peers[i];
			if (peer != null && !peer.tie().isWatched() && !this.judge.get().hears(peer)) {
				this.settled &= this.judge.get().reported(peer, !accusations || reached.get(i));
				any |= !peer.isLiving();
			}
		}
		return any;
	}

	private BitSet reached(Overlay overlay) {
		@Nullable Peer[] peers = this.drawn.indexed();
		BitSet reached = new BitSet(overlay.size());
		int[] queue = new int[overlay.size()];
		int end = 0;
		for (int i = 0; i < peers.length; i++) {
			Peer peer = peers[i];
			if (peer != null && (peer.tie().isWatched() ? peer.isAlive() : this.judge.get().hears(peer))) {
				reached.set(i);
				queue[end++] = i;
			}
		}
		for (int i = 0; i < end; i++) {
			Peer peer = peers[queue[i]];
			if (peer == null) {
				continue;
			}
			Report report = peer.report();
			for (int neighbour : overlay.neighbours(queue[i])) {
				Peer other = reached.get(neighbour) ? null : peers[neighbour];
				if (other != null && (report.isEmpty() || !peer.accuses(other))) {
					reached.set(neighbour);
					queue[end++] = neighbour;
				}
			}
			for (long heard : report.heard()) {
				Peer other = this.members.peer(heard);
				int index = (other != null) ? overlay.index(other.name()) : -1;
				if (index >= 0 && !reached.get(index)) {
					reached.set(index);
					queue[end++] = index;
				}
			}
		}
		return reached;
	}

	/* In a report it makes no difference how a member was lost. */
	private SortedMap<ReplicaId, Reachability> accusations() {
		SortedMap<ReplicaId, Reachability> accusations = new TreeMap<>();
		for (Peer peer : this.drawn.watched()) {
			Reachability reachability = this.judge.get().reachability(peer);
			if (reachability == Reachability.LOST || reachability == Reachability.CLOSED) {
				accusations.put(peer.id(), Reachability.LOST);
			}
		}
		return accusations;
	}

	private SortedMap<ReplicaId, Reachability> own(Overlay overlay, boolean trouble) {
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

	private void say(SortedMap<ReplicaId, Reachability> opinions) {
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
		for (long fingerprint : next) {
			if (Arrays.binarySearch(last, fingerprint) < 0) {
				return true;
			}
		}
		return false;
	}

	private boolean withdraws(long[] last, long[] next) {
		for (long fingerprint : last) {
			if (isMember(fingerprint) && Arrays.binarySearch(next, fingerprint) < 0) {
				return true;
			}
		}
		return false;
	}

}
