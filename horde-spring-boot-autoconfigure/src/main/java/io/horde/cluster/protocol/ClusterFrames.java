package io.horde.cluster.protocol;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.cluster.protocol.ClusterMessage.Answer;
import io.horde.cluster.protocol.ClusterMessage.Ask;
import io.horde.cluster.protocol.ClusterMessage.Buckets;
import io.horde.cluster.protocol.ClusterMessage.Expulsion;
import io.horde.cluster.protocol.ClusterMessage.Heartbeat;
import io.horde.cluster.protocol.ClusterMessage.LinkUse;
import io.horde.cluster.protocol.ClusterMessage.Ping;
import io.horde.cluster.protocol.ClusterMessage.Pong;
import io.horde.cluster.protocol.ClusterMessage.Records;
import io.horde.cluster.protocol.ClusterMessage.Summary;
import io.horde.cluster.protocol.ClusterMessage.Told;
import io.horde.cluster.protocol.ClusterMessage.Versions;
import io.horde.crdt.DotCodec;
import io.horde.crdt.Fingerprint;
import io.horde.crdt.ReplicaId;
import io.horde.transport.LinkRefusal;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import io.horde.wire.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * The frames of the cluster channel. Each is an array that begins with a type; receivers
 * ignore types and trailing fields that they don't know.
 */
public final class ClusterFrames {

	private static final int HEARTBEAT = 1;

	private static final int SUMMARY = 2;

	private static final int RECORDS = 3;

	private static final int EXPULSION = 8;

	private static final RecordCodec<ClusterMessage> OTHERS = new RecordCodec<ClusterMessage>()
		.with(ReplicaId.class, DotCodec::write, DotCodec::readReplica)
		.message(4, Ask.class)
		.message(5, Answer.class)
		.message(6, Ping.class)
		.message(7, Pong.class)
		.message(9, Buckets.class);

	private static final int NEIGHBOURS_ONLY = 1;

	private static final int SPARE = 2;

	private static final int WANTS_NEWS = 4;

	private ClusterFrames() {
	}

	public static byte[] encode(ClusterMessage message) {
		FrameWriter writer = new FrameWriter();
		if (message instanceof Heartbeat heartbeat) {
			write(heartbeat, writer);
		}
		else if (message instanceof Summary summary) {
			write(summary, writer);
		}
		else if (message instanceof Records records) {
			write(records, writer);
		}
		else if (message instanceof Expulsion expulsion) {
			write(expulsion, writer);
		}
		else {
			return OTHERS.frame(message);
		}
		return writer.toBytes();
	}

	/**
	 * Decode a frame.
	 * @param frame the frame, from outside
	 * @return the message, or {@code null} if its type is of a later protocol
	 * @throws MalformedFrameException if it is no such frame
	 */
	public static @Nullable ClusterMessage decode(byte[] frame) {
		FrameReader reader = new FrameReader(frame);
		reader.array();
		int type = reader.intValue();
		ClusterMessage message = switch (type) {
			case HEARTBEAT -> heartbeat(reader);
			case SUMMARY -> summary(reader);
			case RECORDS -> records(reader);
			case EXPULSION -> expulsion(reader);
			default -> OTHERS.read(type, reader);
		};
		reader.end();
		return message;
	}

	private static void write(Heartbeat heartbeat, FrameWriter writer) {
		writer.array(7).longValue(HEARTBEAT).longValue(heartbeat.wallClock());
		if (heartbeat.record() != null) {
			heartbeat.record().write(writer);
		}
		else {
			writer.nil();
		}
		LinkUse use = heartbeat.use();
		writer.longValue(heartbeat.digest())
			.map(heartbeat.opinions(), (id) -> DotCodec.write(id, writer), (opinion) -> write(opinion, writer))
			.map(heartbeat.parts(), writer::string, writer::bytes)
			.longValue((use.neighboursOnly() ? NEIGHBOURS_ONLY : 0) | (use.spare() ? SPARE : 0)
					| (use.wantsNews() ? WANTS_NEWS : 0));
	}

