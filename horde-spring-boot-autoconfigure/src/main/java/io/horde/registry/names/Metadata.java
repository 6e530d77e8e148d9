package io.horde.registry.names;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.TreeMap;

import io.horde.crdt.Versioned;
import io.horde.replication.ReplicatedMap;
import io.horde.replication.Replicator;
import io.horde.replication.protocol.EntryCodec;
import io.horde.wire.FrameReader;
import io.horde.wire.NameLimits;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a registry: a replicated map of encoded values, in which null is a
 * value like others.
 */
public final class Metadata {

	private static final EntryCodec<byte[]> CODEC = EntryCodec.of((value, writer) -> writer.bytes(value),
			FrameReader::bytes);

	private static final Type ANY = Object.class;

	private final Replicator replicator;

	private final Payloads payloads;

	private final ReplicatedMap<byte[]> map;

	public Metadata(String registry, Replicator replicator, Payloads payloads) {
		this.replicator = replicator;
		this.payloads = payloads;
		this.map = replicator.map("meta." + registry, CODEC, Versioned.BY_STAMP);
	}

	public Map<String, @Nullable Object> values() {
		Map<String, @Nullable Object> values = new TreeMap<>();
		this.map.forEach((entry) -> values.put(entry.key(), this.payloads.decode(entry.value(), ANY)));
		return values;
	}

	public void put(String key, @Nullable Object value) {
		NameLimits.check("key of the metadata", key);
		byte[] bytes = this.payloads.encode(value, "the metadatum '" + key + "'");
		this.replicator.write((writes) -> writes.put(this.map, key, bytes));
	}

	public void delete(String key) {
		this.replicator.write((writes) -> writes.removeSeen(this.map, key));
	}

}
