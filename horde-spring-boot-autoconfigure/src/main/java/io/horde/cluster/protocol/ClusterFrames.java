package io.horde.cluster.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.cluster.protocol.ClusterMessage.Answer;
import io.horde.cluster.protocol.ClusterMessage.Ask;
import io.horde.cluster.protocol.ClusterMessage.Buckets;
import io.horde.cluster.protocol.ClusterMessage.Effort;
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
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import org.jspecify.annotations.Nullable;

/**
 * The frames of the cluster channel. Each is an array that begins with a type; receivers
 * ignore types and trailing fields that they don't know.
 */
public final class ClusterFrames {

	private static final int HEARTBEAT = 1;

	private static final int SUMMARY = 2;

	private static final int RECORDS = 3;

	private static final int ASK = 4;

	private static final int ANSWER = 5;

	private static final int PING = 6;

	private static final int PONG = 7;

	private static final int EXPULSION = 8;

	private static final int BUCKETS = 9;

	private static final int NEIGHBOURS_ONLY = 1;

	private static final int SPARE = 2;

	private static final int WANTS_NEWS = 4;

	private static final Encoder encoder = new Encoder();

	private ClusterFrames() {
	}

	public static byte[] encode(ClusterMessage message) {
		FrameWriter writer = new FrameWriter();
		message.deliver(writer, encoder);
		return writer.toBytes();
	}

