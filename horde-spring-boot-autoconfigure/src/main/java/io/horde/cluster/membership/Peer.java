package io.horde.cluster.membership;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.cluster.protocol.Reachability;
import io.horde.cluster.protocol.Report;
import io.horde.crdt.Fingerprint;
import io.horde.crdt.ReplicaId;
import io.horde.transport.Link;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of one incarnation of another member. Used on the event loop only;
 * all times are nanoseconds of awake time.
 */
final class Peer {

	static final long NEVER = Long.MIN_VALUE;

	/*
	 * Always the same instance, whatever the records bring: it is looked up all the time.
	 */
	private final ReplicaId id;

	private MemberRecord record;

	/** Stands for its incarnation in reports. */
	final long fingerprint;

	/** The part of the records in which it is. */
	final int bucket;

	/** What it says of others. */
	Report report = Report.NONE;

	@Nullable Link link;

	boolean wasLinked;

	/** The last direct sign, or when it was first heard of. */
	long lastHeard = NEVER;

	/** When it was heard of first, from another member. */
	long learnedAt = NEVER;

	/** When another member last said, on being asked or by relaying, that it hears it. */
	long testimony = NEVER;

	@Nullable ReplicaId witness;

	long closedAt = NEVER;

	boolean refused;

	@Nullable Inquiry inquiry;

	Suspicion verdict = Suspicion.ALIVE;

	long downAt = NEVER;

	/** Since when it has been {@code DOWN} or {@code LEFT}. */
	long goneAt = NEVER;

	String remark = "";

	/** Whom it does not hear, by its last heartbeat. */
	private SortedMap<ReplicaId, Reachability> opinions = Collections.emptySortedMap();

	/**
	 * Whether it says over its link that it doesn't hear this node: what others tell of
	 * it may be older.
	 */
	boolean deaf;

	/** Whether its last heartbeat showed that it knows the same records. */
	boolean sameRecords;

	/**
	 * For how many heartbeats running nothing has changed here and there, and yet
	 * differs.
	 */
	int stuck;

	long lastDigests;

	/** Whether this node wants a link to it: always, unless the overlay is sparse. */
	boolean neighbour = true;

	/** Whether all agree that this node should hear it, so that it judges it itself. */
	boolean expected = true;

	/** Whether news is passed on to it. */
	boolean confidant = true;

	/** Whether its links are those of a sparse overlay, by its last heartbeat. */
	boolean sparse;

	/** Since when neither end needs the link. */
	long spareSince = NEVER;

	/** Whether it doesn't need the link, by its last heartbeat. */
	boolean spare;

	/** Whether it wants to be told what is new of others, by its last heartbeat. */
	boolean curious;

	/** Names of the members whose records have changed since it was told of them. */
	final Set<String> rumours = new LinkedHashSet<>();

	/** Names of the members whose reports have changed since it was told of them. */
	final Set<String> hearsay = new LinkedHashSet<>();

	long heartbeatAt = NEVER;

	/** Which declared member list it has, by its last heartbeat. */
	long declaredStamp;

	String declaredBy = "";

	/** The version of this node's own record that was last sent on this link. */
	long recordSent;

	/** The version of this node's own report that was last sent on this link. */
	long reportSent;

	/** Whether it has told whom it knows. */
	boolean introduced;

	private @Nullable MemberState state;

	private @Nullable MemberRecord stated;

	final SilenceBound bound;

	final ClockOffset clockOffset = new ClockOffset();

	Peer(MemberRecord record, SilenceBound bound) {
		this.id = record.id();
		this.record = record;
		this.bound = bound;
		this.fingerprint = Fingerprint.of(record.id());
		this.bucket = Digests.bucket(record.id().node());
	}

	ReplicaId id() {
		return this.id;
	}

	String name() {
		return this.id.node();
	}

	MemberRecord record() {
		return this.record;
	}

	void record(MemberRecord record) {
		this.record = record;
	}

	boolean isLinked() {
		return this.link != null && this.link.isUp();
	}

	boolean isClosed() {
		return this.closedAt != NEVER;
	}

	boolean hasLeft() {
		return this.record.status() == MemberStatus.LEFT;
	}

	boolean isLiving() {
		return !hasLeft() && this.verdict != Suspicion.DOWN;
	}

	boolean isAlive() {
		return !hasLeft() && this.verdict == Suspicion.ALIVE;
	}

	MemberStatus status() {
		if (hasLeft()) {
			return MemberStatus.LEFT;
		}
		return switch (this.verdict) {
			case DOWN -> MemberStatus.DOWN;
			case UNREACHABLE -> MemberStatus.UNREACHABLE;
			default -> this.record.status();
		};
	}

	void opinions(SortedMap<ReplicaId, Reachability> opinions, ReplicaId self) {
		this.opinions = opinions;
		this.deaf = isLost(opinions.get(self));
	}

	boolean isInDoubtAbout(ReplicaId other) {
		return this.opinions.containsKey(other);
	}

	/*
	 * Whether it finds the other one silent or closed. A last heartbeat by which the
	 * other was late only is older than a report by which it is lost.
	 */
	boolean accuses(Peer other) {
		return this.report.accuses(other.fingerprint) || (isLinked() && isLost(this.opinions.get(other.id())));
	}

	private static boolean isLost(@Nullable Reachability hearing) {
		return hearing == Reachability.LOST || hearing == Reachability.CLOSED;
	}

	/* The same one as long as nothing has changed. */
	MemberState state() {
		MemberState last = this.state;
		if (last == null || this.stated != this.record || last.status() != status() || last.linked() != isLinked()
				|| !last.remark().equals(this.remark)) {
			last = new MemberState(id(), status(), this.record.address(), this.record.labels(), this.record.weight(),
					this.record.application(), this.record.types(), isLinked(), this.remark);
			this.state = last;
			this.stated = this.record;
		}
		return last;
	}

	String zone() {
		return this.record.labels().getOrDefault("zone", "");
	}

	static long age(long now, long at) {
		return (at != NEVER) ? now - at : Long.MAX_VALUE;
	}

	/**
	 * What others are being asked about a member.
	 */
	static final class Inquiry {

		final long number;

		final long started;

		final boolean dialled;

		final SortedSet<ReplicaId> asked = new TreeSet<>();

		final SortedMap<ReplicaId, Reachability> answers = new TreeMap<>();

		Inquiry(long number, long started, boolean dialled) {
			this.number = number;
			this.started = started;
			this.dialled = dialled;
		}

	}

}
