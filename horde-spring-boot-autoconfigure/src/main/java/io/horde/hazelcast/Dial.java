package io.horde.hazelcast;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

import io.horde.hazelcast.gate.GateRefusal;
import io.horde.hazelcast.gate.Identity;
import io.horde.hazelcast.gate.Knock;
import io.horde.hazelcast.gate.ProvedConnection;
import io.horde.transport.Transport.ProbeResult;
import io.horde.transport.TransportHandler.DialFailure;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one address, as long as somebody wants it: the gate's first, until
 * both ends are proved, then a client's. Lives on the event loop.
 */
final class Dial implements PeerClient.Events {

	private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

	private final String address;

	private final Connections owner;

	private State state = State.PAUSED;

	private boolean wanted;

	private Duration pause = FIRST_PAUSE;

	/** What an attempt has scheduled has no effect once there is another one. */
	private int attempt;

	private @Nullable PeerClient client;

	private @Nullable UUID peer;

	private @Nullable UUID proved;

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
		this.owner.environment().knock(this.address, (knock) -> dialled(current, knock));
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

	private void dialled(int attempt, Knock knock) {
		ProvedConnection connection = knock.connection();
		GateRefusal refusal = knock.refusal();
		if (this.attempt != attempt) {
			if (connection != null) {
				connection.close();
			}
		}
		else if (connection != null) {
			connect(connection);
		}
		else if (refusal != null) {
			failed(DialFailure.FOREIGN, explain(refusal, knock.peer()));
		}
		else if (knock.reach() == ProbeResult.REFUSED) {
			failed(DialFailure.UNREACHABLE, "nobody listens at " + this.address);
		}
		else {
			failed(DialFailure.UNREACHABLE, this.address + " can't be reached or does not answer");
		}
	}

	private String explain(GateRefusal refusal, @Nullable Identity peer) {
		String both = "the nodes at " + this.owner.environment().address() + " and " + this.address;
		return switch (refusal) {
			case VERSION -> both + " have no version of the protocol in common: bring both to neighbouring releases";
			case CLUSTER -> "the node at " + this.address + " belongs to "
					+ ((peer != null) ? "cluster '" + peer.cluster() + "'" : "another cluster")
					+ ", this one does not: check horde.cluster.name";
			case ONE_SIDED -> "only one of " + both + " has a secret or certificates: set the same"
					+ " horde.transport.secret, or horde.transport.ssl.bundle, on both";
			case SECRET -> both + " have different secrets: set the same horde.transport.secret on both";
			case CERTIFICATE -> both + " do not accept each other's certificates: check who has signed them, whether"
					+ " they have expired, and horde.transport.ssl.bundle on both";
			case TLS -> both + " found no encrypted connection: both need TLS 1.3, and both a secret, or both"
					+ " certificates that the other one trusts";
			case TOO_SLOW -> "somebody listens at " + this.address
					+ " but has not proved in time who it is: it stands still, is too busy, or is no Horde node";
			case HUNG_UP -> "somebody listens at " + this.address
					+ " but has hung up before it proved who it is: it stops, or is no Horde node";
			case NOT_HORDE, TOO_MANY, FORBIDDEN_MESSAGE -> "somebody listens at " + this.address
					+ " but does not answer as a Horde node: check the address and the port";
		};
	}

	private void connect(ProvedConnection connection) {
		this.state = State.CONNECTING;
		this.proved = connection.peer().node();
		PeerClient created = this.owner.environment().client(this.address, connection, this);
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
			if (this.client != client || this.state != State.CONNECTING) {
				return;
			}
			if (!peer.equals(this.proved)) {
				client.close();
			}
			else {
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
					failed(DialFailure.FOREIGN, "the node at " + this.address
							+ " has answered, but no connection to it came up: it is starting, or too busy");
				}
			}
		});
	}

	private void failed(DialFailure failure, String reason) {
		pause(this.pause);
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