	private static Heartbeat heartbeat(FrameReader reader) {
		long wallClock = reader.longValue();
		MemberRecord record = reader.nil() ? null : MemberRecord.read(reader);
		long digest = reader.longValue();
		SortedMap<ReplicaId, Reachability> opinions = reader.map(new TreeMap<>(), () -> DotCodec.readReplica(reader),
				() -> reachability(reader));
		SortedMap<String, byte[]> parts = reader.map(new TreeMap<>(), reader::string, reader::bytes);
		int flags = reader.intValue();
		return new Heartbeat(wallClock, record, digest, opinions, parts,
				new LinkUse((flags & NEIGHBOURS_ONLY) != 0, (flags & SPARE) != 0, (flags & WANTS_NEWS) != 0));
	}

	private static void write(Summary summary, FrameWriter writer) {
		writer.array(6).longValue(SUMMARY).bool(summary.reply());
		summary.declared().write(writer);
		// Most members have none
		Map<ReplicaId, Versions> reports = new LinkedHashMap<>(summary.versions());
		reports.values().removeIf((versions) -> versions.report() == 0);
		writer
			.map(summary.versions(), (id) -> DotCodec.write(id, writer),
					(versions) -> writer.longValue(versions.record()))
			.longValue(summary.buckets())
			.map(reports, (id) -> writer.longValue(Fingerprint.of(id)),
					(versions) -> writer.longValue(versions.report()));
	}

	private static Summary summary(FrameReader reader) {
		boolean reply = reader.bool();
		DeclaredMembers declared = DeclaredMembers.read(reader);
		Map<ReplicaId, Versions> versions = reader.map(new LinkedHashMap<>(), () -> DotCodec.readReplica(reader),
				() -> new Versions(reader.longValue(), 0));
		long buckets = reader.longValue();
		Map<Long, Long> reports = reader.map(new HashMap<>(), reader::longValue, reader::longValue);
		versions
			.replaceAll((id, version) -> new Versions(version.record(), reports.getOrDefault(Fingerprint.of(id), 0L)));
		return new Summary(reply, declared, versions, buckets);
	}

	private static void write(Records records, FrameWriter writer) {
		writer.array(3).longValue(RECORDS).array(records.records().size() * 2);
		for (Told told : records.records()) {
			told.record().write(writer);
			write(told.reachability(), writer);
		}
		writer.array(records.reports().size() * 4);
		records.reports().forEach((by, report) -> report.write(writer.longValue(by)));
	}

	private static Records records(FrameReader reader) {
		List<Told> records = reader.items(reader.array() / 2,
				() -> new Told(MemberRecord.read(reader), reachability(reader)));
		reader.end();
		Map<Long, Report> reports = new LinkedHashMap<>();
		for (int left = reader.array() / 4; left > 0; left--) {
			reports.put(reader.longValue(), Report.read(reader));
		}
		reader.end();
		return new Records(records, reports);
	}

	private static void write(Reachability reachability, FrameWriter writer) {
		writer.longValue(reachability.ordinal());
	}

	private static Reachability reachability(FrameReader reader) {
		return reader.oneOf(Reachability.values());
	}

	private static void write(Expulsion expulsion, FrameWriter writer) {
		LinkRefusal refusal = expulsion.refused().toLinkRefusal();
		writer.array(5)
			.longValue(EXPULSION)
			.longValue(refusal.code())
			.longValue(refusal.detail())
			.string(refusal.sentence())
			.stringOrNil(refusal.address());
	}

	private static @Nullable Expulsion expulsion(FrameReader reader) {
		Refused refused = Refused.of(new LinkRefusal(reader.intValue(), reader.longValue(), reader.string(),
				reader.hasNext() ? reader.stringOrNil() : null));
		return (refused != null) ? new Expulsion(refused) : null;
	}

}
