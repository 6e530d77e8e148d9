package io.horde.cluster.membership;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.cluster.protocol.Report;
import io.horde.crdt.Fingerprint;
import io.horde.crdt.ReplicaId;
import io.horde.transport.Link;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of one incarnation of another member: who it is, its record and
 * report, and its link, which {@link Members} keep; signs of its life, which the
 * {@link Detector} keeps; what was told over its link, which {@link Gossip} keeps; and
 * what ties this node to it. Used on the event loop only; all times are nanoseconds of
 * awake time.
 */
public final class Peer {

	/** The time of what has not happened. */
	public static final long NEVER = Long.MIN_VALUE;

	/*
	 * Always the same instance, whatever the records bring: it is looked up all the time.
	 */
	private final ReplicaId id;

	private final long fingerprint;

	private final int bucket;

	private final LifeSigns life;

	private final Conversation conversation = new Conversation();

	private final Tie tie = new Tie();

	private MemberRecord record;

	private Report report = Report.NONE;

	private @Nullable Link link;

	private @Nullable MemberState state;

	private @Nullable MemberRecord stated;

	Peer(MemberRecord record, SilenceBound bound) {
		this.id = record.id();
		this.record = record;
		this.life = new LifeSigns(bound);
		this.fingerprint = Fingerprint.of(record.id());
		this.bucket = Digests.bucket(record.id().node());
	}

	public ReplicaId id() {
		return this.id;
	}

	public String name() {
		return this.id.node();
	}

	/**
	 * Return what stands for its incarnation in reports.
	 */
	public long fingerprint() {
		return this.fingerprint;
	}

	/** The part of the records in which it is. */
	int bucket() {
		return this.bucket;
	}

	public MemberRecord record() {
		return this.record;
	}

	void record(MemberRecord record) {
		this.record = record;
	}

	/**
	 * Return what it says of others.
	 */
	public Report report() {
		return this.report;
	}

	void report(Report report) {
		this.report = report;
	}

	@Nullable Link link() {
		return this.link;
	}

	void link(@Nullable Link link) {
		this.link = link;
		this.tie.linkDown();
		if (link != null) {
			this.conversation.linkUp();
			this.tie.linkUp();
		}
		else {
			this.conversation.linkDown();
		}
	}

	LifeSigns life() {
		return this.life;
	}

	Conversation conversation() {
		return this.conversation;
	}

	public Tie tie() {
		return this.tie;
	}

	public boolean isLinked() {
		return this.link != null && this.link.isUp();
	}

	public boolean hasLeft() {
		return this.record.status() == MemberStatus.LEFT;
	}

	public boolean isLiving() {
		return !hasLeft() && !this.life.isDown();
	}

	public boolean isAlive() {
		return !hasLeft() && this.life.isAlive();
	}

	public MemberStatus status() {
		if (hasLeft()) {
			return MemberStatus.LEFT;
		}
		return switch (this.life.suspicion()) {
			case DOWN -> MemberStatus.DOWN;
			case UNREACHABLE -> MemberStatus.UNREACHABLE;
			default -> this.record.status();
		};
	}

	/**
	 * Tell whether it says over its link that it doesn't hear this node: what others tell
	 * of it may be older.
	 */
	public boolean isDeaf() {
		return this.conversation.isDeaf();
	}

	/**
	 * Tell whether its last heartbeat showed that it knows the same records.
	 */
	public boolean hasSameRecords() {
		return this.conversation.hasSameRecords();
	}

	/**
	 * Tell whether it has told whom it knows.
	 */
	public boolean isIntroduced() {
		return this.conversation.isIntroduced();
	}

	/**
	 * Tell whether it has opinions of its neighbours only, by its last heartbeat.
	 */
	public boolean watchesNeighboursOnly() {
		return this.tie.use().neighboursOnly();
	}

	/**
	 * Return the version of this node's own record that it was last sent over this link.
	 */
	public long recordSent() {
		return this.conversation.recordSent();
	}

	/**
	 * Tell whether it doesn't hear another one well, by its last heartbeat.
	 */
	public boolean isInDoubtAbout(Peer other) {
		return this.conversation.isInDoubtAbout(other.id());
	}

	/**
	 * Tell whether another one was the last to say that it hears this one.
	 */
	public boolean isHeardBy(Peer other) {
		return other.id().equals(this.life.witness());
	}

	/**
	 * Tell whether it finds the other one silent or closed. A last heartbeat by which the
	 * other was late only is older than a report by which it is lost.
	 */
	public boolean accuses(Peer other) {
		return this.report.accuses(other.fingerprint) || (isLinked() && this.conversation.hasLost(other.id()));
	}

	/** The same one as long as nothing has changed. */
	MemberState state() {
		MemberState last = this.state;
		if (last == null || this.stated != this.record || last.status() != status() || last.linked() != isLinked()
				|| !last.remark().equals(this.life.remark())) {
			last = MemberState.of(this.id, this.record, status(), isLinked(), this.life.remark());
			this.state = last;
			this.stated = this.record;
		}
		return last;
	}

	public String zone() {
		return this.record.labels().getOrDefault("zone", "");
	}

	/**
	 * Return the time since something has happened.
	 */
	public static long age(long now, long at) {
		return (at != NEVER) ? now - at : Long.MAX_VALUE;
	}

}
