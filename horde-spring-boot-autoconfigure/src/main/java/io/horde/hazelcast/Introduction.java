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
 * @param oldest the oldest version of packets it understands
 * @param newest the newest
 */
record Introduction(long number, UUID node, UUID client, String address, int oldest, int newest) {

	private static final int MAX_ADDRESS = 300;

	private static final int FIELDS = 8;

	byte[] toBytes() {
		return new FrameWriter().array(FIELDS)
			.longValue(this.number)
			.longValue(this.node.getMostSignificantBits())
			.longValue(this.node.getLeastSignificantBits())
			.longValue(this.client.getMostSignificantBits())
			.longValue(this.client.getLeastSignificantBits())
			.string(this.address)
			.longValue(this.oldest)
			.longValue(this.newest)
			.toBytes();
	}

	static Introduction read(byte[] bytes) {
		FrameReader reader = new FrameReader(bytes);
		reader.array();
		Introduction read = new Introduction(reader.longValue(), new UUID(reader.longValue(), reader.longValue()),
				new UUID(reader.longValue(), reader.longValue()), reader.name(), reader.intValue(), reader.intValue());
		reader.end();
		if (read.number == 0 || read.address.length() > MAX_ADDRESS) {
			throw new MalformedFrameException("An introduction without a number or with an overlong address");
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
		return null;
	}

}
