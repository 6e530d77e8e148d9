package io.horde.cluster;

import java.util.Map;

import io.horde.cluster.ClusterMessage.Buckets;
import io.horde.cluster.ClusterMessage.Heartbeat;
import io.horde.cluster.ClusterMessage.Records;
import io.horde.cluster.ClusterMessage.Summary;
import io.horde.cluster.ClusterMessage.Told;
import io.horde.transport.Channels;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * Version 1 of the protocol, as far as it differs from the present one: what came later
 * is missing in what its nodes send, and they do not see it in what they receive.
 */
final class PreviousVersion {

	private PreviousVersion() {
	}

	static byte[] hello(byte[] bytes) {
		Hello hello = Hello.of(bytes);
		FrameWriter writer = new FrameWriter();
		writer.array(5).longValue(1).longValue(1).string(hello.cluster()).longValue(hello.wallClock());
		write(writer, hello.member());
		return writer.toBytes();
	}

	static byte @Nullable [] frame(int channel, byte[] frame) {
		if (channel == Channels.RELAY) {
			return relayed(frame);
		}
		return (channel == Channels.CLUSTER) ? cluster(frame) : frame;
	}

	private static byte @Nullable [] relayed(byte[] frame) {
		FrameReader reader = new FrameReader(frame);
		FrameWriter writer = new FrameWriter();
		reader.array();
		writer.array(4);
		MemberRecord.writeId(writer, MemberRecord.readId(reader));
		MemberRecord.writeId(writer, MemberRecord.readId(reader));
		int channel = reader.intValue();
		byte[] content = frame(channel, reader.bytes());
		return (content != null) ? writer.longValue(channel).bytes(content).toBytes() : null;
	}

	private static byte @Nullable [] cluster(byte[] frame) {
		ClusterMessage message = ClusterFrames.decode(frame);
		FrameWriter writer = new FrameWriter();
		if (message instanceof Buckets) {
			return null;
		}
		if (message instanceof Heartbeat heartbeat) {
			write(writer, heartbeat);
			return writer.toBytes();
		}
		if (message instanceof Summary summary) {
			writer.array(4).longValue(2).bool(summary.reply());
			summary.declared().write(writer);
			writer.array(summary.versions().size() * 2);
			summary.versions().forEach((id, versions) -> {
				MemberRecord.writeId(writer, id);
				writer.longValue(versions.record());
			});
			return writer.toBytes();
		}
		if (message instanceof Records records) {
			writer.array(2).longValue(3).array(records.records().size() * 2);
			for (Told told : records.records()) {
				write(writer, told.record());
				writer.longValue(told.hearing().code());
			}
			return writer.toBytes();
		}
		return frame;
	}

	private static void write(FrameWriter writer, Heartbeat heartbeat) {
		writer.array(6).longValue(1).longValue(heartbeat.wallClock());
		MemberRecord record = heartbeat.record();
		if (record != null) {
			write(writer, record);
		}
		else {
			writer.nil();
		}
		writer.longValue(heartbeat.digest()).array(heartbeat.opinions().size() * 2);
		heartbeat.opinions().forEach((id, hearing) -> {
			MemberRecord.writeId(writer, id);
			writer.longValue(hearing.code());
		});
		writer.array(heartbeat.parts().size() * 2);
		heartbeat.parts().forEach((name, bytes) -> writer.string(name).bytes(bytes));
	}

	private static void write(FrameWriter writer, MemberRecord record) {
		writer.array(8);
		MemberRecord.writeId(writer, record.id());
		writer.longValue(record.version()).string(record.address()).longValue(switch (record.status()) {
			case JOINING -> 0;
			case UP -> 1;
			case LEAVING -> 2;
			default -> 3;
		});
		write(writer, record.labels());
		writer.longValue(record.weight()).string(record.application()).array(record.types().size());
		for (TypeAnnouncement type : record.types().values()) {
			writer.array(3).string(type.type()).longValue(type.instances());
			write(writer, type.labels());
		}
	}

	private static void write(FrameWriter writer, Map<String, String> labels) {
		writer.array(labels.size() * 2);
		labels.forEach((key, value) -> writer.string(key).string(value));
	}

}
