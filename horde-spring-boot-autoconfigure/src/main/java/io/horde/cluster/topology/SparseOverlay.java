package io.horde.cluster.topology;

import java.util.Collection;
import java.util.Collections;
import java.util.Set;

import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.Members;
import io.horde.cluster.membership.Peer;
import io.horde.cluster.membership.Topology;
import io.horde.cluster.protocol.ClusterMessage.LinkUse;
import io.horde.crdt.ReplicaId;
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

	private final TopologyBySize drawn;

	private final Routes routes;

	private final Reports reports;

	private final GossipQueue queue;

	SparseOverlay(Members members, TopologyBySize drawn, Routes routes, Reports reports, GossipQueue queue) {
		this.members = members;
		this.drawn = drawn;
		this.routes = routes;
		this.reports = reports;
		this.queue = queue;
	}

	@Override
	public Collection<Peer> watched() {
		return this.drawn.watched();
	}

	@Override
	public boolean isWatched(Peer peer) {
		return this.drawn.tie(peer).isWatched();
	}

	@Override
	public Collection<Peer> hearers(Peer peer) {
		return this.drawn.hearers(peer);
	}

	@Override
	public boolean othersMiss(Peer peer) {
		boolean any = false;
		for (Peer other : hearers(peer)) {
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
	public boolean isNeighbour(Peer peer) {
		return this.drawn.tie(peer).isNeighbour();
	}

	@Override
	public boolean isKept(boolean dialled) {
		return dialled;
	}

	@Override
	public boolean isLonely() {
		return this.members.linked().isEmpty();
	}

	@Override
	public boolean isAwaited(Peer peer) {
		return true;
	}

	@Override
	public boolean isParting(Peer peer) {
		return this.drawn.tie(peer).isParting();
	}

	@Override
	public @Nullable Peer relay(Peer to) {
		return this.routes.hop(to, to);
	}

	@Override
	public @Nullable Peer next(Peer to, Peer from) {
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
		return new LinkUse(true, !isNeighbour(peer), asked);
	}

	@Override
	public long summarized() {
		return 0;
	}

	@Override
	public Collection<Peer> toldOfOwnList() {
		return Collections.emptyList();
	}

	@Override
	public Collection<Peer> toldOfAnyList() {
		return this.members.linked();
	}

	/** While news is passed on digests differ all the time; what comes late is old. */
	@Override
	public Difference differs(Peer from, long digest, boolean old) {
		boolean introduced = from.isIntroduced();
		boolean counts = !old || !introduced;
		return (counts && this.drawn.tie(from).isStuck(digest * 31 + this.members.digest(), introduced, LONG))
				? Difference.COMPARE : Difference.WAIT;
	}

	@Override
	public boolean isPartner(ReplicaId member) {
		Peer peer = this.members.peer(member);
		return peer != null && this.drawn.tie(peer).isPartner();
	}

	@Override
	public boolean reachesAll() {
		return false;
	}

	@Override
	public void evaluate() {
		this.reports.evaluate();
	}

	@Override
	public boolean passOnSoon(Runnable then) {
		this.queue.passOnSoon(then);
		return this.queue.isWaiting();
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
