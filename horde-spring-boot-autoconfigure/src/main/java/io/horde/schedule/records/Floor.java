package io.horde.schedule.records;

import java.util.Comparator;

import io.horde.crdt.Dot;
import io.horde.crdt.DotCodec;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.replication.protocol.EntryCodec;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * How far a cron schedule has come (T1).
 *
 * @param desired the desired entry that its child serves, or {@code null} for a static
 * one
 * @param due the latest instant that was decided on, in milliseconds since the epoch
 * @param epoch the epoch of the run that decided
 * @param node the node of that run
 * @param state what was decided
 * @param fingerprint of the expression and the zone
 * @param zone the zone
 */
record Floor(@Nullable Dot desired, long due, long epoch, ReplicaId node, State state, long fingerprint, String zone) {

	static final EntryCodec<Floor> CODEC = EntryCodec.of(Floor::write, Floor::read);

	private static final Comparator<Floor> PROGRESS = Comparator.comparingLong(Floor::due)
		.thenComparingLong(Floor::epoch)
		.thenComparing(Floor::state);

	static final Comparator<Versioned<Floor>> ORDER = Comparator
		.<Versioned<Floor>, Floor>comparing(Versioned::value, PROGRESS)
		.thenComparing(Versioned.BY_STAMP);

	Floor with(State state) {
		return new Floor(this.desired, this.due, this.epoch, this.node, state, this.fingerprint, this.zone);
	}

	boolean isBehind(Floor other) {
		return PROGRESS.compare(this, other) < 0;
	}

	private void write(FrameWriter writer) {
		writer.array(7);
		DotCodec.writeOrNil(this.desired, writer);
		writer.longValue(this.due).longValue(this.epoch);
		DotCodec.write(this.node, writer);
		writer.longValue(this.state.ordinal()).longValue(this.fingerprint).string(this.zone);
	}

	private static Floor read(FrameReader reader) {
		return reader.array(() -> new Floor(DotCodec.readDotOrNil(reader), reader.longValue(), reader.longValue(),
				DotCodec.readReplica(reader), State.of(reader.intValue()), reader.longValue(), reader.name()));
	}

	/**
	 * What was decided on an instant, in the order in which it counts.
	 */
	enum State {

		/**
		 * The schedule began then.
		 */
		FOUNDED,

		/**
		 * Its tick begins.
		 */
		BEGAN,

		/**
		 * Its tick did not begin: the next run begins it.
		 */
		RELEASED,

		/**
		 * Its tick had begun when its node was lost.
		 */
		LOST,

		/**
		 * It has no tick.
		 */
		SKIPPED,

		/**
		 * Its tick has ended.
		 */
		ENDED;

		static State of(int ordinal) {
			State[] states = values();
			return (ordinal >= 0 && ordinal < states.length) ? states[ordinal] : ENDED;
		}

	}

}
