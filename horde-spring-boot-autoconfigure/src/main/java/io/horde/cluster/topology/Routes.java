package io.horde.cluster.topology;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

import io.horde.cluster.membership.AwakeClock;
import io.horde.cluster.membership.Members;
import io.horde.cluster.membership.MembershipContext;
import io.horde.cluster.membership.Peer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the way to members that have no link with this node, in a sparse overlay: breadth
 * first over the links that should be there over which nobody misses the other end.
 */
final class Routes {

	/** In a heartbeat interval the ways are found anew so often at most. */
	private static final int COMPUTATIONS = 20;

	private final Members members;

	private final DrawnOverlays drawn;

	private final AwakeClock clock;

	private final long pause;

	private long computedAt = -1;

	private long computedTime = Peer.NEVER;

	private @Nullable Overlay overlay;

	private Peer[] hops = new Peer[0];

	Routes(MembershipContext context, DrawnOverlays drawn) {
		this.members = context.members();
		this.drawn = drawn;
		this.clock = context.clock();
		this.pause = context.settings().heartbeatInterval().toNanos() / COMPUTATIONS;
	}

	/**
	 * Return to whom to give what is meant for a member.
	 * @param to the member
	 * @param except who has given it to this node
	 * @return a linked member, or {@code null} if no way is known
	 */
	@Nullable Peer hop(Peer to, @Nullable Peer except) {
		Overlay current = this.drawn.overlay();
		int index = (current != null) ? current.index(to.name()) : -1;
		if (current == null || index < 0) {
			return null;
		}
		if (this.overlay != current || (this.computedAt != this.members.generation() && !isFresh(index))) {
			compute(current);
		}
		Peer hop = this.hops[index];
		if (hop != null && hop != except) {
			return hop;
		}
		return detour(current, to, index, except);
	}

	/* While much changes, all ways are found anew now and then, or when one has ended. */
	private boolean isFresh(int index) {
		Peer hop = this.hops[index];
		return (hop == null || isOpen(hop)) && Peer.age(this.clock.now(), this.computedTime) < this.pause;
	}

	private static boolean isOpen(Peer peer) {
		return peer.isLinked() && peer.isAlive() && !peer.isDeaf();
	}

	private void compute(Overlay current) {
		this.overlay = current;
		this.computedAt = this.members.generation();
		this.computedTime = this.clock.now();
		this.hops = new Peer[current.size()];
		@Nullable Peer[] peers = this.drawn.indexed();
		Queue<Integer> queue = new ArrayDeque<>();
		for (Peer peer : this.members.linked()) {
			int index = current.index(peer.name());
			if (index >= 0 && isOpen(peer)) {
				this.hops[index] = peer;
				queue.add(index);
			}
		}
		for (Integer next = queue.poll(); next != null; next = queue.poll()) {
			Peer through = peers[next];
			if (through == null || !through.isLiving()) {
				continue;
			}
			for (int other : current.neighbours(next)) {
				Peer reached = (this.hops[other] == null) ? peers[other] : null;
				if (reached != null && !through.accuses(reached)) {
					this.hops[other] = this.hops[next];
					queue.add(other);
				}
			}
		}
	}

	/* Whoever is nearest to it by the overlay, or anybody. */
	private @Nullable Peer detour(Overlay current, Peer to, int index, @Nullable Peer except) {
		Peer any = null;
		for (Peer peer : this.members.linked()) {
			if (peer == except || peer == to || !peer.isAlive() || peer.accuses(to)) {
				continue;
			}
			int at = current.index(peer.name());
			if (at >= 0 && Arrays.binarySearch(current.neighbours(at), index) >= 0) {
				return peer;
			}
			any = (any != null) ? any : peer;
		}
		return any;
	}

}