	/* Most members have none. */
	private static void writeReports(FrameWriter writer, Summary summary) {
		Map<ReplicaId, Versions> reports = new LinkedHashMap<>(summary.versions());
		reports.values().removeIf((versions) -> versions.report() == 0);
		writer.array(reports.size() * 2);
		reports.forEach((id, versions) -> writer.longValue(Fingerprint.of(id)).longValue(versions.report()));
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
			case ASK -> new Ask(reader.longValue(), DotCodec.readReplica(reader), reader.oneOf(Effort.values()));
			case ANSWER ->
				new Answer(reader.longValue(), DotCodec.readReplica(reader), Reachability.of(reader.intValue()));
			case PING -> new Ping(reader.longValue());
			case PONG -> new Pong(reader.longValue());
			case EXPULSION -> expulsion(reader);
			case BUCKETS -> buckets(reader);
			default -> null;
		};
		reader.end();
		return message;
	}

	private static Heartbeat heartbeat(FrameReader reader) {
		long wallClock = reader.longValue();
		MemberRecord record = reader.nil() ? null : MemberRecord.read(reader);
		long digest = reader.longValue();
		SortedMap<ReplicaId, Reachability> opinions = new TreeMap<>();
		for (int left = reader.array() / 2; left > 0; left--) {
			opinions.put(DotCodec.readReplica(reader), Reachability.of(reader.intValue()));
		}
		reader.end();
		SortedMap<String, byte[]> parts = new TreeMap<>();
		for (int left = reader.array() / 2; left > 0; left--) {
			parts.put(reader.string(), reader.bytes());
		}
		reader.end();
		int flags = reader.hasNext() ? reader.intValue() : 0;
		return new Heartbeat(wallClock, record, digest, opinions, parts,
				new LinkUse((flags & NEIGHBOURS_ONLY) != 0, (flags & SPARE) != 0, (flags & WANTS_NEWS) != 0));
	}

	private static Summary summary(FrameReader reader) {
		boolean reply = reader.bool();
		DeclaredMembers declared = DeclaredMembers.read(reader);
		Map<ReplicaId, Versions> versions = new LinkedHashMap<>();
		for (int left = reader.array() / 2; left > 0; left--) {
			versions.put(DotCodec.readReplica(reader), new Versions(reader.longValue(), 0));
		}
		reader.end();
		long buckets = reader.hasNext() ? reader.longValue() : Summary.ALL;
		Map<Long, Long> reports = readReports(reader);
		versions
			.replaceAll((id, version) -> new Versions(version.record(), reports.getOrDefault(Fingerprint.of(id), 0L)));
		return new Summary(reply, declared, versions, buckets);
	}

	private static Map<Long, Long> readReports(FrameReader reader) {
		Map<Long, Long> reports = new HashMap<>();
		if (reader.hasNext()) {
			for (int left = reader.array() / 2; left > 0; left--) {
				reports.put(reader.longValue(), reader.longValue());
			}
			reader.end();
		}
		return reports;
	}

	private static Buckets buckets(FrameReader reader) {
		long[] digests = new long[reader.array()];
		for (int i = 0; i < digests.length; i++) {
			digests[i] = reader.longValue();
		}
		reader.end();
		return new Buckets(digests);
	}

	private static Records records(FrameReader reader) {
		List<Told> records = new ArrayList<>();
		for (int left = reader.array() / 2; left > 0; left--) {
			records.add(new Told(MemberRecord.read(reader), Reachability.of(reader.intValue())));
		}
		reader.end();
		Map<Long, Report> reports = new LinkedHashMap<>();
		if (reader.hasNext()) {
			for (int left = reader.array() / 4; left > 0; left--) {
				reports.put(reader.longValue(), Report.read(reader));
			}
			reader.end();
		}
		return new Records(records, reports);
	}

	private static @Nullable Expulsion expulsion(FrameReader reader) {
		Refusal refusal = Refusal.in("(" + reader.string() + ")");
		return (refusal != null) ? new Expulsion(refusal, reader.string()) : null;
	}

	/**
	 * Writes each kind of message.
	 */
	private static final class Encoder implements ClusterMessage.Handler<FrameWriter> {

		@Override
		public void heartbeat(FrameWriter writer, Heartbeat heartbeat) {
			writer.array(7).longValue(HEARTBEAT).longValue(heartbeat.wallClock());
			if (heartbeat.record() != null) {
				heartbeat.record().write(writer);
			}
			else {
				writer.nil();
			}
			writer.longValue(heartbeat.digest());
			writer.array(heartbeat.opinions().size() * 2);
			heartbeat.opinions().forEach((id, reachability) -> {
				DotCodec.write(id, writer);
				writer.longValue(reachability.code());
			});
			writer.array(heartbeat.parts().size() * 2);
			heartbeat.parts().forEach((name, bytes) -> writer.string(name).bytes(bytes));
			LinkUse use = heartbeat.use();
			writer.longValue((use.neighboursOnly() ? NEIGHBOURS_ONLY : 0) | (use.spare() ? SPARE : 0)
					| (use.wantsNews() ? WANTS_NEWS : 0));
		}

		@Override
		public void buckets(FrameWriter writer, Buckets buckets) {
			writer.array(2).longValue(BUCKETS).array(buckets.digests().length);
			for (long digest : buckets.digests()) {
				writer.longValue(digest);
			}
		}

		@Override
		public void summary(FrameWriter writer, Summary summary) {
			writer.array(6).longValue(SUMMARY).bool(summary.reply());
			summary.declared().write(writer);
			writer.array(summary.versions().size() * 2);
			summary.versions().forEach((id, versions) -> {
				DotCodec.write(id, writer);
				writer.longValue(versions.record());
			});
			writer.longValue(summary.buckets());
			writeReports(writer, summary);
		}

		@Override
		public void records(FrameWriter writer, Records records) {
			writer.array(3).longValue(RECORDS).array(records.records().size() * 2);
			for (Told told : records.records()) {
				told.record().write(writer);
				writer.longValue(told.reachability().code());
			}
			writer.array(records.reports().size() * 4);
			records.reports().forEach((by, report) -> report.write(writer.longValue(by)));
		}

		@Override
		public void ask(FrameWriter writer, Ask ask) {
			writer.array(4).longValue(ASK).longValue(ask.number());
			DotCodec.write(ask.target(), writer);
			writer.longValue(ask.effort().ordinal());
		}

		@Override
		public void answer(FrameWriter writer, Answer answer) {
			writer.array(4).longValue(ANSWER).longValue(answer.number());
			DotCodec.write(answer.target(), writer);
			writer.longValue(answer.reachability().code());
		}

		@Override
		public void ping(FrameWriter writer, Ping ping) {
			writer.array(2).longValue(PING).longValue(ping.number());
		}

		@Override
		public void pong(FrameWriter writer, Pong pong) {
			writer.array(2).longValue(PONG).longValue(pong.number());
		}

		@Override
		public void expulsion(FrameWriter writer, Expulsion expulsion) {
			writer.array(3)
				.longValue(EXPULSION)
				.string(expulsion.refusal().code())
				.string(expulsion.refusal().sentence(expulsion.sentence()));
		}

	}

}
