package io.horde.hazelcast;

import java.time.Duration;
import java.util.UUID;

import io.horde.time.EventLoop;
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

	private final EventLoop loop;

	private State state = State.PAUSED;

	private boolean wanted;

	private Duration pause = FIRST_PAUSE;

	private int attempt;

	private @Nullable PeerClient client;

	private @Nullable UUID peer;

	private long connectedSince;

	private EventLoop.@Nullable Timer timer;

	Dial(String address, Connections owner, EventLoop loop) {
		this.address = address;
		this.owner = owner;
		this.loop = loop;
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
		return isConnected() && this.loop.nanoTime() - this.connectedSince > duration.toNanos();
	}

	boolean isAliasOf(UUID other) {
		return this.state == State.ALIAS && other.equals(this.peer);
	}

	@Nullable UUID clientUuid() {
		PeerClient current = this.client;
		return (current != null) ? current.clientUuid() : null;
	}

	boolean send(byte[] packet) {
		PeerClient current = this.client;
		return this.state == State.CONNECTED && current != null && current.send(packet);
	}

	/**
	 * Try now, if the next attempt is only waiting for its time.
	 */
	void tryNow() {
		if (this.state == State.PAUSED || this.state == State.ALIAS) {
			begin();
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
	 * Give the connection up for good because this address is the node's own.
	 */
	void becomeSelf() {
		drop();
		this.state = State.SELF;
	}

	/**
	 * Give the present connection up and establish a new one.
	 */
	void renew() {
		drop();
		begin();
	}

	/**
	 * Give the connection up for good.
	 */
	void close() {
		drop();
		this.state = State.CLOSED;
	}

	private void drop() {
		cancelTimer();
		this.attempt++;
		this.peer = null;
		PeerClient current = this.client;
		this.client = null;
		if (current != null) {
			current.close();
		}
	}

	private void begin() {
		cancelTimer();
		this.peer = null;
		this.state = State.DIALLING;
		int current = ++this.attempt;
		this.owner.bareDial(this.address, (result) -> {
			if (this.attempt == current) {
				dialled(result);
			}
		});
	}

	private void dialled(ProbeResult result) {
		switch (result) {
			case ACCEPTED -> connect();
			case REFUSED -> failed(DialFailure.UNREACHABLE, "nobody listens at " + this.address, false);
			case SILENT ->
				failed(DialFailure.UNREACHABLE, this.address + " can't be reached or does not answer", false);
		}
	}

	private void connect() {
		this.state = State.CONNECTING;
		PeerClient created = this.owner.client(this.address, this);
		this.client = created;
		this.timer = this.loop.schedule(this.owner.connectTimeout(), () -> {
			if (this.client == created && this.state == State.CONNECTING) {
				created.close();
			}
		});
		created.connect();
	}

	@Override
	public void connected(PeerClient client, UUID peer) {
		this.loop.execute(() -> {
			if (this.client == client && this.state == State.CONNECTING) {
				cancelTimer();
				this.state = State.CONNECTED;
				this.connectedSince = this.loop.nanoTime();
				this.peer = peer;
				this.pause = FIRST_PAUSE;
				this.owner.connected(this, peer);
			}
		});
	}

	@Override
	public void ended(PeerClient client) {
		this.loop.execute(() -> {
			if (this.client != client) {
				return;
			}
			boolean connected = this.state == State.CONNECTED;
			drop();
			if (connected) {
				pause(FIRST_PAUSE);
				this.owner.lost(this);
			}
			else {
				failed(DialFailure.FOREIGN, "somebody listens at " + this.address
						+ " but does not answer as a Horde node: check the address and the port", true);
			}
		});
	}

	private void failed(DialFailure failure, String reason, boolean foreign) {
		pause(foreign ? FOREIGN_PAUSE : this.pause);
		Duration longer = this.pause.multipliedBy(2);
		this.pause = (longer.compareTo(LONGEST_PAUSE) < 0) ? longer : LONGEST_PAUSE;
		this.owner.failed(this, failure, reason);
	}

	private void pause(Duration pause) {
		cancelTimer();
		this.state = State.PAUSED;
		this.timer = this.loop.schedule(pause, () -> {
			if (this.state == State.PAUSED) {
				begin();
			}
		});
	}

	private void cancelTimer() {
		EventLoop.Timer current = this.timer;
		this.timer = null;
		if (current != null) {
			current.cancel();
		}
	}

	private enum State {

		PAUSED, DIALLING, CONNECTING, CONNECTED, ALIAS, SELF, CLOSED

	}

}
