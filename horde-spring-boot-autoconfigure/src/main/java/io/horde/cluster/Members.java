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
import java.util.function.Consumer;

import io.horde.crdt.ReplicaId;
import io.horde.transport.Link;
import org.jspecify.annotations.Nullable;

/**
 * The members that this node knows: its own record, and one peer for the newest
 * incarnation of each other name. Used on the event loop only, except for the view.
 */
final class Members {

	static final int BUCKETS = 64;

	private final SortedMap<String, Peer> peers = new TreeMap<>();

	private final SortedMap<String, Peer> linked = new TreeMap<>();

	private List<Peer> linkedList = List.of();

	/** Incarnations up to these are forgotten and not learned again. */
	private final Map<String, Floor> floors = new TreeMap<>();

	private final long silenceTimeout;

	private final List<BiConsumer<MembershipView, MembershipView>> listeners = new ArrayList<>();

	private MemberRecord own;

	private volatile MembershipView view;

	private @Nullable Long digest;

	private long[] bucketDigests = {};

	private Consumer<Peer> onRecord = (peer) -> {
	};

	private long generation;

	private long population;

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

	/**
	 * Return the members to which there is a link. Asked for all the time, so made only
	 * when links change.
	 * @return a list that never changes
	 */
	List<Peer> linked() {
		return this.linkedList;
	}

	void linked(Peer peer, @Nullable Link link) {
		peer.link = link;
		if (link != null) {
			this.linked.put(peer.name(), peer);
			this.linkedList = List.copyOf(this.linked.values());
			this.generation++;
		}
		else {
			unlinked(peer);
		}
	}

	private void unlinked(Peer peer) {
		if (this.linked.remove(peer.name(), peer)) {
			this.linkedList = List.copyOf(this.linked.values());
			this.generation++;
		}
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
		Peer older = this.peers.put(record.id().node(), peer);
		if (older != null) {
			unlinked(older);
		}
		populationChanged();
		recordsChanged();
		this.onRecord.accept(peer);
		return peer;
	}

	boolean update(Peer peer, MemberRecord record) {
		if (record.version() <= peer.record().version()) {
			return false;
		}
		if (peer.record().status() != record.status()) {
			populationChanged();
		}
		peer.record(record);
		recordsChanged();
		this.onRecord.accept(peer);
		return true;
	}

	void drop(Peer peer, long now) {
		this.floors.put(peer.name(), new Floor(peer.id().incarnation(), now));
		this.peers.remove(peer.name(), peer);
		unlinked(peer);
		populationChanged();
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
		this.generation++;
	}

	/**
	 * Return a number that grows when a record, a verdict or a link changes.
	 */
	long generation() {
		return this.generation;
	}

	/**
	 * Return a number that grows when a member comes, goes or changes its state.
	 */
	long population() {
		return this.population;
	}

	void populationChanged() {
		this.population++;
		changed();
	}

	/**
	 * Set who is told of records of others that are new.
	 */
	void onRecord(Consumer<Peer> listener) {
		this.onRecord = listener;
	}

	private void recordsChanged() {
		this.digest = null;
		this.bucketDigests = new long[0];
		this.changed = true;
		this.generation++;
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

	/**
	 * Return in which part of the records a name is.
	 * @param name the name of a member
	 * @return from 0 to {@link #BUCKETS} - 1
	 */
	static int bucket(String name) {
		return (int) (mix(new ReplicaId(name, 0), 0) >>> 58);
	}

	long[] bucketDigests() {
		if (this.bucketDigests.length > 0) {
			return this.bucketDigests;
		}
		long[] digests = new long[BUCKETS];
		digests[bucket(this.own.id().node())] += mix(this.own.id(), this.own.version());
		for (Peer peer : this.peers.values()) {
			digests[bucket(peer.name())] += mix(peer.id(), peer.record().version());
		}
		this.bucketDigests = digests;
		return digests;
	}

	/**
	 * Return the versions of records.
	 * @param buckets of which buckets, one bit each
	 * @return the version of each record
	 */
	SortedMap<ReplicaId, Long> versions(long buckets) {
		SortedMap<ReplicaId, Long> versions = new TreeMap<>();
		if (isIn(buckets, this.own.id())) {
			versions.put(this.own.id(), this.own.version());
		}
		for (Peer peer : this.peers.values()) {
			if (isIn(buckets, peer.id())) {
				versions.put(peer.id(), peer.record().version());
			}
		}
		return versions;
	}

	static boolean isIn(long buckets, ReplicaId id) {
		return buckets == -1 || (buckets >>> bucket(id.node()) & 1) != 0;
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
