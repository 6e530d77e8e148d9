package io.horde.hazelcast;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IExecutorService;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleListener;
import io.horde.hazelcast.gate.ProvedConnection;
import io.horde.hazelcast.gate.Refusals;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to one peer's member. It is established once; when it is lost this
 * object is done. (Hazelcast's own reconnecting would leave nine threads per absent peer,
 * and would hide that packets were lost.)
 */
final class PeerClient implements LifecycleListener {

	private static final Logger logger = LoggerFactory.getLogger(PeerClient.class);

	private final String address;

	private final HazelcastTransportSettings settings;

	private final ProvedConnection connection;

	private final Refusals refusals;

	private final Executor helpers;

	private final Events events;

	/*
	 * A client that is shut down while it creates a proxy stumbles over the proxy's
	 * failure and leaves its threads behind. So the two exclude each other, and the
	 * client never shuts down by itself: it would reconnect for ever, but is terminated
	 * first.
	 */
	private final ReentrantLock lifecycle = new ReentrantLock();

	private final AtomicBoolean ended = new AtomicBoolean();

	private final AtomicBoolean announced = new AtomicBoolean();

	private volatile Runnable termination = () -> {
	};

	private volatile boolean connected;

	private volatile @Nullable HazelcastInstance client;

	private volatile @Nullable IExecutorService executor;

	private volatile @Nullable Member member;

	private volatile @Nullable UUID clientUuid;

	private volatile @Nullable Future<?> lastSent;

	/**
	 * Creates a client that is not yet begun.
	 * @param address where to
	 * @param settings time-outs
	 * @param connection what the gate has proved
	 * @param refusals counts connections that end because of what came
	 * @param helpers threads that may block
	 * @param events told of the outcome, on any thread
	 */
	PeerClient(String address, HazelcastTransportSettings settings, ProvedConnection connection, Refusals refusals,
			Executor helpers, Events events) {
		this.address = address;
		this.settings = settings;
		this.connection = connection;
		this.refusals = refusals;
		this.helpers = helpers;
		this.events = events;
	}

	/**
	 * Have something done when no trace of the connection is left.
	 * @param termination what to do, on any thread
	 */
	void onTermination(Runnable termination) {
		this.termination = termination;
	}

	/**
	 * Begin to connect.
	 */
	void connect() {
		this.helpers.execute(() -> {
			if (this.ended.get()) {
				this.connection.close();
				this.termination.run();
				return;
			}
			try {
				this.client = GatedClient.start(ClientConfiguration.create(this.address, this.settings, this),
						this.connection, this.refusals);
			}
			catch (Exception ex) {
				logger.debug("There is no client for {}", this.address, ex);
				this.connection.close();
				close();
				this.termination.run();
				return;
			}
			if (this.ended.get()) {
				terminate();
			}
			else {
				announceIfReady();
			}
		});
	}

	@Override
	public void stateChanged(LifecycleEvent event) {
		switch (event.getState()) {
			case CLIENT_CONNECTED -> {
				this.connected = true;
				this.helpers.execute(this::announceIfReady);
			}
			case CLIENT_DISCONNECTED, SHUTTING_DOWN, SHUTDOWN -> close();
			default -> {
			}
		}
	}

	/**
	 * The event can come before the constructor of the client has returned, or after.
	 */
	private void announceIfReady() {
		this.lifecycle.lock();
		try {
			HazelcastInstance created = this.client;
			if (created == null || !this.connected || this.ended.get() || !this.announced.compareAndSet(false, true)) {
				return;
			}
			Member peer = created.getCluster().getMembers().iterator().next();
			this.executor = created.getExecutorService(LocalMember.EXECUTOR);
			this.clientUuid = created.getLocalEndpoint().getUuid();
			this.member = peer;
			this.events.connected(this, peer.getUuid());
		}
		catch (Exception ex) {
			// Hazelcast throws checked exceptions from here too, undeclared.
			close();
		}
		finally {
			this.lifecycle.unlock();
		}
	}

	/**
	 * Send a packet. Does not block.
	 * @param packet the packet
	 * @return {@code false} if it was certainly not sent; then the connection is lost too
	 */
	boolean send(byte[] packet) {
		IExecutorService target = this.executor;
		Member peer = this.member;
		if (this.ended.get() || target == null || peer == null) {
			return false;
		}
		try {
			this.lastSent = target.submitToMember(new Packet(packet), peer);
			return true;
		}
		catch (Exception ex) {
			close();
			return false;
		}
	}

	/**
	 * Wait until the peer has all that was sent, or does not answer. Blocks.
	 * @param patience how long at most
	 */
	void awaitSent(Duration patience) {
		Future<?> last = this.lastSent;
		if (last == null || this.ended.get()) {
			return;
		}
		try {
			last.get(patience.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException | CancellationException ex) {
			logger.debug("{} has perhaps not received the last words of this node", this.address, ex);
		}
	}

	/**
	 * Return the uuid under which the peer's member knows this client.
	 * @return a uuid, once connected
	 */
	@Nullable UUID clientUuid() {
		return this.clientUuid;
	}

	/**
	 * Close the connection, on a helper thread.
	 */
	void close() {
		if (this.ended.compareAndSet(false, true)) {
			this.events.ended(this);
			this.helpers.execute(this::terminate);
		}
	}

	/**
	 * End the client if it exists. Can block for some milliseconds.
	 */
	void terminate() {
		this.lifecycle.lock();
		try {
			HazelcastInstance created = this.client;
			if (created != null) {
				created.getLifecycleService().terminate();
				this.connection.close();
				this.termination.run();
			}
		}
		finally {
			this.lifecycle.unlock();
		}
	}

	/**
	 * What happens to a connection. Called on any thread.
	 */
	interface Events {

		/**
		 * The connection is established.
		 * @param client the connection
		 * @param peer the uuid of the member at the other end
		 */
		void connected(PeerClient client, UUID peer);

		/**
		 * The connection is lost, or could not be established, or was closed. Comes once.
		 * @param client the connection
		 */
		void ended(PeerClient client);

	}

}
