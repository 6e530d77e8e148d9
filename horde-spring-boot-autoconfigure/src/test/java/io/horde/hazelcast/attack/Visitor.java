package io.horde.hazelcast.attack;

import java.io.Closeable;
import java.io.IOException;
import java.util.UUID;

import com.hazelcast.client.impl.protocol.ClientMessage;

/**
 * Somebody who gets in: where links are open anybody who knows how it goes, else whoever
 * has a certificate.
 */
final class Visitor implements Closeable {

	private static final int LOGGED_IN = 0x000101;

	private final GateClient gate;

	private final ClientWire wire;

	private final UUID node;

	private final UUID member;

	private final String address;

	/**
	 * Log in.
	 * @param gate the connection
	 * @param address where this claims to be
	 * @throws IOException if it is not let in
	 */
	Visitor(GateClient gate, String address) throws IOException {
		this.gate = gate;
		this.address = address;
		this.node = UUID.randomUUID();
		UUID entered = this.gate.enter(this.node, address);
		this.wire = new ClientWire(this.gate.in(), this.gate.out());
		if (entered != null) {
			this.wire.login();
		}
		if (entered == null || this.wire.messageType() != LOGGED_IN) {
			this.gate.close();
			throw new IOException("Not let in");
		}
		this.member = entered;
	}

	/**
	 * Send bytes.
	 * @param bytes what is sent
	 * @return whether there was any answer
	 */
	boolean isAnswered(byte[] bytes) {
		try {
			this.wire.write(bytes);
			return this.wire.messageType() != -1;
		}
		catch (IOException ex) {
			return false;
		}
	}

	boolean isAnswered(ClientMessage message) {
		return isAnswered(ClientWire.bytes(message));
	}

	/**
	 * Begin a handshake of nodes.
	 * @return whether there was any answer
	 */
	boolean greet() {
		return greet(this.node, this.address);
	}

	/**
	 * Begin a handshake of nodes in somebody's name.
	 * @param name whose
	 * @param at where he is
	 * @return whether there was any answer
	 */
	boolean greet(UUID name, String at) {
		return isAnswered(Stranger.submission(Stranger.packetTask(Stranger.hello(name, at)), this.member));
	}

	@Override
	public void close() throws IOException {
		this.gate.close();
	}

}
