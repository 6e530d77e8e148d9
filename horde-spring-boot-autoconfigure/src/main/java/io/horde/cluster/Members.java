package io.horde.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

import io.horde.crdt.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * The members that this node knows: its own record, and one peer for the newest
 * incarnation of each other name. Used on the event loop only, except for the view.
 */
final class Members {

	private final SortedMap<String, Peer> peers = new TreeMap<>();

	/** Incarnations up to these are forgotten and not learned again. */
	private final Map<String, Floor> floors = new TreeMap<>();

	private final long silenceTimeout;

	private final List<BiConsumer<MembershipView, MembershipView>> listeners = new ArrayList<>();

	private MemberRecord own;

	private volatile MembershipView view;

	private @Nullable Long digest;

	private boolean changed;

	private boolean publishing;

	private boolean closed;

	Members(MemberRecord own, long silenceTimeout) {
		this.own = own;
		this.silenceTimeout = silenceTimeout;
		this.view = new MembershipView(0, own.id(), List.of(ownState()));
	}

	ReplicaId self() {
		return this.own.id();
	}

	MemberRecord own() {
		return this.own;
	}

	void own(MemberRecord own) {
		this.own = own;
		recordsChanged();
	}

	MembershipView view() {
		return this.view;
	}

	Collection<Peer> peers() {
		return this.peers.values();
	}

	@Nullable Peer peer(ReplicaId id) {
		Peer peer = this.peers.get(id.node());
		return (peer != null && peer.id().equals(id)) ? peer : null;
	}

	@Nullable Peer named(String name) {
		return this.peers.get(name);
	}

	SortedMap<String, ReplicaId> newest() {
		SortedMap<String, ReplicaId> newest = new TreeMap<>();
		this.peers.forEach((name, peer) -> newest.put(name, peer.id()));
		return newest;
	}

	/**
	 * Return the names that may get a voting seat (Q6).
	 */
	SortedSet<String> upNames() {
		SortedSet<String> names = new TreeSet<>();
		this.view.up().forEach((member) -> names.add(member.name()));
		return names;
	}

	SortedSet<String> forgotten() {
		SortedSet<String> names = new TreeSet<>();
		this.peers.forEach((name, peer) -> {
			if (peer.record().isForgotten()) {
				names.add(name);
			}
		});
		return names;
	}

	/* Replaces an older incarnation. */
	Peer add(MemberRecord record) {
		Peer peer = new Peer(record, new SilenceBound(this.silenceTimeout));
		this.peers.put(record.id().node(), peer);
		recordsChanged();
		return peer;
	}

	boolean update(Peer peer, MemberRecord record) {
		if (record.version() <= peer.record().version()) {
			return false;
		}
		peer.record(record);
		recordsChanged();
		return true;
	}

	void drop(Peer peer, long now) {
		this.floors.put(peer.name(), new Floor(peer.id().incarnation(), now));
		this.peers.remove(peer.name(), peer);
		recordsChanged();
	}

	boolean isDropped(ReplicaId id) {
		Floor floor = this.floors.get(id.node());
		return floor != null && id.incarnation() <= floor.incarnation();
	}

	/**
	 * Don't remember any longer who was forgotten before a time. Whoever comes back even
	 * after that learns from the number of forgets that it is out of date (R6).
	 */
	void tidy(long before) {
		this.floors.values().removeIf((floor) -> floor.since() < before);
	}

	void changed() {
		this.changed = true;
	}

	private void recordsChanged() {
		this.digest = null;
		this.changed = true;
	}

	long digest() {
		if (this.digest == null) {
			long sum = mix(this.own.id(), this.own.version());
			for (Peer peer : this.peers.values()) {
				sum += mix(peer.id(), peer.record().version());
			}
			this.digest = sum;
		}
		return this.digest;
	}

	SortedMap<ReplicaId, Long> versions() {
		SortedMap<ReplicaId, Long> versions = new TreeMap<>();
		versions.put(this.own.id(), this.own.version());
		for (Peer peer : this.peers.values()) {
			versions.put(peer.id(), peer.record().version());
		}
		return versions;
	}

	void onChange(BiConsumer<MembershipView, MembershipView> listener) {
		this.listeners.add(listener);
	}

	/*
	 * After this nobody is told of anything.
	 */
	void close() {
		this.closed = true;
	}

	/*
	 * Changes that listeners cause are published after all of them have been told, or
	 * some would see the views in the wrong order.
	 */
	void publish() {
		if (this.publishing) {
			return;
		}
		this.publishing = true;
		try {
			while (this.changed && !this.closed) {
				this.changed = false;
				publishOnce();
			}
		}
		finally {
			this.publishing = false;
		}
	}

	private void publishOnce() {
		List<MemberState> states = new ArrayList<>(this.peers.size() + 1);
		states.add(ownState());
		for (Peer peer : this.peers.values()) {
			states.add(peer.state());
		}
		MembershipView before = this.view;
		MembershipView after = new MembershipView(before.version() + 1, this.own.id(), states);
		if (!after.members().equals(before.members())) {
			this.view = after;
			this.listeners.forEach((listener) -> listener.accept(before, after));
		}
	}

	private MemberState ownState() {
		return new MemberState(this.own.id(), this.own.status(), this.own.address(), this.own.labels(),
				this.own.weight(), this.own.application(), this.own.types(), true, "");
	}

	private static long mix(ReplicaId id, long version) {
		long hash = id.node().hashCode() * 0x9E3779B97F4A7C15L;
		hash = (hash ^ (hash >>> 29) ^ id.incarnation()) * 0xBF58476D1CE4E5B9L;
		hash = (hash ^ (hash >>> 32) ^ version) * 0x94D049BB133111EBL;
		return hash ^ (hash >>> 31);
	}

	private record Floor(long incarnation, long since) {

	}

}
