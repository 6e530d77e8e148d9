package io.horde.hazelcast;

import java.util.UUID;

import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import org.jspecify.annotations.Nullable;

/**
 * What a transport says of itself at the beginning of a handshake.
 *
 * @param number its own number of this handshake, never 0
 * @param node its member's uuid, new at each start
 * @param client the uuid of its connection to the receiver
 * @param address its advertised address
 * @param cluster the name of its cluster
 * @param oldest the oldest version of packets it understands
 * @param newest the newest
 * @param key its public key for this handshake, {@code null} if it has no secret
 */
record Introduction(long number, UUID node, UUID client, String address, String cluster, int oldest, int newest,
		byte @Nullable [] key) {

	private static final int MAX_ADDRESS = 300;

	private static final int FIELDS = 10;

	byte[] toBytes() {
		return new FrameWriter().array(FIELDS)
			.longValue(this.number)
			.longValue(this.node.getMostSignificantBits())
			.longValue(this.node.getLeastSignificantBits())
			.longValue(this.client.getMostSignificantBits())
			.longValue(this.client.getLeastSignificantBits())
			.string(this.address)
			.string(this.cluster)
			.longValue(this.oldest)
			.longValue(this.newest)
			.bytesOrNil(this.key)
			.toBytes();
	}

	static Introduction read(byte[] bytes) {
		FrameReader reader = new FrameReader(bytes);
		reader.array();
		Introduction read = new Introduction(reader.longValue(), new UUID(reader.longValue(), reader.longValue()),
				new UUID(reader.longValue(), reader.longValue()), reader.string(), reader.string(), reader.intValue(),
				reader.intValue(), reader.bytesOrNil());
		reader.end();
		if (read.number == 0 || read.address.length() > MAX_ADDRESS || read.cluster.length() > MAX_ADDRESS) {
			throw new MalformedFrameException("An introduction without a number or with overlong names");
		}
		return read;
	}

	/**
	 * Judge a peer before anything else of it is looked at.
	 * @param peer what the peer says of itself
	 * @return why it is refused, or {@code null}
	 */
	@Nullable String refuse(Introduction peer) {
		if (peer.oldest > this.newest || peer.newest < this.oldest) {
			return "protocol versions " + this.oldest + " to " + this.newest + " at " + this.address + " and "
					+ peer.oldest + " to " + peer.newest + " at " + peer.address
					+ " have nothing in common: bring both nodes to neighbouring releases";
		}
		if (!peer.cluster.equals(this.cluster)) {
			return "the node at " + this.address + " belongs to cluster '" + this.cluster + "', the one at "
					+ peer.address + " to '" + peer.cluster + "': check horde.cluster.name";
		}
		if ((peer.key == null) != (this.key == null)) {
			return "only one of the nodes at " + this.address + " and " + peer.address
					+ " has a secret: set the same horde.transport.secret on both";
		}
		return null;
	}

}
