package io.horde.cluster.protocol;

import java.util.Collections;
import java.util.List;
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

	/** What a member can say of itself. Frames carry the numbers. */
	private static final MemberStatus[] STATUSES = { MemberStatus.JOINING, MemberStatus.UP, MemberStatus.LEAVING,
			MemberStatus.LEFT };

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
		int status = List.of(STATUSES).indexOf(this.status);
		if (status < 0) {
			throw new IllegalStateException("No member says of itself that it is " + this.status);
		}
		writer.array(FIELDS);
		DotCodec.write(this.id, writer);
		writer.longValue(this.version)
			.string(this.address)
			.longValue(status)
			.map(this.labels, writer::string, writer::string)
			.longValue(this.weight)
			.string(this.application)
			.list(this.types.values(),
					(type) -> writer.array(4)
						.string(type.type())
						.longValue(type.instances())
						.map(type.labels(), writer::string, writer::string)
						.bool(type.quorum()));
	}

	static MemberRecord read(FrameReader reader) {
		MemberRecord record = reader.array(() -> new MemberRecord(DotCodec.readReplica(reader), reader.longValue(),
				reader.name(), reader.oneOf(STATUSES), readLabels(reader), reader.intValue(), reader.nameOrEmpty(),
				readTypes(reader)));
		if (record.version < 0 || record.weight < 0 || record.address.length() > MAX_NAME) {
			throw new MalformedFrameException("Found a record of member " + record.id + " with impossible values");
		}
		return record;
	}

	private static SortedMap<String, TypeAnnouncement> readTypes(FrameReader reader) {
		SortedMap<String, TypeAnnouncement> types = new TreeMap<>();
		reader
			.list(() -> reader
				.array(() -> new TypeAnnouncement(reader.name(), reader.intValue(), readLabels(reader), reader.bool())))
			.forEach((type) -> types.put(type.type(), type));
		return types;
	}

	private static Map<String, String> readLabels(FrameReader reader) {
		return reader.map(new TreeMap<>(), reader::name, reader::nameOrEmpty);
	}

}
