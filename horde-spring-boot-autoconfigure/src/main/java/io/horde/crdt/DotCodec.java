package io.horde.crdt;

import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import io.horde.wire.NameLimits;
import org.jspecify.annotations.Nullable;

/**
 * How replica ids and dots look in frames. What no replica can have written is refused.
 */
public final class DotCodec {

	/*
	 * A replica id is an array of its name and incarnation, a dot one of name,
	 * incarnation and sequence number. Frames with many of them leave the arrays away, or
	 * name each replica once; they are checked here all the same.
	 */

	private DotCodec() {
	}

	public static void write(ReplicaId replica, FrameWriter writer) {
		writeItems(replica, writer.array(2));
	}

	public static void write(Dot dot, FrameWriter writer) {
		writeItems(dot.replica(), writer.array(3)).longValue(dot.sequence());
	}

	public static void writeOrNil(@Nullable ReplicaId replica, FrameWriter writer) {
		if (replica == null) {
			writer.nil();
		}
		else {
			write(replica, writer);
		}
	}

	public static void writeOrNil(@Nullable Dot dot, FrameWriter writer) {
		if (dot == null) {
			writer.nil();
		}
		else {
			write(dot, writer);
		}
	}

	/**
	 * Write a replica id as two items of an array that has begun.
	 * @param replica the id
	 * @param writer the writer
	 * @return the writer
	 */
	public static FrameWriter writeItems(ReplicaId replica, FrameWriter writer) {
		return writer.string(replica.node()).longValue(replica.incarnation());
	}

	public static ReplicaId readReplica(FrameReader reader) {
		return reader.array(() -> readItems(reader));
	}

	public static @Nullable ReplicaId readReplicaOrNil(FrameReader reader) {
		return reader.nil() ? null : readReplica(reader);
	}

	public static Dot readDot(FrameReader reader) {
		return reader.array(() -> dot(readItems(reader), reader.longValue()));
	}

	public static @Nullable Dot readDotOrNil(FrameReader reader) {
		return reader.nil() ? null : readDot(reader);
	}

	/**
	 * Read a replica id from two items of an array.
	 * @param reader positioned at the first one
	 * @return the id
	 */
	public static ReplicaId readItems(FrameReader reader) {
		return replica(reader.string(), reader.longValue());
	}

	/**
	 * Make a replica id of what was found in a frame.
	 * @param node the name
	 * @param incarnation the incarnation
	 * @return the id
	 * @throws MalformedFrameException if there can be no such replica
	 */
	public static ReplicaId replica(String node, long incarnation) {
		if (incarnation < 0 || NameLimits.problem(node) != null) {
			throw new MalformedFrameException(
					"Found a member name of " + node.length() + " characters with incarnation " + incarnation);
		}
		return new ReplicaId(node, incarnation);
	}

	/**
	 * Make a dot of what was found in a frame.
	 * @param replica the origin
	 * @param sequence the sequence number
	 * @return the dot
	 * @throws MalformedFrameException if there can be no such dot
	 */
	public static Dot dot(ReplicaId replica, long sequence) {
		if (sequence < 1) {
			throw new MalformedFrameException("Found a write of " + replica + " with the number " + sequence);
		}
		return new Dot(replica, sequence);
	}

}
