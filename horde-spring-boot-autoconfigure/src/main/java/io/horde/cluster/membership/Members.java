package io.horde.cluster.membership;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.ClusterMessage.Versions;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.cluster.protocol.Report;
import io.horde.crdt.Fingerprint;
import io.horde.crdt.ReplicaId;
import io.horde.transport.Link;
import org.jspecify.annotations.Nullable;

/**
 * The members that this node knows: its own record, and one peer for the newest
 * incarnation of each other name. Used on the event loop only, except for the view.
 */
public final class Members {

	private static final int RANDOM_BITS = 12;

	private final SortedMap<String, Peer> peers = new TreeMap<>();

	private final SortedMap<String, Peer> linked = new TreeMap<>();

	private List<Peer> linkedList = List.of();

	private final Retention.ForgottenIncarnations forgotten = new Retention.ForgottenIncarnations();

	private final Digests digests = new Digests();

	private final long silenceTimeout;

	private BiConsumer<MembershipView, MembershipView> onView = (before, after) -> {
	};

	private MemberRecord own;

	private MemberState ownState;

	private volatile MembershipView view;

	private Report report = Report.NONE;

	private final int bucket;

	private final long fingerprint;

	private final Map<String, Peer> byName = new HashMap<>();

	private final Map<Long, Peer> byFingerprint = new HashMap<>();

	private final Map<String, Peer> met = new LinkedHashMap<>();

	private Consumer<Peer> onRecord = (peer) -> {
	};

	private Consumer<Peer> onReport = (peer) -> {
	};

	private long generation;

	private long population;

	private boolean changed;

	private boolean publishing;

	private boolean closed;

	/**
	 * Create the table of a node that knows nobody yet.
	 */
	static Members of(MembershipSettings settings, long wallClock, SplittableRandom random) {
		ReplicaId self = new ReplicaId(settings.nodeName(),
				incarnation(wallClock, random, settings.incarnationAbove()));
		return new Members(new MemberRecord(self, 1, "unknown", MemberStatus.JOINING, settings.labels(),
				settings.weight(), settings.version(), new TreeMap<>()), settings.silenceTimeout().toNanos());
	}

	/** Grows with each start, and differs when two start in the same millisecond (M5). */
	private static long incarnation(long wallClock, SplittableRandom random, long above) {
		long time = Math.max(Math.max(0, wallClock), (above >> RANDOM_BITS) + ((above > 0) ? 1 : 0));
		return (time << RANDOM_BITS) | random.nextInt(1 << RANDOM_BITS);
	}

	Members(MemberRecord own, long silenceTimeout) {
		this.own = own;
		this.silenceTimeout = silenceTimeout;
		this.ownState = MemberState.of(own.id(), own, own.status(), true, "");
		this.view = new MembershipView(0, own.id(), List.of(this.ownState));
		this.bucket = Digests.bucket(own.id().node());
		this.fingerprint = Fingerprint.of(own.id());
		this.digests.replace(this.bucket, 0, Digests.term(own));
	}

	public ReplicaId self() {
		return this.own.id();
	}

	public MemberRecord own() {
		return this.own;
	}

	void own(MemberRecord own) {
		this.digests.replace(this.bucket, Digests.term(this.own), Digests.term(own));
		this.own = own;
		this.ownState = MemberState.of(own.id(), own, own.status(), true, "");
		changed();
	}

	public long fingerprint() {
		return this.fingerprint;
	}

	/**
	 * Return what this node says of others.
	 */
	public Report report() {
		return this.report;
	}

	public void report(Report report) {
		this.digests.replace(this.bucket, Digests.term(this.fingerprint, this.report),
				Digests.term(this.fingerprint, report));
		this.report = report;
		this.generation++;
	}

	public MembershipView view() {
		return this.view;
	}

	public Collection<Peer> peers() {
		return this.peers.values();
	}

	/**
	 * Return the members to which there is a link. Asked for all the time, so made only
	 * when links change.
	 * @return a list that never changes
	 */
	public List<Peer> linked() {
		return this.linkedList;
	}

