package io.horde.hazelcast;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import com.hazelcast.client.Client;
import com.hazelcast.client.ClientListener;
import io.horde.hazelcast.gate.Gate;
import io.horde.hazelcast.gate.Identity;
import io.horde.hazelcast.gate.Knock;
import io.horde.hazelcast.gate.ProvedConnection;
import io.horde.time.EventLoop;
import io.horde.transport.Transport.ProbeResult;
import io.horde.transport.TransportException;
import io.horde.transport.TransportHandler;
import org.jspecify.annotations.Nullable;

/**
 * One start: member, clients, threads.
 */
final class TransportRun implements Environment, ClientListener {

	private static final int HELPERS = 8;

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);

	/*
	 * Else a peer would see the end of the connections before it has read that this node
	 * has left, and take it for dead.
	 */
	private static final Duration LAST_WORDS = Duration.ofMillis(250);

	/*
	 * The gate itself gives up sooner.
	 */
	private static final Duration PROOF_TIMEOUT = Duration.ofSeconds(4);

	private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(1);

	private final HazelcastTransportSettings settings;

	private final TransportCounters counters;

	private final EventLoop loop;

	private final Set<PeerClient> clients = ConcurrentHashMap.newKeySet();

	private final Connections connections;

	private final Arrivals arrivals;

	private final Visitors visitors = new Visitors();

	private final LocalMember member;

	private final UUID node;

	private final String address;

	private final Gate gate;

	private final Lookups lookups;

	private final ThreadPoolExecutor helpers;

	/** What arrives before this is in use, or afterwards, has come too early or late. */
	private volatile boolean running;

	TransportRun(HazelcastTransportSettings settings, TransportCounters counters, EventLoop loop,
			TransportHandler handler, Gate gate, int maxFrameSize) {
		this.settings = settings;
		this.counters = counters;
		this.loop = loop;
		String name = "horde-transport-" + settings.nodeName() + "-";
		this.connections = new Connections(settings, counters, loop, handler, this, maxFrameSize);
		this.arrivals = new Arrivals(loop, counters, (type, packet) -> {
			if (this.running) {
				this.connections.received(type, packet);
			}
		});
		this.gate = gate;
		this.address = PublishedAddress.of(settings, this.gate.port());
		this.lookups = new Lookups(name + "lookup");
		AtomicInteger number = new AtomicInteger();
		this.helpers = new ThreadPoolExecutor(HELPERS, HELPERS, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				(task) -> {
					Thread thread = new Thread(task, name + number.incrementAndGet());
					thread.setDaemon(true);
					return thread;
				}, new ThreadPoolExecutor.DiscardPolicy());
		this.helpers.allowCoreThreadTimeOut(true);
		try {
			this.member = LocalMember.start(settings, this.arrivals, this, this.counters.refusals());
		}
		catch (RuntimeException ex) {
			this.lookups.close();
			throw ex;
		}
		this.node = this.member.uuid();
		try {
			this.gate.open(new Identity(this.node, this.address, settings.clusterName()), settings.security(),
					this.member::accept);
		}
		catch (GeneralSecurityException ex) {
			this.lookups.close();
			this.member.terminate();
			throw new TransportException(this.address,
					"Links of the transport at " + this.address + " can't be secured: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Begin to take what arrives.
	 */
	void begin() {
		this.running = true;
		turnOutVisitors();
	}

	/**
	 * Dial an address from now on.
	 * @param address {@code host:port}
	 */
	void dial(String address) {
		this.connections.dial(address);
	}

	void hangUp(String address) {
		this.connections.hangUp(address);
	}

	/**
	 * Tell what is wrong with the member.
	 * @return what is wrong, {@code null} if nothing is
	 */
	@Nullable String trouble() {
		return this.member.trouble();
	}

	private void turnOutVisitors() {
		if (this.running) {
			this.visitors.turnOut(this.member.connections(), this.connections.clients());
			this.loop.schedule(BETWEEN_ROUNDS, this::turnOutVisitors);
		}
	}

	@Override
	public UUID node() {
		return this.node;
	}

	@Override
	public String address() {
		return this.address;
	}

	@Override
	public Arrivals arrivals() {
		return this.arrivals;
	}

	@Override
	public PeerClient client(String address, ProvedConnection connection, PeerClient.Events events) {
		PeerClient client = new PeerClient(address, this.settings, connection, this.counters.refusals(), this.helpers,
				events);
		this.clients.add(client);
		client.onTermination(() -> this.clients.remove(client));
		return client;
	}

	@Override
	public void bareDial(String address, Consumer<ProbeResult> answer) {
		Duration timeout = this.settings.connectTimeout();
		Once<ProbeResult> once = new Once<>(this.loop, timeout.plusMillis(50), ProbeResult.SILENT, (result) -> {
			if (this.running) {
				answer.accept(result);
			}
		}, (late) -> {
		});
		this.lookups.resolve(address, (resolved) -> {
			if (resolved != null) {
				this.gate.probe(resolved, timeout, once::answer);
			}
			else {
				once.answer(ProbeResult.SILENT);
			}
		});
	}

	@Override
	public void knock(String address, Consumer<Knock> outcome) {
		Duration timeout = this.settings.connectTimeout();
		Once<Knock> once = new Once<>(this.loop, timeout.plus(PROOF_TIMEOUT), Knock.unreachable(ProbeResult.SILENT),
				(knock) -> {
					if (this.running) {
						outcome.accept(knock);
					}
					else {
						close(knock);
					}
				}, this::close);
		this.lookups.resolve(address, (resolved) -> {
			if (resolved != null) {
				this.gate.connect(resolved, timeout, once::answer);
			}
			else {
				once.answer(Knock.unreachable(ProbeResult.SILENT));
			}
		});
	}

	private void close(Knock unwanted) {
		ProvedConnection connection = unwanted.connection();
		if (connection != null) {
			connection.close();
		}
	}

	@Override
	public boolean isProved(Introduction peer) {
		ProvedConnection connection = this.member.connectionOf(peer.client());
		return connection != null && connection.peer().node().equals(peer.node())
				&& connection.peer().address().equals(peer.address());
	}

	@Override
	public boolean mayDial(Introduction peer) {
		ProvedConnection connection = this.member.connectionOf(peer.client());
		return connection != null && (!this.settings.security().isOpen() || connection.isFrom(peer.address()));
	}

	@Override
	public void clientConnected(Client client) {
		// Its first packet tells who it is.
	}

	@Override
	public void clientDisconnected(Client client) {
		UUID uuid = client.getUuid();
		this.loop.execute(() -> {
			if (this.running) {
				this.connections.clientGone(uuid);
			}
		});
	}

	/**
	 * Peers see the ends of their connections at once. The port is free when this
	 * returns, unless Hazelcast hangs.
	 */
	void stop() {
		this.running = false;
		this.connections.flush();
		long end = System.nanoTime() + LAST_WORDS.toNanos();
		this.clients.forEach((client) -> client.awaitSent(Duration.ofNanos(end - System.nanoTime())));
		this.connections.close();
		this.gate.close();
		terminate();
	}

	/**
	 * Nobody reaches this node any more: end all links, and tell of it.
	 */
	void retire() {
		this.running = false;
		this.connections.lose();
	}

	/**
	 * End all connections. Blocks, unless Hazelcast hangs.
	 */
	void terminate() {
		this.lookups.close();
		CountDownLatch ended = new CountDownLatch(1 + this.clients.size());
		this.helpers.execute(() -> {
			this.member.terminate();
			ended.countDown();
		});
		for (PeerClient client : this.clients) {
			this.helpers.execute(() -> {
				client.terminate();
				ended.countDown();
			});
		}
		this.helpers.shutdown();
		try {
			ended.await(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
