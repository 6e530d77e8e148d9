package io.horde.hazelcast;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

import io.horde.transport.Transport.ProbeResult;
import io.horde.transport.TransportHandler.DialFailure;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one address, as long as somebody wants it: a bare dial first, which
 * costs an absent peer nothing, then a client. Lives on the event loop.
 */
final class Dial implements PeerClient.Events {

	private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

	private static final Duration FOREIGN_PAUSE = Duration.ofSeconds(5);

	private final String address;

	private final Connections owner;

	private State state = State.PAUSED;

	private boolean wanted;

	private Duration pause = FIRST_PAUSE;

	/** What an attempt has scheduled has no effect once there is another one. */
	private int attempt;

	private @Nullable PeerClient client;

	private @Nullable UUID peer;

	private long connectedSince;

	Dial(String address, Connections owner) {
		this.address = address;
		this.owner = owner;
	}

	String address() {
		return this.address;
	}

	boolean isWanted() {
		return this.wanted;
	}

	void want(boolean wanted) {
		this.wanted = wanted;
	}

	/**
	 * Return the uuid of the member at the other end.
	 * @return {@code null} while there is no connection
	 */
	@Nullable UUID peer() {
		return this.peer;
	}

	/**
	 * Tell whether packets can be sent.
	 * @return {@code true} while connected
	 */
	boolean isConnected() {
		return this.state == State.CONNECTED;
	}

	/**
	 * Tell whether the present connection has stood for a time.
	 * @param duration how long
	 * @return {@code true} if it is that old
	 */
	boolean isConnectedFor(Duration duration) {
		return isConnected() && this.owner.loop().nanoTime() - this.connectedSince > duration.toNanos();
	}

	boolean isAliasOf(UUID other) {
		return this.state == State.ALIAS && other.equals(this.peer);
	}

	@Nullable UUID clientUuid() {
		return (this.client != null) ? this.client.clientUuid() : null;
	}

	boolean send(byte[] packet) {
		return isConnected() && this.client != null && this.client.send(packet);
	}

	/**
	 * Try now, if the next attempt is only waiting for its time.
	 */
	void tryNow() {
		if (this.state == State.PAUSED || this.state == State.ALIAS) {
			renew();
		}
	}

	/**
	 * Give the connection up because its peer is connected through another address.
	 * @param peer the peer
	 */
	void becomeAlias(UUID peer) {
		drop();
		this.state = State.ALIAS;
		this.peer = peer;
	}

	/**
	 * Give the present connection up and establish a new one.
	 */
	void renew() {
		drop();
		this.state = State.DIALLING;
		int current = this.attempt;
		this.owner.bareDial(this.address, (result) -> dialled(current, result));
	}

	/**
	 * Give the connection up for good: nobody wants it any more, or the address is the
	 * node's own.
	 */
	void close() {
		drop();
		this.state = State.CLOSED;
	}

	private void drop() {
		this.attempt++;
		this.peer = null;
		if (this.client != null) {
			this.client.close();
			this.client = null;
		}
	}

	private void dialled(int attempt, ProbeResult result) {
		if (this.attempt == attempt) {
			switch (result) {
				case ACCEPTED -> connect();
				case REFUSED -> failed(DialFailure.UNREACHABLE, "nobody listens at " + this.address);
				case SILENT -> failed(DialFailure.UNREACHABLE, this.address + " can't be reached or does not answer");
			}
		}
	}

	private void connect() {
		this.state = State.CONNECTING;
		PeerClient created = this.owner.client(this.address, this);
		this.client = created;
		this.owner.loop().schedule(this.owner.connectTimeout(), () -> {
			if (this.client == created && this.state == State.CONNECTING) {
				created.close();
			}
		});
		created.connect();
	}

	@Override
	public void connected(PeerClient client, UUID peer) {
		this.owner.loop().execute(() -> {
			if (this.client == client && this.state == State.CONNECTING) {
				this.state = State.CONNECTED;
				this.connectedSince = this.owner.loop().nanoTime();
				this.peer = peer;
				this.pause = FIRST_PAUSE;
				this.owner.connected(this, peer);
			}
		});
	}

	@Override
	public void ended(PeerClient client) {
		this.owner.loop().execute(() -> {
			boolean connected = isConnected();
			if (this.client == client) {
				drop();
				if (connected) {
					pause(FIRST_PAUSE);
					this.owner.lost(this);
				}
				else {
					failed(DialFailure.FOREIGN, "somebody listens at " + this.address
							+ " but does not answer as a Horde node: check the address and the port");
				}
			}
		});
	}

	private void failed(DialFailure failure, String reason) {
		pause((failure == DialFailure.FOREIGN) ? FOREIGN_PAUSE : this.pause);
		this.pause = Collections.min(List.of(this.pause.multipliedBy(2), LONGEST_PAUSE));
		this.owner.failed(this, failure, reason);
	}

	private void pause(Duration pause) {
		this.state = State.PAUSED;
		int current = this.attempt;
		this.owner.loop().schedule(pause, () -> {
			if (this.attempt == current) {
				renew();
			}
		});
	}

	private enum State {

		PAUSED, DIALLING, CONNECTING, CONNECTED, ALIAS, CLOSED

	}

}
