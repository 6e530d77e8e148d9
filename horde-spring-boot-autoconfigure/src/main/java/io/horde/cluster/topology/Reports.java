package io.horde.cluster.topology;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.function.Supplier;

import io.horde.cluster.membership.AwakeClock;
import io.horde.cluster.membership.Members;
import io.horde.cluster.membership.MembershipContext;
import io.horde.cluster.membership.Peer;
import io.horde.cluster.membership.Topologies.Judge;
import io.horde.cluster.protocol.Report;
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
	 */

	/**
	 * In a heartbeat interval members are judged so often at most: all that hear one that
	 * has died say so, one after the other, and the last decides.
	 */
	private static final int JUDGEMENTS = 10;

	private final Members members;

	private final DrawnOverlays drawn;

	private final Supplier<Judge> judge;

	private final AwakeClock clock;

	private final long heartbeat;

	private final OwnReport own;

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
		this.own = new OwnReport(context, drawn, judge);
	}

	void evaluate() {
		Overlay overlay = this.drawn.overlay();
		if (overlay == null) {
			this.own.say(othersHaveAnOverlay() ? this.own.accusations() : Collections.emptySortedMap());
			return;
		}
		if (this.judgedAt == this.members.generation() && !this.own.withholds() && !hasFallenSilent()) {
			return;
		}
		this.own.say(this.own.opinions(overlay, false));
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
			this.own.say(this.own.opinions(overlay, true));
		}
		this.judgedAt = this.settled ? this.members.generation() : -1;
	}

	/*
	 * Of those who see fewer members than before, some give the overlay up sooner than
	 * others, who go by reports as long as they have it.
	 */
	private boolean othersHaveAnOverlay() {
		return this.members.peers().stream().anyMatch((peer) -> peer.watchesNeighboursOnly() && peer.isLiving());
	}

	/* Whether it is about anybody who is a member yet. */
	private boolean concerns(Report report) {
		return Arrays.stream(report.accused()).anyMatch(this.own::isMember)
				|| Arrays.stream(report.heard()).anyMatch(this.own::isMember);
	}

	/* Somebody with a link whom only this node may have vouched for. */
	private boolean hasFallenSilent() {
		return this.members.linked()
			.stream()
			.anyMatch((peer) -> !peer.tie().isWatched() && peer.isLiving() && !this.judge.get().hears(peer));
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

}
