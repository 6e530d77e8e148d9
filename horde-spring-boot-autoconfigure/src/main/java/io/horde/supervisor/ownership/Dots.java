package io.horde.supervisor.ownership;

import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * How dots and replica ids look in frames of the supervisor.
 */
public final class Dots {

	private Dots() {
	}

	public static void write(@Nullable Dot dot, FrameWriter writer) {
		if (dot == null) {
			writer.nil();
		}
		else {
			writer.array(3)
				.string(dot.replica().node())
				.longValue(dot.replica().incarnation())
				.longValue(dot.sequence());
		}
	}

	public static @Nullable Dot read(FrameReader reader) {
		if (reader.nil()) {
			return null;
		}
		reader.array();
		Dot dot = new Dot(new ReplicaId(reader.string(), reader.longValue()), reader.longValue());
		reader.end();
		return dot;
	}

	public static void write(@Nullable ReplicaId replica, FrameWriter writer) {
		if (replica == null) {
			writer.nil();
		}
		else {
			writer.array(2).string(replica.node()).longValue(replica.incarnation());
		}
	}

	static @Nullable ReplicaId readReplica(FrameReader reader) {
		return reader.nil() ? null : readOwner(reader);
	}

	static ReplicaId readOwner(FrameReader reader) {
		reader.array();
		ReplicaId replica = new ReplicaId(reader.string(), reader.longValue());
		reader.end();
		return replica;
	}

}
