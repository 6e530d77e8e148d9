package io.horde.hazelcast.attack;

import java.io.Closeable;
import java.io.IOException;
import java.util.UUID;

import com.hazelcast.client.impl.protocol.ClientMessage;

/**
 * Somebody who gets in where links are open, as anybody does who knows how it goes.
 */
final class OpenVisitor implements Closeable {

	private static final int LOGGED_IN = 0x000101;

	private final GateClient gate;

	private final ClientWire wire;

	private final UUID node;

	private final UUID member;

	private final String address;

	/**
	 * Connect and log in.
	 * @param port the port of a node
	 * @param address where this claims to be
	 * @throws IOException if it is not let in
	 */
	OpenVisitor(int port, String address) throws IOException {
		this.gate = GateClient.open(port);
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
		return isAnswered(
				Stranger.submission(Stranger.packetTask(Stranger.hello(this.node, this.address)), this.member));
	}

	UUID member() {
		return this.member;
	}

	@Override
	public void close() throws IOException {
		this.gate.close();
	}

}
