package io.horde.hazelcast.gate;

import java.nio.ByteBuffer;
import java.util.List;

import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import org.jspecify.annotations.Nullable;

/**
 * What the two ends say to each other before anything else passes: eight bytes (a mark,
 * version, kind, length), then a body.
 *
 * @param kind what it is
 * @param body its content
 */
record GateMessage(Kind kind, byte[] body) {

	/**
	 * The first byte is not the first byte of a TLS record.
	 */
	static final int MARK = 0x484F5244;

	static final byte VERSION = 1;

	static final int HEADER = 8;

	static final int MAX_BODY = 2048;

	private static final int MAX_PROOFS = 2;

	static GateMessage introduction(byte[] identity) {
		return new GateMessage(Kind.INTRODUCTION, identity);
	}

	static GateMessage proofs(Kind kind, List<byte[]> proofs) {
		FrameWriter writer = new FrameWriter().array(proofs.size());
		proofs.forEach(writer::bytes);
		return new GateMessage(kind, writer.toBytes());
	}

	static GateMessage refusal(GateRefusal refusal) {
		return new GateMessage(Kind.REFUSAL, new byte[] { (byte) refusal.code() });
	}

	ByteBuffer toBytes() {
		return ByteBuffer.allocate(HEADER + this.body.length)
			.putInt(MARK)
			.put(VERSION)
			.put((byte) this.kind.ordinal())
			.putShort((short) this.body.length)
			.put(this.body)
			.flip();
	}

	/**
	 * Take a message from what has arrived.
	 * @param bytes what has arrived; stays untouched if the message is not complete
	 * @return the message, {@code null} if more has to arrive
	 * @throws GateException if this can't become a message
	 */
	static @Nullable GateMessage read(ByteBuffer bytes) throws GateException {
		int start = bytes.position();
		for (int i = 0; i < Math.min(Integer.BYTES, bytes.remaining()); i++) {
			if (bytes.get(start + i) != (byte) (MARK >>> (24 - 8 * i))) {
				throw new GateException(GateRefusal.NOT_HORDE, "What came is not the gate's protocol");
			}
		}
		if (bytes.remaining() < HEADER) {
			return null;
		}
		if (bytes.get(start + 4) != VERSION) {
			throw new GateException(GateRefusal.VERSION, "Version " + bytes.get(start + 4) + " of the gate's protocol");
		}
		int kind = bytes.get(start + 5);
		int length = Short.toUnsignedInt(bytes.getShort(start + 6));
		if (kind < 0 || kind >= Kind.ALL.length || length > MAX_BODY) {
			throw new GateException(GateRefusal.NOT_HORDE, "A message of kind " + kind + " with " + length + " bytes");
		}
		if (bytes.remaining() < HEADER + length) {
			return null;
		}
		byte[] body = new byte[length];
		bytes.position(start + HEADER);
		bytes.get(body);
		return new GateMessage(Kind.ALL[kind], body);
	}

	/**
	 * Read the proofs of a {@link Kind#PROOF} or {@link Kind#ACCEPTANCE}.
	 * @return the proofs
	 * @throws GateException if the body is malformed
	 */
	List<byte[]> proofs() throws GateException {
		try {
			FrameReader reader = new FrameReader(this.body);
			List<byte[]> proofs = reader.list(reader::bytes);
			if (proofs.size() <= MAX_PROOFS) {
				return proofs;
			}
		}
		catch (MalformedFrameException ex) {
			// The same as too many.
		}
		throw new GateException(GateRefusal.NOT_HORDE, "Malformed proofs");
	}

	/**
	 * Read the code of a {@link Kind#REFUSAL}.
	 * @return the code, {@code null} if it is unknown
	 */
	@Nullable GateRefusal refusal() {
		return (this.body.length == 1) ? GateRefusal.of(this.body[0]) : null;
	}

	/**
	 * What a message is.
	 */
	enum Kind {

		/** Who the sender is; comes from both, first from whoever dialled. */
		INTRODUCTION,

		/** Proofs of the secrets that whoever dialled knows. */
		PROOF,

		/** The other end's proof; what follows is Hazelcast's. */
		ACCEPTANCE,

		/** The connection ends, for this reason. */
		REFUSAL;

		private static final Kind[] ALL = values();

	}

}
