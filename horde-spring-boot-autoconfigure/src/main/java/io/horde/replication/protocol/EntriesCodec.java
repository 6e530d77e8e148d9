package io.horde.replication.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.horde.crdt.Dot;
import io.horde.crdt.DotCodec;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Slot;
import io.horde.crdt.Versioned;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;

/**
 * Collects entries into one item of a frame: an array of the origins, the first stamp,
 * and for each map an array of its number and its entries. An entry is its key, and for
 * each concurrent value the index of its origin, its sequence number, the distance of its
 * stamp from the first one, and the value.
 */
public final class EntriesCodec {

	private static final int VALUE_ITEMS = 4;

	private final Codecs codecs;

	private final Map<ReplicaId, Integer> origins = new LinkedHashMap<>();

	private final FrameWriter maps = new FrameWriter(1024);

	private final FrameWriter entries = new FrameWriter(1024);

	private long firstStamp = -1;

	private int mapCount;

	private int entryCount;

	private int map = -1;

	public EntriesCodec(Codecs codecs) {
		this.codecs = codecs;
	}

	public void add(int id, Slot<Object> slot) {
		if (id != this.map) {
			endMap();
			this.map = id;
		}
		List<Versioned<Object>> versions = slot.versions();
		EntryCodec<Object> codec = this.codecs.codec(id);
		this.entries.array(1 + VALUE_ITEMS * versions.size()).string(slot.key());
		for (Versioned<Object> version : versions) {
			if (this.firstStamp < 0) {
				this.firstStamp = version.stamp();
			}
			Integer origin = this.origins.get(version.origin());
			if (origin == null) {
				origin = this.origins.size();
				this.origins.put(version.origin(), origin);
			}
			this.entries.longValue(origin).longValue(version.sequence()).longValue(version.stamp() - this.firstStamp);
			codec.write(version.value(), version.stamp(), this.entries);
		}
		this.entryCount++;
	}

	public int size() {
		return this.maps.size() + this.entries.size();
	}

	public byte[] toBytes() {
		endMap();
		FrameWriter writer = new FrameWriter(this.maps.size() + 64 + 32 * this.origins.size());
		return writer.array(3)
			.list(this.origins.keySet(), (origin) -> DotCodec.write(origin, writer))
			.longValue(Math.max(this.firstStamp, 0))
			.array(this.mapCount)
			.items(this.maps.toBytes())
			.toBytes();
	}

	private void endMap() {
		if (this.entryCount > 0) {
			this.maps.array(1 + this.entryCount).longValue(this.map).items(this.entries.toBytes());
			this.mapCount++;
		}
		this.entries.reset();
		this.entryCount = 0;
	}

	public static List<Entry> read(byte[] bytes, Codecs codecs, UnaryOperator<ReplicaId> intern) {
		FrameReader reader = new FrameReader(bytes);
		reader.array();
		List<ReplicaId> origins = reader.list(() -> intern.apply(DotCodec.readReplica(reader)));
		long firstStamp = reader.longValue();
		int maps = reader.array();
		List<Entry> entries = new ArrayList<>();
		for (int i = 0; i < maps; i++) {
			int count = reader.array() - 1;
			int map = reader.intValue();
			for (int j = 0; j < count; j++) {
				entries.add(readEntry(reader, map, codecs.codec(map), origins, firstStamp));
			}
			reader.end();
		}
		return entries;
	}

	private static Entry readEntry(FrameReader reader, int map, EntryCodec<Object> codec, List<ReplicaId> origins,
			long firstStamp) {
		int count = (reader.array() - 1) / VALUE_ITEMS;
		String key = reader.key();
		List<Versioned<Object>> versions = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			int origin = reader.intValue();
			if (origin < 0 || origin >= origins.size()) {
				throw new MalformedFrameException("An entry of the unknown origin " + origin);
			}
			Dot dot = DotCodec.dot(origins.get(origin), reader.longValue());
			long stamp = firstStamp + reader.longValue();
			versions.add(new Versioned<>(key, codec.read(reader, stamp), stamp, dot));
		}
		reader.end();
		return new Entry(map, key, versions);
	}

	/**
	 * What there is under a key.
	 *
	 * @param map the number of the map
	 * @param key the key
	 * @param versions the concurrent values
	 */
	public record Entry(int map, String key, List<Versioned<Object>> versions) {

	}

}
