package io.horde.supervisor.ownership;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;

import io.horde.crdt.Dot;
import io.horde.crdt.DotCodec;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.process.ProcessState;
import io.horde.process.StartReason;
import io.horde.replication.protocol.EntryCodec;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * Which node is responsible for a child, and how far it has come.
 *
 * @param owner the responsible incarnation
 * @param epoch the epoch of the run that there is or will be (O3)
 * @param phase how far it has come
 * @param desired the desired entry that it serves, or {@code null} for a static child
 * (O2)
 * @param reason why the owner starts it
 * @param origin for a first start the node that asked for it, for a hand-over the node
 * that keeps the state meanwhile, else {@code null}
 * @param hops how often the responsibility was passed on by nodes that can't run the
 * child
 * @param history its restarts
 * @param error its last error
 * @param value what the last run had given the name of the child, where that is not what
 * its desired entry says, and no run has registered it since (N12)
 */
public record Placement(ReplicaId owner, long epoch, Phase phase, @Nullable Dot desired, StartReason reason,
		@Nullable ReplicaId origin, int hops, RestartHistory history, @Nullable String error, byte @Nullable [] value) {

	public static final EntryCodec<Placement> CODEC = EntryCodec.of(Placement::write, Placement::read);

	/**
	 * The order of concurrent placements of a child (R4). Of equal ones of two nodes the
	 * lower replica loses (O3).
	 */
	static final Comparator<Versioned<Placement>> ORDER = Comparator
		.<Versioned<Placement>>comparingLong((versioned) -> versioned.value().epoch())
		.thenComparing((versioned) -> versioned.value().phase())
		.thenComparing(Versioned.BY_STAMP);

	private static final int MAX_ERROR = 500;

	public Placement {
		error = (error != null && error.length() > MAX_ERROR) ? error.substring(0, MAX_ERROR) : error;
	}

	/**
	 * The placement with which a node becomes responsible for a child that it has still
	 * to start.
	 */
	public static Placement unstarted(ReplicaId owner, long epoch, @Nullable Dot desired, StartReason reason,
			RestartHistory history) {
		return new Placement(owner, epoch, Phase.CLAIMED, desired, reason, null, 0, history, null, null);
	}

	public Placement withEpoch(long epoch) {
		return new Placement(this.owner, epoch, this.phase, this.desired, this.reason, this.origin, this.hops,
				this.history, this.error, this.value);
	}

	public Placement with(Phase phase) {
		return new Placement(this.owner, this.epoch, phase, this.desired, this.reason, this.origin, this.hops,
				this.history, this.error, this.value);
	}

	public Placement with(Phase phase, RestartHistory history, @Nullable String error) {
		return new Placement(this.owner, this.epoch, phase, this.desired, this.reason, this.origin, this.hops, history,
				error, this.value);
	}

	/**
	 * Return this placement with another owner, who has still to start the child.
	 */
	public Placement passedTo(ReplicaId owner, long epoch, Phase phase) {
		return new Placement(owner, epoch, phase, this.desired, this.reason, this.origin, this.hops + 1, this.history,
				this.error, this.value);
	}

	/**
	 * Return the placement with which its owner claims the child once more after it has
	 * stopped it.
	 */
	public Placement claimedAgain(long epoch) {
		return new Placement(this.owner, epoch, Phase.CLAIMED, this.desired, StartReason.RESTART, null, this.hops,
				this.history, this.error, this.value);
	}

	/**
	 * Return this placement without its origin, which has no more part in it.
	 */
	public Placement settled() {
		return new Placement(this.owner, this.epoch, this.phase, this.desired, this.reason, null, this.hops,
				this.history, this.error, this.value);
	}

	/**
	 * Return this placement with the value that the next run of the child gives its name.
	 */
	public Placement withValue(byte @Nullable [] value) {
		return new Placement(this.owner, this.epoch, this.phase, this.desired, this.reason, this.origin, this.hops,
				this.history, this.error, value);
	}

	/**
	 * Return the value that the next run of a child gives its name, if it is known here.
	 * @param desired the entry that the next run serves: what was made anew under the id
	 * begins with its own value
	 */
	public byte @Nullable [] valueFor(@Nullable Dot desired) {
		return Objects.equals(this.desired, desired) ? this.value : null;
	}

	/*
	 * Two that were read from the same bytes are equal.
	 */
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Placement that && this.owner.equals(that.owner) && this.epoch == that.epoch
				&& this.phase == that.phase && Objects.equals(this.desired, that.desired) && this.reason == that.reason
				&& Objects.equals(this.origin, that.origin) && this.hops == that.hops
				&& this.history.equals(that.history) && Objects.equals(this.error, that.error)
				&& Arrays.equals(this.value, that.value);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.owner, this.epoch, this.phase);
	}

	private void write(FrameWriter writer) {
		writer.array(10);
		DotCodec.write(this.owner, writer);
		writer.longValue(this.epoch).longValue(this.phase.ordinal());
		DotCodec.writeOrNil(this.desired, writer);
		writer.longValue(this.reason.ordinal());
		DotCodec.writeOrNil(this.origin, writer);
		writer.longValue(this.hops);
		this.history.write(writer);
		writer.stringOrNil(this.error).bytesOrNil(this.value);
	}

	private static Placement read(FrameReader reader) {
		return reader.array(() -> new Placement(DotCodec.readReplica(reader), reader.longValue(),
				value(Phase.values(), reader.intValue()), DotCodec.readDotOrNil(reader),
				value(StartReason.values(), reader.intValue()), DotCodec.readReplicaOrNil(reader), reader.intValue(),
				RestartHistory.read(reader), reader.stringOrNil(), reader.bytesOrNil()));
	}

	private static <E> E value(E[] values, int ordinal) {
		return values[(ordinal >= 0 && ordinal < values.length) ? ordinal : 0];
	}

	/**
	 * How far a placement has come. The order decides between equal epochs (R4).
	 */
	public enum Phase {

		WAITING(ProcessState.WAITING), QUARANTINED(ProcessState.QUARANTINED), RESTARTING(ProcessState.RESTARTING),
		CLAIMED(ProcessState.STARTING), MOVING(ProcessState.MOVING), RUNNING(ProcessState.RUNNING),
		STUCK(ProcessState.STUCK);

		private final ProcessState state;

		Phase(ProcessState state) {
			this.state = state;
		}

		/**
		 * Tell whether code of the child may run.
		 */
		public boolean isRunning() {
			return this == RUNNING || this == STUCK;
		}

		public ProcessState state() {
			return this.state;
		}

	}

}
