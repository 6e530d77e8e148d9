package io.horde.hazelcast.gate;

import java.util.UUID;

import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import io.horde.wire.TransportAddress;

/**
 * Who stands at one end of a connection. The proof covers it.
 *
 * @param node its member's uuid, new at each start
 * @param address its advertised address
 * @param cluster the name of its cluster
 */
public record Identity(UUID node, String address, String cluster) {

	private static final int MAX_NAME = 300;

	private static final int FIELDS = 4;

	byte[] toBytes() {
		return new FrameWriter().array(FIELDS)
			.longValue(this.node.getMostSignificantBits())
			.longValue(this.node.getLeastSignificantBits())
			.string(this.address)
			.string(this.cluster)
			.toBytes();
	}

	/**
	 * Read what a peer says of itself.
	 * @param bytes from outside
	 * @return the identity
	 * @throws GateException if it is malformed
	 */
	static Identity read(byte[] bytes) throws GateException {
		try {
			FrameReader reader = new FrameReader(bytes);
			reader.array();
			Identity read = new Identity(new UUID(reader.longValue(), reader.longValue()), reader.name(),
					reader.name());
			reader.end();
			TransportAddress.check(read.address);
			if (read.cluster.length() > MAX_NAME) {
				throw new GateException(GateRefusal.NOT_HORDE, "An introduction with an impossible cluster name");
			}
			return read;
		}
		catch (MalformedFrameException | IllegalArgumentException ex) {
			throw new GateException(GateRefusal.NOT_HORDE, "A malformed introduction");
		}
	}

}
