package io.horde.cluster.membership;

import io.horde.cluster.protocol.Hello;
import io.horde.cluster.protocol.ProtocolRange;
import io.horde.crdt.DotCodec;
import io.horde.crdt.ReplicaId;
import io.horde.transport.Channels;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;

/**
 * What nodes of the neighbouring versions of the protocol send: those of the next one
 * have fields that this one does not know, behind all that it knows.
 */
final class OtherVersion {

	private OtherVersion() {
	}

	static byte[] previous(byte[] hello) {
		return hello(hello, new ProtocolRange(1, 3));
	}

	static byte[] next(byte[] hello) {
		ProtocolRange present = ProtocolRange.CURRENT;
		return longer(hello(hello, new ProtocolRange(present.highest(), present.highest() + 1)));
	}

	private static byte[] hello(byte[] bytes, ProtocolRange protocol) {
		Hello hello = Hello.of(bytes);
		return new Hello(protocol, hello.cluster(), hello.wallClock(), hello.member()).toBytes();
	}

	/**
	 * Return a frame as the next version sends it.
	 * @param channel the channel
	 * @param frame as this version sends it
	 */
	static byte[] frame(int channel, byte[] frame) {
		return switch (channel) {
			case Channels.RELAY -> relayed(frame);
			case Channels.CLUSTER -> longer(frame);
			default -> frame;
		};
	}

	private static byte[] relayed(byte[] frame) {
		FrameReader reader = new FrameReader(frame);
		int fields = reader.array();
		ReplicaId origin = DotCodec.readReplica(reader);
		ReplicaId target = DotCodec.readReplica(reader);
		int channel = reader.intValue();
		FrameWriter writer = new FrameWriter().array(fields + 1);
		DotCodec.write(origin, writer);
		DotCodec.write(target, writer);
		writer.longValue(channel).bytes(frame(channel, reader.bytes()));
		for (int i = 4; i < fields; i++) {
			writer.items(reader.item());
		}
		return writer.string("more").toBytes();
	}

	private static byte[] longer(byte[] frame) {
		FrameReader reader = new FrameReader(frame);
		int fields = reader.array();
		FrameWriter writer = new FrameWriter().array(fields + 1);
		for (int i = 0; i < fields; i++) {
			writer.items(reader.item());
		}
		return writer.string("more").toBytes();
	}

}
