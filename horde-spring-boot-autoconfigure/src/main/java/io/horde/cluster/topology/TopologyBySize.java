package io.horde.cluster.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

import io.horde.cluster.membership.AwakeClock;
import io.horde.cluster.membership.Members;
import io.horde.cluster.membership.MembershipContext;
import io.horde.cluster.membership.Peer;
import io.horde.cluster.membership.Topologies;
import io.horde.cluster.membership.Topology;
import io.horde.cluster.protocol.ClusterMessage.LinkUse;
import io.horde.cluster.protocol.ClusterMessage.Records;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.crdt.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * A full mesh up to a number of living members, a sparse overlay with more.
 */
public final class TopologyBySize implements Topologies {

	/*
	 * There are two overlays. One is drawn from all records, so it is the same on all
	 * nodes whatever each thinks of the others' life: by it a member is judged, since all
	 * agree who should hear it, and over its links the sides of a healed cut find each
	 * other again. The other one is drawn from those that live, so that it stays dense
	 * when many are gone. Mostly they are one and the same.
	 */

	/** How many heartbeats a link lasts that neither end needs. */
	private static final int GRACE = 10;

	private final Members members;

	private final AwakeClock clock;

	private final Supplier<Judge> judge;

	private final GossipQueue queue;

	private final Topology mesh;

	private final Topology sparse;

	private final Map<ReplicaId, Tie> ties = new HashMap<>();

	private final int above;

	private final long grace;

	private @Nullable Overlay all;

	private @Nullable Overlay dense;

	private List<Peer> expected = List.of();

	private long drawnAt = -1;

	private long drawnTime = Peer.NEVER;

	private long seenAt = -1;

	private Peer[] peers = new Peer[0];

	private @Nullable Overlay indexed;

	private long indexedAt = -1;

	/**
	 * Creates the topologies.
	 * @param context what the membership consists of
	 * @param judge what it thinks of others
	 * @param tell tells a member of others, over its own link
	 */
	public TopologyBySize(MembershipContext context, Supplier<Judge> judge, BiPredicate<Peer, Records> tell) {
		this.members = context.members();
		this.clock = context.clock();
		this.judge = judge;
		this.above = context.settings().overlayAbove();
		this.grace = context.settings().heartbeatInterval().toNanos() * GRACE;
		Reports reports = new Reports(context, this, judge);
		this.queue = new GossipQueue(context, this, judge, tell, reports);
		this.mesh = new FullMesh(this.members, judge, reports, this.queue);
		this.sparse = new SparseOverlay(this.members, this, new Routes(context, this), reports, this.queue);
	}

	@Override
	public Topology now() {
		return (this.all != null) ? this.sparse : this.mesh;
	}

	boolean isSparse() {
		return this.all != null;
	}

	Tie tie(Peer peer) {
		Tie tie = this.ties.get(peer.id());
		return (tie != null) ? tie : new Tie(false);
	}

	@Override
	public void added(Peer peer) {
		this.ties.put(peer.id(), new Tie(!isSparse()));
	}

	@Override
	public void linkUp(Peer peer) {
		tie(peer).linkUp();
	}

	@Override
	public void linkDown(Peer peer) {
		tie(peer).linkDown();
	}

	@Override
	public boolean isGivenUp(Peer peer) {
		return tie(peer).isParting();
	}

	@Override
	public void used(Peer peer, LinkUse use) {
		tie(peer).used(use);
	}

	@Override
	public void agreed(Peer peer) {
		tie(peer).agreed();
	}

	@Override
	public void told(Peer from, Runnable task) {
		this.queue.told(from, task);
	}

	@Override
	public void hasRecord(Peer peer, String name) {
		tie(peer).records().remove(name);
	}

	@Override
	public void hasReport(Peer peer, Peer about) {
		tie(peer).reports().remove(about.name());
	}

	@Override
	public boolean viewChanged() {
		if (isSparse()) {
			return false;
		}
		refresh();
		return true;
	}

	/**
	 * Return the overlay of all known members.
	 * @return the overlay, or {@code null} where all are linked with all
	 */
	@Nullable Overlay overlay() {
		return this.all;
	}

	/**
	 * Return the members that this node watches itself.
	 */
	Collection<Peer> watched() {
		return isSparse() ? this.expected : this.members.peers();
	}

	/**
	 * Return the members that should hear a member.
	 * @param peer the member
	 * @return others than it and this node, whatever their state
	 */
	Collection<Peer> hearers(Peer peer) {
		Overlay overlay = this.all;
		int index = (overlay != null) ? overlay.index(peer.name()) : -1;
		List<Peer> hearers = new ArrayList<>();
		if (overlay == null || index < 0) {
			this.members.peers().forEach((other) -> {
				if (other != peer && (overlay == null || other.isLinked())) {
					hearers.add(other);
				}
			});
			return hearers;
		}
		for (int neighbour : overlay.neighbours(index)) {
			Peer other = this.members.named(overlay.name(neighbour));
			if (other != null) {
				hearers.add(other);
			}
		}
		for (Peer other : this.members.linked()) {
			if (other != peer && other.report().hears(peer.fingerprint()) && !hearers.contains(other)) {
				hearers.add(other);
			}
		}
		return hearers;
	}

