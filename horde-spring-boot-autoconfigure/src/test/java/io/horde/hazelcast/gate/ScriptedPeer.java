package io.horde.hazelcast.gate;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

import org.jspecify.annotations.Nullable;

/**
 * The other end of a connection, which says whatever a test likes, and hears all.
 */
final class ScriptedPeer {

	private final Negotiation other;

	private final @Nullable SSLEngine engine;

	/** In read mode. */
	private ByteBuffer received = ByteBuffer.allocate(1 << 16).flip();

	private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

	private final ByteArrayOutputStream raw = new ByteArrayOutputStream();

	private int taken;

	/**
	 * Creates a peer.
	 * @param other who is talked to
	 * @param engine encrypts, {@code null} to speak in clear
	 */
	ScriptedPeer(Negotiation other, @Nullable SSLEngine engine) {
		this.other = other;
		this.engine = engine;
		if (engine != null) {
			begin(engine);
		}
		hear();
	}

	private static void begin(SSLEngine engine) {
		try {
			engine.beginHandshake();
		}
		catch (SSLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Say something, and hear what is answered.
	 */
	void say(byte[]... messages) {
		ByteArrayOutputStream said = new ByteArrayOutputStream();
		try {
			for (byte[] message : messages) {
				said.writeBytes(seal(message));
			}
		}
		catch (SSLException ex) {
			throw new IllegalStateException(ex);
		}
		TestNegotiation.receive(this.other, said.toByteArray());
		hear();
	}

	void say(GateMessage message) {
		say(message.toBytes().array());
	}

	/**
	 * Say something that is not encrypted.
	 */
	void sayInClear(byte[] bytes) {
		TestNegotiation.receive(this.other, bytes);
		hear();
	}

	/**
	 * Return all messages that were heard.
	 */
	List<GateMessage> heard() {
		List<GateMessage> messages = new ArrayList<>();
		ByteBuffer bytes = ByteBuffer.wrap(this.heard.toByteArray());
		try {
			GateMessage next = GateMessage.read(bytes);
			while (next != null) {
				messages.add(next);
				next = GateMessage.read(bytes);
			}
		}
		catch (GateException ex) {
			throw new IllegalStateException(ex);
		}
		return messages;
	}

	List<GateMessage.Kind> kinds() {
		return heard().stream().map(GateMessage::kind).toList();
	}

	/**
	 * Return what was heard since this was called last.
	 */
	byte[] take() {
		byte[] all = this.heard.toByteArray();
		byte[] news = Arrays.copyOfRange(all, this.taken, all.length);
		this.taken = all.length;
		return news;
	}

	/**
	 * Return what was heard, as it came.
	 */
	byte[] raw() {
		return this.raw.toByteArray();
	}

	private byte[] seal(byte[] message) throws SSLException {
		SSLEngine current = this.engine;
		if (current == null) {
			return message;
		}
		ByteBuffer sealed = ByteBuffer.allocate(message.length + (1 << 16));
		ByteBuffer plain = ByteBuffer.wrap(message);
		SSLEngineResult result = current.wrap(plain, sealed);
		while (plain.hasRemaining()) {
			if (result.bytesProduced() == 0) {
				throw new IllegalStateException("Nothing can be said: " + result);
			}
			result = current.wrap(plain, sealed);
		}
		byte[] bytes = new byte[sealed.position()];
		sealed.flip().get(bytes);
		return bytes;
	}

	void hear() {
		boolean news = true;
		while (news) {
			byte[] said = TestNegotiation.said(this.other);
			this.raw.writeBytes(said);
			this.received = ByteBuffer.allocate(this.received.remaining() + said.length)
				.put(this.received)
				.put(said)
				.flip();
			SSLEngine current = this.engine;
			if (current == null) {
				this.heard.writeBytes(said);
				return;
			}
			try {
				news = converse(current);
			}
			catch (SSLException ex) {
				tellWhy();
				return;
			}
		}
	}

	/* This end does not like what it has heard, or the other one has hung up. */
	private void tellWhy() {
		try {
			TestNegotiation.receive(this.other, seal(new byte[0]));
		}
		catch (SSLException ex) {
			// Then it has not been told.
		}
	}

	private boolean converse(SSLEngine engine) throws SSLException {
		boolean said = false;
		while (true) {
			switch (engine.getHandshakeStatus()) {
				case NEED_TASK -> engine.getDelegatedTask().run();
				case NEED_WRAP -> {
					TestNegotiation.receive(this.other, seal(new byte[0]));
					said = true;
					if (engine.isOutboundDone()) {
						return false;
					}
				}
				default -> {
					ByteBuffer plain = ByteBuffer.allocate(1 << 16);
					SSLEngineResult result = engine.unwrap(this.received, plain);
					this.heard.write(plain.array(), 0, plain.position());
					if (result.getStatus() != SSLEngineResult.Status.OK
							|| (result.bytesConsumed() == 0 && !this.received.hasRemaining())) {
						return said;
					}
				}
			}
		}
	}

}
