package io.horde.replication.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

import io.horde.crdt.Change;
import io.horde.crdt.Delta;
import io.horde.crdt.Dot;
import io.horde.crdt.DotCodec;
import io.horde.crdt.Fingerprint;
import io.horde.crdt.NumberMap;
import io.horde.crdt.ReplicaId;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;

/**
 * How deltas look in a frame.
 */
public final class Codecs {

	/*
	 * The body of a delta is an array: the stamp, then one array for each change: map,
	 * key, replaced dots, and the value unless it is a removal. It holds neither its
	 * origin nor its sequence numbers, which stand once before a run of bodies, and it is
	 * encoded once, by its origin: logs and frames pass the same bytes on.
	 *
	 * A dot of the origin itself is the distance from the change's own sequence number;
	 * another one is node, incarnation and sequence number.
	 */

	private static final int REMOVAL_ITEMS = 3;

	private static final int PUT_ITEMS = 4;

	private static final EntryCodec<byte[]> OPAQUE = EntryCodec.of((value, writer) -> writer.items(value),
			FrameReader::item);

	private final NumberMap<EntryCodec<?>> codecs = new NumberMap<>();

	/**
	 * Return the number that stands for a map in frames.
	 * @param name the name of the map
	 * @return 16 bits
	 */
	public static int mapId(String name) {
		return (int) (Fingerprint.of(new ReplicaId(name, 0)) & 0xffff);
	}

	public void add(int map, EntryCodec<?> codec) {
		this.codecs.putIfAbsent(map, codec);
	}

	/**
	 * Return the codec of a map. Values of a map that only other members have are kept as
	 * they came, so that none is lost when a member of an older release passes them on.
	 * @param map the number of the map
	 */
	@SuppressWarnings("unchecked")
	EntryCodec<Object> codec(int map) {
		EntryCodec<?> codec = this.codecs.get(map);
		return (EntryCodec<Object>) ((codec != null) ? codec : OPAQUE);
	}

	public static void writeRemoval(FrameWriter writer, int map, String key, Dot own, Collection<Dot> removed) {
		writeHead(writer.array(REMOVAL_ITEMS), map, key, own, removed);
	}

	public void writePut(FrameWriter writer, int map, String key, Dot own, Collection<Dot> removed, Object value,
			long stamp) {
		writeHead(writer.array(PUT_ITEMS), map, key, own, removed);
		codec(map).write(value, stamp, writer);
	}

	private static void writeHead(FrameWriter writer, int map, String key, Dot own, Collection<Dot> removed) {
		writer.longValue(map).string(key).array(removed.size());
		for (Dot dot : removed) {
			if (dot.replica().equals(own.replica())) {
				writer.array(1).longValue(own.sequence() - dot.sequence());
			}
			else {
				DotCodec.writeItems(dot.replica(), writer.array(3)).longValue(dot.sequence());
			}
		}
	}

	/**
	 * Return how many sequence numbers a delta takes.
	 * @return the number of its changes, at least 1
	 */
	static int changes(byte[] body) {
		return changes(new FrameReader(body));
	}

	/**
	 * Skip a delta.
	 * @param reader positioned at it
	 * @return the number of its changes, at least 1
	 */
	static int changes(FrameReader reader) {
		int changes = reader.array() - 1;
		reader.end();
		if (changes < 1) {
			throw new MalformedFrameException("A delta without changes");
		}
		return changes;
	}

	public Delta read(ReplicaId origin, LoggedDelta logged, UnaryOperator<ReplicaId> intern) {
		FrameReader reader = new FrameReader(logged.bytes(), logged.offset(), logged.length());
		int count = reader.array() - 1;
		long stamp = reader.longValue();
		if (count == 1) {
			// Nearly always
			return new Delta(origin, logged.first(), stamp,
					List.of(readChange(reader, origin, logged.first(), stamp, intern)));
		}
		List<Change> changes = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			changes.add(readChange(reader, origin, logged.first() + i, stamp, intern));
		}
		return new Delta(origin, logged.first(), stamp, changes);
	}

	private Change readChange(FrameReader reader, ReplicaId origin, long sequence, long stamp,
			UnaryOperator<ReplicaId> intern) {
		int items = reader.array();
		int map = reader.intValue();
		String key = reader.key();
		int removals = reader.array();
		List<Dot> removed = (removals > 0) ? new ArrayList<>(removals) : List.of();
		for (int i = 0; i < removals; i++) {
			removed.add((reader.array() == 1) ? DotCodec.dot(origin, sequence - reader.longValue())
					: DotCodec.dot(intern.apply(DotCodec.readItems(reader)), reader.longValue()));
			reader.end();
		}
		reader.end();
		Object value = (items >= PUT_ITEMS) ? codec(map).read(reader, stamp) : null;
		reader.end();
		return new Change(map, key, value, removed);
	}

}
