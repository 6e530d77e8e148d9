package io.horde.cluster.topology;

import java.util.Collection;
import java.util.Set;

import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.Members;
import io.horde.cluster.membership.Peer;
import io.horde.cluster.membership.Topology;
import io.horde.cluster.protocol.ClusterMessage.LinkUse;
import org.jspecify.annotations.Nullable;

/**
 * Each member is linked with its neighbours in an {@link Overlay} only. It judges others
 * by the reports of their neighbours, passes on what is new, and frames go through as
 * many members as it takes.
 */
final class SparseOverlay implements Topology {

	/** Beyond so many members a relayed frame goes no further. */
	private static final int MAX_HOPS = 10;

	/**
	 * After so many heartbeats a difference is looked into although both sides change.
	 */
	private static final int LONG = 20;

	private final Members members;

	private final DrawnOverlays drawn;

	private final Routes routes;

	private final GossipQueue queue;

	SparseOverlay(Members members, DrawnOverlays drawn, Routes routes, GossipQueue queue) {
		this.members = members;
		this.drawn = drawn;
		this.routes = routes;
		this.queue = queue;
	}

	@Override
	public boolean othersMiss(Peer peer) {
		boolean any = false;
		for (Peer other : this.drawn.hearers(peer)) {
			if (other.isAlive()) {
				if (!other.accuses(peer)) {
					return false;
				}
				any = true;
			}
		}
		return any;
	}

	@Override
	public boolean isAwaited(Peer peer) {
		return true;
	}

	@Override
	public @Nullable Peer hop(Peer to, Peer from) {
		return this.routes.hop(to, from);
	}

	@Override
	public int hops() {
		return MAX_HOPS;
	}

	@Override
	public boolean isHeartbeatRelayed() {
		return false;
	}

	@Override
	public Collection<Peer> heartbeatReceivers() {
		return this.members.linked();
	}

	@Override
	public Set<Peer> asked() {
		return this.queue.asked();
	}

	@Override
	public LinkUse use(Peer peer, boolean asked) {
		return new LinkUse(true, !peer.tie().isNeighbour(), asked);
	}

	@Override
	public long summarized() {
		return 0;
	}

	@Override
	public Collection<Peer> toldOfList(boolean own) {
		return this.members.linked();
	}

	/** While news is passed on digests differ all the time; what comes late is old. */
	@Override
	public Difference differs(Peer from, long digest, boolean old) {
		boolean introduced = from.isIntroduced();
		boolean counts = !old || !introduced;
		return (counts && from.tie().isStuck(digest * 31 + this.members.digest(), introduced, LONG))
				? Difference.COMPARE : Difference.WAIT;
	}

	@Override
	public boolean reachesAll() {
		return false;
	}

	@Override
	public boolean isShownAtOnce(Peer peer) {
		MemberState seen = this.members.view().member(peer.id());
		return seen == null || seen.status() != peer.status();
	}

	@Override
	public boolean isBootChecked(long lastGeneration) {
		return lastGeneration != this.members.generation();
	}

}