	@Override
	public boolean refresh() {
		if (this.drawnAt == this.members.population() || isRestless()) {
			return false;
		}
		this.drawnAt = this.members.population();
		this.drawnTime = this.clock.now();
		SortedMap<String, String> known = new TreeMap<>();
		SortedMap<String, String> living = new TreeMap<>();
		MemberRecord own = this.members.own();
		known.put(own.id().node(), own.labels().getOrDefault("zone", ""));
		living.putAll(known);
		for (Peer peer : this.members.peers()) {
			if (!peer.hasLeft()) {
				known.put(peer.name(), peer.zone());
				if (peer.isLiving()) {
					living.put(peer.name(), peer.zone());
				}
			}
		}
		tidy();
		if (living.size() <= this.above) {
			boolean changed = this.all != null;
			this.all = null;
			this.dense = null;
			this.expected = List.of();
			this.members.peers().forEach((peer) -> mark(peer, true, true, true));
			return changed;
		}
		Overlay overlay = draw(known);
		Overlay dense = (living.size() == known.size()) ? overlay : draw(living);
		boolean changed = overlay != this.all;
		this.all = overlay;
		this.dense = dense;
		List<Peer> watched = new ArrayList<>();
		int self = overlay.index(own.id().node());
		int selfLiving = dense.index(own.id().node());
		for (Peer peer : this.members.peers()) {
			int index = overlay.index(peer.name());
			int among = dense.index(peer.name());
			boolean expected = index >= 0 && contains(overlay.neighbours(self), index);
			boolean neighbour = expected || (index >= 0 && among >= 0 && contains(dense.neighbours(selfLiving), among));
			boolean partner = index >= 0
					&& (contains(overlay.news(self), index) || (among >= 0 && contains(dense.news(selfLiving), among)));
			changed |= mark(peer, expected, neighbour, partner);
			if (expected) {
				watched.add(peer);
			}
		}
		this.expected = watched;
		return changed;
	}

	/** Draw an overlay, unless it is one of the last two. */
	private Overlay draw(SortedMap<String, String> zones) {
		if (this.all != null && this.all.isOf(zones)) {
			return this.all;
		}
		return (this.dense != null && this.dense.isOf(zones)) ? this.dense : Overlay.of(zones);
	}

	/** Forget the ties of those that were replaced or dropped. */
	private void tidy() {
		if (this.ties.size() > this.members.peers().size()) {
			Set<ReplicaId> known = new HashSet<>();
			this.members.peers().forEach((peer) -> known.add(peer.id()));
			this.ties.keySet().retainAll(known);
		}
	}

	/*
	 * While many come or go at once, a graph would be out of date as soon as it is drawn.
	 */
	private boolean isRestless() {
		boolean changes = this.seenAt != this.members.population();
		this.seenAt = this.members.population();
		return isSparse() && changes && this.clock.now() - this.drawnTime < this.grace / GRACE * 2;
	}

	/**
	 * Return the members by their index in the overlay of all known members.
	 * @return the members, with {@code null} for this node and for those just learned of
	 */
	@Nullable Peer[] indexed() {
		Overlay overlay = this.all;
		if (overlay != null && (this.indexed != overlay || this.indexedAt != this.members.population())) {
			this.indexed = overlay;
			this.indexedAt = this.members.population();
			this.peers = new Peer[overlay.size()];
			for (Peer peer : this.members.peers()) {
				int index = overlay.index(peer.name());
				if (index >= 0) {
					this.peers[index] = peer;
				}
			}
		}
		return this.peers;
	}

	/**
	 * There is time to link up with a new neighbour before its silence means anything.
	 */
	private boolean mark(Peer peer, boolean watched, boolean neighbour, boolean partner) {
		Tie tie = tie(peer);
		if (watched && !tie.isWatched() && !peer.isLinked()) {
			this.judge.get().expected(peer);
		}
		return tie.mark(watched, neighbour, partner);
	}

	@Override
	public List<Peer> spare() {
		List<Peer> spare = new ArrayList<>();
		long now = this.clock.now();
		for (Peer peer : this.members.linked()) {
			if (!isSparse()) {
				tie(peer).needed();
			}
			else if (tie(peer).isSpare(now, this.grace)) {
				spare.add(peer);
			}
		}
		return spare;
	}

	private static boolean contains(int[] ascending, int value) {
		return Arrays.binarySearch(ascending, value) >= 0;
	}

}