	void linked(Peer peer, @Nullable Link link) {
		peer.link(link);
		if (link != null) {
			this.met.put(peer.name(), peer);
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

	/**
	 * Return the members to which there is a link or was one.
	 */
	Collection<Peer> met() {
		return this.met.values();
	}

	public @Nullable Peer peer(ReplicaId id) {
		Peer peer = this.byName.get(id.node());
		return (peer != null && peer.id().equals(id)) ? peer : null;
	}

	/**
	 * Return the member for whose incarnation a fingerprint stands.
	 */
	public @Nullable Peer peer(long fingerprint) {
		return this.byFingerprint.get(fingerprint);
	}

	public @Nullable Peer named(String name) {
		return this.byName.get(name);
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
		Peer older = this.peers.put(peer.name(), peer);
		this.byName.put(peer.name(), peer);
		if (older != null) {
			unlinked(older);
			uncount(older);
		}
		this.byFingerprint.put(peer.fingerprint(), peer);
		this.digests.replace(peer.bucket(), 0, Digests.term(record));
		populationChanged();
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
		this.digests.replace(peer.bucket(), Digests.term(peer.record()), Digests.term(record));
		peer.record(record);
		changed();
		this.onRecord.accept(peer);
		return true;
	}

	void update(Peer peer, Report report) {
		if (report.version() > peer.report().version()) {
			this.digests.replace(peer.bucket(), Digests.term(peer.fingerprint(), peer.report()),
					Digests.term(peer.fingerprint(), report));
			peer.report(report);
			this.generation++;
			this.onReport.accept(peer);
		}
	}

	void drop(Peer peer, long now) {
		this.forgotten.add(peer.record(), now);
		if (this.peers.remove(peer.name(), peer)) {
			this.byName.remove(peer.name());
			uncount(peer);
		}
		unlinked(peer);
		populationChanged();
	}

	/**
	 * Return whom this node has forgotten.
	 */
	Retention.ForgottenIncarnations forgottenIncarnations() {
		return this.forgotten;
	}

	/**
	 * Return who was forgotten here and had an address that belongs to nobody since.
	 */
	@Nullable ReplicaId forgottenAt(String address) {
		for (Peer peer : this.peers.values()) {
			if (peer.record().isForgotten() && peer.record().address().equals(address)) {
				return peer.id();
			}
		}
		return this.forgotten.at(address, this.peers::containsKey);
	}

	boolean isCurrent(Peer peer) {
		return this.byName.get(peer.name()) == peer;
	}

	boolean isChanged() {
		return this.changed;
	}

	void changed() {
		this.changed = true;
		this.generation++;
	}

	/**
	 * Return a number that grows when a record, a suspicion or a link changes.
	 */
	public long generation() {
		return this.generation;
	}

	/**
	 * Return a number that grows when a member comes, goes or changes its state.
	 */
	public long population() {
		return this.population;
	}

	void populationChanged() {
		this.population++;
		changed();
	}

	/**
	 * Set who is told of records of others that are new.
	 */
	public void onRecord(Consumer<Peer> listener) {
		this.onRecord = listener;
	}

	/**
	 * Set who is told of reports of others that are new.
	 */
	public void onReport(Consumer<Peer> listener) {
		this.onReport = listener;
	}

	private void uncount(Peer peer) {
		this.byFingerprint.remove(peer.fingerprint(), peer);
		this.met.remove(peer.name(), peer);
		this.digests.replace(peer.bucket(), Digests.term(peer.record()), 0);
		this.digests.replace(peer.bucket(), Digests.term(peer.fingerprint(), peer.report()), 0);
	}

	/**
	 * Return the digest of all records and reports.
	 */
	public long digest() {
		return this.digests.all();
	}

	Digests digests() {
		return this.digests;
	}

	/**
	 * Return the versions of records and reports.
	 * @param buckets of which buckets, one bit each
	 * @return the versions of each member
	 */
	Map<ReplicaId, Versions> versions(long buckets) {
		Map<ReplicaId, Versions> versions = new LinkedHashMap<>();
		if (Digests.isIn(buckets, this.bucket)) {
			versions.put(this.own.id(), new Versions(this.own.version(), this.report.version()));
		}
		for (Peer peer : this.peers.values()) {
			if (Digests.isIn(buckets, peer.bucket())) {
				versions.put(peer.id(), new Versions(peer.record().version(), peer.report().version()));
			}
		}
		return versions;
	}

	boolean isOwnIn(long buckets) {
		return Digests.isIn(buckets, this.bucket);
	}

	/**
	 * Set who is told of each new view.
	 */
	void onView(BiConsumer<MembershipView, MembershipView> listener) {
		this.onView = listener;
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
		states.add(this.ownState);
		for (Peer peer : this.peers.values()) {
			states.add(peer.state());
		}
		MembershipView before = this.view;
		MembershipView after = new MembershipView(before.version() + 1, this.own.id(), states);
		if (!after.members().equals(before.members())) {
			this.view = after;
			this.onView.accept(before, after);
		}
	}

}
