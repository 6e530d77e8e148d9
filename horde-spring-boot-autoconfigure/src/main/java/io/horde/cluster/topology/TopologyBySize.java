package io.horde.cluster.topology;

import java.util.Collection;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

import io.horde.cluster.membership.AwakeClock;
import io.horde.cluster.membership.Members;
import io.horde.cluster.membership.MembershipContext;
import io.horde.cluster.membership.Peer;
import io.horde.cluster.membership.Topologies;
import io.horde.cluster.membership.Topology;
import io.horde.cluster.protocol.ClusterMessage.Records;

/**
 * A full mesh up to a number of living members, a sparse overlay with more.
 */
public final class TopologyBySize implements Topologies {

	/** How many heartbeats a link lasts that neither end needs. */
	private static final int GRACE = 10;

	/** While members come and go, an overlay lasts so many heartbeats. */
	private static final int PAUSE = 2;

	private final Members members;

	private final AwakeClock clock;

	private final DrawnOverlays drawn;

	private final Reports reports;

	private final GossipQueue queue;

	private final Topology mesh;

	private final Topology sparse;

	private final long heartbeat;

	private long drawnAt = -1;

	private long drawnTime = Peer.NEVER;

	private long seenAt = -1;

	/**
	 * Creates the topologies.
	 * @param context what the membership consists of
	 * @param judge what it thinks of others
	 * @param tell tells a member of others, over its own link
	 */
	public TopologyBySize(MembershipContext context, Supplier<Judge> judge, BiPredicate<Peer, Records> tell) {
		this.members = context.members();
		this.clock = context.clock();
		this.heartbeat = context.settings().heartbeatInterval().toNanos();
		this.drawn = new DrawnOverlays(this.members, context.settings().overlayAbove(),
				(peer) -> judge.get().expected(peer));
		this.reports = new Reports(context, this.drawn, judge);
		this.queue = new GossipQueue(context, this.drawn, judge, tell, this.reports);
		this.mesh = new FullMesh(this.members, judge);
		this.sparse = new SparseOverlay(this.members, this.drawn, new Routes(context, this.drawn), this.queue);
	}

	@Override
	public Topology now() {
		return this.drawn.isSparse() ? this.sparse : this.mesh;
	}

	@Override
	public boolean refresh() {
		if (this.drawnAt == this.members.population() || isRestless()) {
			return false;
		}
		this.drawnAt = this.members.population();
		this.drawnTime = this.clock.now();
		return this.drawn.draw();
	}

	/*
	 * While many come or go at once, a graph would be out of date as soon as it is drawn.
	 */
	private boolean isRestless() {
		boolean changes = this.seenAt != this.members.population();
		this.seenAt = this.members.population();
		return this.drawn.isSparse() && changes && this.clock.now() - this.drawnTime < this.heartbeat * PAUSE;
	}

	@Override
	public boolean viewChanged() {
		if (this.drawn.isSparse()) {
			return false;
		}
		refresh();
		return true;
	}

	@Override
	public void added(Peer peer) {
		boolean close = !this.drawn.isSparse();
		peer.tie().mark(close, close, close);
	}

	@Override
	public Collection<Peer> watched() {
		return this.drawn.watched();
	}

	@Override
	public Collection<Peer> hearers(Peer peer) {
		return this.drawn.hearers(peer);
	}

	@Override
	public void evaluate() {
		this.reports.evaluate();
	}

	@Override
	public boolean passOnSoon(Runnable then) {
		return this.queue.passOnSoon(then);
	}

	@Override
	public void told(Peer from, Runnable task) {
		this.queue.told(from, task);
	}

	@Override
	public List<Peer> spare() {
		long now = this.clock.now();
		return this.members.linked()
			.stream()
			.filter((peer) -> peer.tie().isSpare(now, this.heartbeat * GRACE))
			.toList();
	}

}
