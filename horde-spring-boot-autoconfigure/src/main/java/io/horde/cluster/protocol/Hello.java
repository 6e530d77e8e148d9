package io.horde.cluster.protocol;

import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;

/**
 * What a node says in the handshake of a link.
 *
 * @param protocol the protocol versions it speaks
 * @param cluster its cluster name
 * @param wallClock its wall clock, milliseconds since the epoch
 * @param member its own record
 */
public record Hello(ProtocolRange protocol, String cluster, long wallClock, MemberRecord member) {

	public byte[] toBytes() {
		FrameWriter writer = new FrameWriter();
		writer.array(5)
			.longValue(this.protocol.lowest())
			.longValue(this.protocol.highest())
			.string(this.cluster)
			.longValue(this.wallClock);
		this.member.write(writer);
		return writer.toBytes();
	}

	public static Hello of(byte[] bytes) {
		FrameReader reader = new FrameReader(bytes);
		return reader.array(() -> new Hello(new ProtocolRange(reader.intValue(), reader.intValue()), reader.name(),
				reader.longValue(), MemberRecord.read(reader)));
	}

}
