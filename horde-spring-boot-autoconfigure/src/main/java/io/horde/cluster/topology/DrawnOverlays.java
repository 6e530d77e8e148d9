package io.horde.cluster.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.horde.cluster.membership.Members;
import io.horde.cluster.membership.Peer;
import org.jspecify.annotations.Nullable;

/**
 * The overlays that were drawn last, if there are enough members for one, and what
 * follows from them: the ties of the members, and who hears whom.
 */
final class DrawnOverlays {

	/*
	 * There are two overlays. One is drawn from all records, so it is the same on all
	 * nodes whatever each thinks of the others' life: by it a member is judged, since all
	 * agree who should hear it, and over its links the sides of a healed cut find each
	 * other again. The other one is drawn from those that live, so that it stays dense
	 * when many are gone. Mostly they are one and the same.
	 */

	private final Members members;

	private final int above;

	private final Consumer<Peer> expected;

	private @Nullable Overlay all;

	private @Nullable Overlay dense;

	private List<Peer> watched = List.of();

	private Peer[] peers = new Peer[0];

	private @Nullable Overlay indexed;

	private long indexedAt = -1;

	/**
	 * Creates overlays.
	 * @param above with more living members than these an overlay is drawn
	 * @param expected told of members that this node should hear from now on
	 */
	DrawnOverlays(Members members, int above, Consumer<Peer> expected) {
		this.members = members;
		this.above = above;
		this.expected = expected;
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
	 */
	Collection<Peer> watched() {
		return isSparse() ? this.watched : this.members.peers();
	}

	/**
	 * Return the members that should hear a member.
	 * @param peer the member
	 * @return others than it and this node, whatever their state
	 */
	Collection<Peer> hearers(Peer peer) {
		Overlay overlay = this.all;
		int index = (overlay != null) ? overlay.index(peer.name()) : -1;
		if (overlay == null || index < 0) {
			return this.members.peers()
				.stream()
				.filter((other) -> other != peer && (overlay == null || other.isLinked()))
				.toList();
		}
		List<Peer> hearers = new ArrayList<>();
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

	/**
	 * Draw anew from the present members.
	 * @return whether this node wants links to others than before
	 */
	boolean draw() {
		SortedMap<String, String> known = new TreeMap<>();
		known.put(this.members.self().node(), this.members.own().labels().getOrDefault("zone", ""));
		SortedMap<String, String> living = new TreeMap<>(known);
		for (Peer peer : this.members.peers()) {
			if (!peer.hasLeft()) {
				known.put(peer.name(), peer.zone());
				if (peer.isLiving()) {
					living.put(peer.name(), peer.zone());
				}
			}
		}
		Overlay before = this.all;
		if (living.size() <= this.above) {
			this.all = null;
			this.dense = null;
			this.members.peers().forEach((peer) -> mark(peer, true, true, true));
			return before != null;
		}
		Overlay overlay = overlay(known);
		Overlay dense = (living.size() == known.size()) ? overlay : overlay(living);
		this.all = overlay;
		this.dense = dense;
		return mark(overlay, dense) || overlay != before;
	}

	/** Draw an overlay, unless it is one of the last two. */
	private Overlay overlay(SortedMap<String, String> zones) {
		if (this.all != null && this.all.isOf(zones)) {
			return this.all;
		}
		return (this.dense != null && this.dense.isOf(zones)) ? this.dense : Overlay.of(zones);
	}

	private boolean mark(Overlay overlay, Overlay dense) {
		boolean changed = false;
		List<Peer> watched = new ArrayList<>();
		int self = overlay.index(this.members.self().node());
		int selfLiving = dense.index(this.members.self().node());
		for (Peer peer : this.members.peers()) {
			int index = overlay.index(peer.name());
			int among = dense.index(peer.name());
			boolean watches = index >= 0 && contains(overlay.neighbours(self), index);
			boolean neighbour = watches || (index >= 0 && among >= 0 && contains(dense.neighbours(selfLiving), among));
			boolean partner = index >= 0
					&& (contains(overlay.news(self), index) || (among >= 0 && contains(dense.news(selfLiving), among)));
			changed |= mark(peer, watches, neighbour, partner);
			if (watches) {
				watched.add(peer);
			}
		}
		this.watched = watched;
		return changed;
	}

	/**
	 * There is time to link up with a new neighbour before its silence means anything.
	 */
	private boolean mark(Peer peer, boolean watched, boolean neighbour, boolean partner) {
		if (watched && !peer.tie().isWatched() && !peer.isLinked()) {
			this.expected.accept(peer);
		}
		return peer.tie().mark(watched, neighbour, partner);
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

	private static boolean contains(int[] ascending, int value) {
		return Arrays.binarySearch(ascending, value) >= 0;
	}

}
