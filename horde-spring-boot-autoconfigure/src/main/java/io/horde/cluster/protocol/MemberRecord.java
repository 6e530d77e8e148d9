package io.horde.cluster.protocol;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.cluster.MemberStatus;
import io.horde.crdt.DotCodec;
import io.horde.crdt.ReplicaId;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;

/**
 * What a member says of itself. Nobody else writes it, except to say that the member is
 * forgotten (R6).
 *
 * @param id the incarnation
 * @param version grows with every change of the record
 * @param address the transport address, {@code host:port}
 * @param status {@code JOINING}, {@code UP}, {@code LEAVING} or {@code LEFT}
 * @param labels the labels
 * @param weight the share on the hash ring
 * @param application the application version, or an empty string
 * @param types the process types it can run, by name
 */
public record MemberRecord(ReplicaId id, long version, String address, MemberStatus status, Map<String, String> labels,
		int weight, String application, SortedMap<String, TypeAnnouncement> types) {

	/** The version of the last word on an incarnation, written when it is forgotten. */
	private static final long FORGOTTEN = Long.MAX_VALUE;

	private static final int MAX_NAME = 1000;

	private static final int FIELDS = 8;

	public MemberRecord {
		labels = copy(labels);
		types = copy(types);
	}

	private static <V> SortedMap<String, V> copy(Map<String, V> map) {
		return map.isEmpty() ? Collections.emptySortedMap() : Collections.unmodifiableSortedMap(new TreeMap<>(map));
	}

	public MemberRecord withStatus(MemberStatus status) {
		return new MemberRecord(this.id, this.version + 1, this.address, status, this.labels, this.weight,
				this.application, this.types);
	}

	public MemberRecord withAddress(String address) {
		return new MemberRecord(this.id, this.version + 1, address, this.status, this.labels, this.weight,
				this.application, this.types);
	}

	public MemberRecord withTypes(SortedMap<String, TypeAnnouncement> types) {
		return new MemberRecord(this.id, this.version + 1, this.address, this.status, this.labels, this.weight,
				this.application, types);
	}

	public MemberRecord forgotten() {
		return new MemberRecord(this.id, FORGOTTEN, this.address, MemberStatus.LEFT, this.labels, this.weight,
				this.application, this.types);
	}

	public boolean isForgotten() {
		return this.version == FORGOTTEN;
	}

	void write(FrameWriter writer) {
		writer.array(FIELDS);
		DotCodec.write(this.id, writer);
		writer.longValue(this.version).string(this.address).longValue(code(this.status));
		writeLabels(writer, this.labels);
		writer.longValue(this.weight).string(this.application);
		writer.array(this.types.size());
		for (TypeAnnouncement type : this.types.values()) {
			writer.array(4).string(type.type()).longValue(type.instances());
			writeLabels(writer, type.labels());
			writer.bool(type.quorum());
		}
	}

	static MemberRecord read(FrameReader reader) {
		reader.array();
		ReplicaId id = DotCodec.readReplica(reader);
		long version = reader.longValue();
		String address = reader.string();
		MemberStatus status = status(reader.intValue());
		Map<String, String> labels = readLabels(reader);
		int weight = reader.intValue();
		String application = reader.string();
		int count = reader.array();
		SortedMap<String, TypeAnnouncement> types = new TreeMap<>();
		for (int i = 0; i < count; i++) {
			reader.array();
			String type = reader.string();
			types.put(type, new TypeAnnouncement(type, reader.intValue(), readLabels(reader),
					reader.hasNext() && reader.bool()));
			reader.end();
		}
		reader.end();
		reader.end();
		if (version < 0 || weight < 0 || address.isBlank() || address.length() > MAX_NAME) {
			throw new MalformedFrameException("Found a record of member " + id + " with impossible values");
		}
		return new MemberRecord(id, version, address, status, labels, weight, application, types);
	}

	private static void writeLabels(FrameWriter writer, Map<String, String> labels) {
		writer.array(labels.size() * 2);
		labels.forEach((key, value) -> writer.string(key).string(value));
	}

	private static Map<String, String> readLabels(FrameReader reader) {
		int count = reader.array() / 2;
		Map<String, String> labels = new TreeMap<>();
		for (int i = 0; i < count; i++) {
			labels.put(reader.string(), reader.string());
		}
		reader.end();
		return labels;
	}

	private static int code(MemberStatus status) {
		return switch (status) {
			case JOINING -> 0;
			case UP -> 1;
			case LEAVING -> 2;
			case LEFT -> 3;
			case UNREACHABLE, DOWN -> throw new IllegalStateException("No member says of itself that it is " + status);
		};
	}

	private static MemberStatus status(int code) {
		return switch (code) {
			case 0 -> MemberStatus.JOINING;
			case 1 -> MemberStatus.UP;
			case 2 -> MemberStatus.LEAVING;
			case 3 -> MemberStatus.LEFT;
			default -> throw new MalformedFrameException("Found " + code + " where a member's status is expected");
		};
	}

}
