package io.horde.hazelcast;

import java.nio.ByteBuffer;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of packets. Every packet begins with twelve bytes: version, kind, flags,
 * zero, and the receiver's number of the link or of the handshake that it belongs to (0
 * in a {@link #HELLO}, which belongs to none yet).
 */
enum PacketType {

	/**
	 * First of a handshake: who I am.
	 */
	HELLO(1),

	/**
	 * Second: who I am, and what my user has to say.
	 */
	REPLY(2),

	/**
	 * Third: you are accepted; what my user has to say.
	 */
	CONFIRM(3),

	/**
	 * Last: you are accepted, the link is up.
	 */
	ACCEPT(4),

	/**
	 * Instead of the second, third or last: you are refused, for this reason.
	 */
	REFUSE(5),

	/**
	 * Frames, numbered.
	 */
	DATA(6),

	/**
	 * Only an acknowledgement.
	 */
	ACK(7);

	static final byte VERSION = 1;

	static final int HEADER = 12;

	private static final PacketType[] BY_CODE = new PacketType[8];

	static {
		for (PacketType type : values()) {
			BY_CODE[type.code] = type;
		}
	}

	private final byte code;

	PacketType(int code) {
		this.code = (byte) code;
	}

	byte code() {
		return this.code;
	}

	/**
	 * Write the twelve bytes that begin a packet.
	 * @param packet where to write
	 * @param receiver the receiver's number of the link or handshake
	 * @return the same buffer, after the header
	 */
	ByteBuffer header(ByteBuffer packet, long receiver) {
		return packet.put(VERSION).put(this.code).put((byte) 0).put((byte) 0).putLong(receiver);
	}

	/**
	 * Make a packet.
	 * @param receiver the receiver's number of the link or handshake
	 * @param body what follows the header
	 * @return the packet
	 */
	byte[] packet(long receiver, byte[] body) {
		return header(ByteBuffer.allocate(HEADER + body.length), receiver).put(body).array();
	}

	/**
	 * Tell what kind a packet is.
	 * @param packet a packet from outside
	 * @return {@code null} if it is none of ours
	 */
	static @Nullable PacketType of(byte[] packet) {
		if (packet.length < HEADER || packet[0] != VERSION || packet[1] <= 0 || packet[1] >= BY_CODE.length) {
			return null;
		}
		return BY_CODE[packet[1]];
	}

	/**
	 * Return the receiver's number of the link or handshake.
	 * @param packet a packet of a known kind
	 * @return the number
	 */
	static long receiver(byte[] packet) {
		return ByteBuffer.wrap(packet).getLong(4);
	}

	/**
	 * Return what follows the header.
	 * @param packet a packet of a known kind
	 * @return the body
	 */
	static byte[] body(byte[] packet) {
		return Arrays.copyOfRange(packet, HEADER, packet.length);
	}

	/**
	 * Tell whether packets of this kind belong to a link that is up.
	 * @return {@code false} for those of a handshake
	 */
	boolean isOfLink() {
		return this.code >= DATA.code;
	}

}
