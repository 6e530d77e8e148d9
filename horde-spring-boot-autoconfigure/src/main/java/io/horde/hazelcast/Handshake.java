package io.horde.hazelcast;

import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * A handshake under way: the initiator waits for a reply and then for the acceptance, the
 * responder for its connection back and then for the confirmation.
 */
final class Handshake {

	private final long number;

	private final Dial dial;

	private final boolean initiator;

	private final EventLoop.Timer timeout;

	private @Nullable Introduction own;

	private @Nullable Introduction peer;

	private byte @Nullable [] hello;

	/**
	 * Creates a handshake.
	 * @param number this node's number of it
	 * @param dial the way to the peer
	 * @param peer what the peer said of itself, {@code null} if this node begins
	 * @param timeout running until {@link #end()}
	 */
	Handshake(long number, Dial dial, @Nullable Introduction peer, EventLoop.Timer timeout) {
		this.number = number;
		this.dial = dial;
		this.initiator = peer == null;
		this.peer = peer;
		this.timeout = timeout;
	}

	long number() {
		return this.number;
	}

	Dial dial() {
		return this.dial;
	}

	boolean isInitiator() {
		return this.initiator;
	}

	/**
	 * Return what this node has said of itself.
	 * @return {@code null} as long as there was no connection
	 */
	@Nullable Introduction own() {
		return this.own;
	}

	void introduced(Introduction own) {
		this.own = own;
	}

	@Nullable Introduction peer() {
		return this.peer;
	}

	void replied(Introduction peer, byte[] hello) {
		this.peer = peer;
		this.hello = hello;
	}

	/**
	 * Return what the peer's user said, once this node has accepted it.
	 * @return the hello
	 */
	byte @Nullable [] hello() {
		return this.hello;
	}

	void end() {
		this.timeout.cancel();
	}

}
