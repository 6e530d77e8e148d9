package io.horde.cluster.membership;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.cluster.protocol.MemberRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decides to which members this node wants links: to all, or in a larger cluster to its
 * neighbours in a sparse {@link Overlay}.
 */
final class Neighbourhood {

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

	private final int above;

	private final long grace;

	private @Nullable Overlay all;

	private List<Peer> expected = List.of();

	private long drawnAt = -1;

	private long drawnTime = Peer.NEVER;

	private long seenAt = -1;

	private Peer[] peers = new Peer[0];

	private @Nullable Overlay indexed;

	private long indexedAt = -1;

	Neighbourhood(Members members, AwakeClock clock, MembershipSettings settings) {
		this.members = members;
		this.clock = clock;
		this.above = settings.overlayAbove();
		this.grace = settings.heartbeatInterval().toNanos() * GRACE;
	}

	int above() {
		return this.above;
	}

	boolean isSparse() {
		return this.all != null;
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
	 * @return all others, or those that all expect it to hear
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
			if (other != peer && other.report.hears(peer.fingerprint) && !hearers.contains(other)) {
				hearers.add(other);
			}
		}
		return hearers;
	}

	/**
	 * Draw the overlay anew if the members have changed since.
	 * @return whether there is another one now
	 */
	boolean refresh() {
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
		if (living.size() <= this.above) {
			boolean changed = this.all != null;
			this.all = null;
			this.expected = List.of();
			this.members.peers().forEach((peer) -> mark(peer, true, true, true));
			return changed;
		}
		Overlay overlay = Overlay.of(known);
		Overlay dense = (living.size() == known.size()) ? overlay : Overlay.of(living);
		boolean changed = overlay != this.all;
		this.all = overlay;
		List<Peer> watched = new ArrayList<>();
		int self = overlay.index(own.id().node());
		int selfLiving = dense.index(own.id().node());
		for (Peer peer : this.members.peers()) {
			int index = overlay.index(peer.name());
			int among = dense.index(peer.name());
			boolean expected = index >= 0 && contains(overlay.neighbours(self), index);
			boolean neighbour = expected || (index >= 0 && among >= 0 && contains(dense.neighbours(selfLiving), among));
			boolean confidant = index >= 0
					&& (contains(overlay.news(self), index) || (among >= 0 && contains(dense.news(selfLiving), among)));
			changed |= mark(peer, expected, neighbour, confidant);
			if (expected) {
				watched.add(peer);
			}
		}
		this.expected = watched;
		return changed;
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

	/* There is time to link up with a new neighbour before its silence means anything. */
	private boolean mark(Peer peer, boolean expected, boolean neighbour, boolean confidant) {
		boolean changed = peer.neighbour != neighbour || peer.confidant != confidant || peer.expected != expected;
		if (expected && !peer.expected && !peer.isLinked()) {
			peer.lastHeard = this.clock.now();
			peer.closedAt = Peer.NEVER;
			peer.inquiry = null;
		}
		peer.expected = expected;
		peer.neighbour = neighbour;
		peer.confidant = confidant;
		return changed;
	}

	/**
	 * Return the members with which the link has been of no use to either end for a
	 * while.
	 */
	List<Peer> spare() {
		List<Peer> spare = new ArrayList<>();
		long now = this.clock.now();
		for (Peer peer : this.members.linked()) {
			if (!isSparse() || peer.neighbour || !peer.spare) {
				peer.spareSince = Peer.NEVER;
			}
			else if (peer.spareSince == Peer.NEVER) {
				peer.spareSince = now;
			}
			else if (now - peer.spareSince >= this.grace) {
				spare.add(peer);
			}
		}
		return spare;
	}

	private static boolean contains(int[] ascending, int value) {
		return Arrays.binarySearch(ascending, value) >= 0;
	}

}
