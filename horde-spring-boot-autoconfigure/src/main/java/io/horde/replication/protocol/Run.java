package io.horde.replication.protocol;

import java.util.ArrayList;
import java.util.List;

import io.horde.crdt.DotCodec;
import io.horde.crdt.ReplicaId;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;

/**
 * Consecutive deltas of one origin.
 *
 * @param origin the origin
 * @param deltas the deltas, at least one, without gaps
 */
public record Run(ReplicaId origin, List<LoggedDelta> deltas) {

	private static final int HEAD_ITEMS = 3;

	/**
	 * Write this run.
	 * @param writer where to
	 * @param sender who sends it: its own name need not be repeated
	 */
	public void write(FrameWriter writer, ReplicaId sender) {
		int count = 0;
		for (LoggedDelta delta : this.deltas) {
			count += delta.count();
		}
		writer.array(HEAD_ITEMS + count);
		if (this.origin.equals(sender)) {
			writer.nil().longValue(0);
		}
		else {
			DotCodec.writeItems(this.origin, writer);
		}
		writer.longValue(this.deltas.get(0).first());
		for (LoggedDelta delta : this.deltas) {
			writer.items(delta.bytes(), delta.offset(), delta.length());
		}
	}

	/**
	 * Return the same run with a given instance of its origin: where there are many
	 * origins, it is cheaper to look up.
	 * @param same equal to the origin
	 */
	public Run of(ReplicaId same) {
		return (this.origin != same) ? new Run(same, this.deltas) : this;
	}

	/**
	 * Return how many bytes the deltas have.
	 */
	int length() {
		int length = 0;
		for (LoggedDelta delta : this.deltas) {
			length += delta.length();
		}
		return length;
	}

	/**
	 * Read a run.
	 * @param reader positioned at the run
	 * @param bytes what the reader reads: the deltas are slices of it
	 * @param sender who has sent it
	 */
	public static Run read(FrameReader reader, byte[] bytes, ReplicaId sender) {
		int count = reader.array() - HEAD_ITEMS;
		String node = reader.stringOrNil();
		long incarnation = reader.longValue();
		long first = reader.longValue();
		if (count < 1 || first < 1) {
			throw new MalformedFrameException("A run of " + count + " deltas from " + first);
		}
		List<LoggedDelta> deltas = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			int start = reader.position();
			int changes = Codecs.changes(reader);
			deltas.add(new LoggedDelta(first, first + changes - 1, 1, bytes, start, reader.position() - start));
			first += changes;
		}
		reader.end();
		return new Run((node != null) ? DotCodec.replica(node, incarnation) : sender, deltas);
	}

}
