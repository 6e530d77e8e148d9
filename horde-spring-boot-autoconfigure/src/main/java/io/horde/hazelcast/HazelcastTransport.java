package io.horde.hazelcast;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
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
import io.horde.transport.Transport;
import io.horde.transport.TransportException;
import io.horde.transport.TransportHandler;
import io.horde.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * Links over Hazelcast: each node runs a member that can join nobody, and one client per
 * peer. No data structure of Hazelcast holds anything, and none of its decisions about
 * membership is asked for.
 */
public final class HazelcastTransport implements Transport {

	/**
	 * What upper floors put around a payload. The replicator fills a frame up to its
	 * chunk size (256 kB), and the entry that passes it may have the largest payload.
	 */
	private static final int ENVELOPE = 512 * 1024;

	private static final int SMALLEST_MAX_FRAME = 1536 * 1024;

	private final TransportCounters counters = new TransportCounters();

	private final EventLoop loop;

	private final HazelcastTransportSettings settings;

	private final MemberWatch<Running> watch;

	private final Set<String> dialled = new TreeSet<>();

	/** From start to stop. */
	private volatile @Nullable TransportHandler handler;

	/**
	 * Stays open while a member that is gone is being replaced: this node is not dead.
	 */
	private volatile @Nullable Gate gate;

	private volatile @Nullable Running running;

	/**
	 * Stays what it was after a stop. Before the first start, with port 0, it is of no
	 * use.
	 */
	private volatile String address;

	/**
	 * Creates a transport that is not started.
	 * @param loop where all callbacks come, and where all methods are called
	 * @param settings settings
	 */
	public HazelcastTransport(EventLoop loop, HazelcastTransportSettings settings) {
		this.loop = loop;
		this.settings = settings;
		this.watch = new MemberWatch<>(loop, (task) -> {
			Thread thread = new Thread(task, "horde-transport-" + settings.nodeName() + "-restart");
			thread.setDaemon(true);
			thread.start();
		}, new Restart());
		String advertised = settings.advertisedHost();
		this.address = TransportAddress.of((advertised != null) ? advertised : settings.host(),
				(settings.advertisedPort() > 0) ? settings.advertisedPort() : settings.port());
	}

	/**
	 * Return what this transport has done since it was created.
	 * @return live counters
	 */
	public TransportCounters counters() {
		return this.counters;
	}

	@Override
	public void start(TransportHandler handler) {
		if (this.handler != null) {
			throw new IllegalStateException("The transport is already started");
		}
		Gate bound = GatePort.bind(this.settings, "horde-transport-" + this.settings.nodeName() + "-gate",
				this.counters.refusals());
		Running started;
		try {
			started = new Running(handler, bound);
		}
		catch (RuntimeException ex) {
			bound.close();
			throw ex;
		}
		catch (LinkageError ex) {
			bound.close();
			throw new TransportException(this.address, "The transport can't be started with this version of Hazelcast: "
					+ ex + ". Take one that is tested, see the README", ex);
		}
		this.gate = bound;
		this.handler = handler;
		begin(started);
		this.watch.begin(started);
	}

	private void begin(Running started) {
		this.address = started.address();
		this.running = started;
		started.turnOutVisitors();
	}

	@Override
	public void stop() {
		if (this.handler == null) {
			return;
		}
		this.handler = null;
		this.dialled.clear();
		Running current = this.running;
		this.running = null;
		if (current != null) {
			current.stop();
		}
		gate().close();
		this.watch.end();
	}

	@Override
	public String address() {
		return this.address;
	}

	@Override
	public void dial(String address) {
		Running current = running();
		if (!address.equals(this.address)) {
			this.dialled.add(address);
			if (current != null) {
				current.connections.dial(address);
			}
		}
	}

	@Override
	public void hangUp(String address) {
		Running current = running();
		this.dialled.remove(address);
		if (current != null) {
			current.connections.hangUp(address);
		}
	}

	@Override
	public void probe(String address, Consumer<ProbeResult> answer) {
		Running current = running();
		if (current != null) {
			current.bareDial(address, answer);
		}
		else {
			this.loop.schedule(this.settings.connectTimeout(), () -> answer.accept(ProbeResult.SILENT));
		}
	}

	@Override
	public int maxFrameSize() {
		return Math.max(this.settings.maxPayloadSize() + ENVELOPE, SMALLEST_MAX_FRAME);
	}

	/* There is none while one that is gone is being replaced. */
	private @Nullable Running running() {
		if (this.handler == null) {
			throw new IllegalStateException("The transport is not started");
		}
		return this.running;
	}

	private Gate gate() {
		return Objects.requireNonNull(this.gate, "gate");
	}

	private TransportHandler handler() {
		return Objects.requireNonNull(this.handler, "handler");
	}

	/**
	 * Replaces a member that is gone.
	 */
	private final class Restart implements MemberWatch.Watched<Running> {

		@Override
		public @Nullable String trouble(Running running) {
			return running.member.trouble();
		}

		@Override
		public void retire(Running running) {
			HazelcastTransport.this.running = null;
			HazelcastTransport.this.counters.restarts().increment();
			running.retire();
		}

		@Override
		public void dispose(Running retired) {
			retired.terminate();
		}

		@Override
		public Running create() {
			return new Running(handler(), gate());
		}

		@Override
		public void adopt(Running created) {
			begin(created);
			HazelcastTransport.this.dialled.forEach(created.connections::dial);
		}

		@Override
		public void failed(String reason) {
			handler().failed(reason);
		}

	}

	/**
	 * One start: member, clients, threads.
	 */
	private final class Running implements Environment, ClientListener {

		private static final int HELPERS = 8;

		private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);

		/*
		 * Else a peer would see the end of the connections before it has read that this
		 * node has left, and take it for dead.
		 */
		private static final Duration LAST_WORDS = Duration.ofMillis(250);

		/*
		 * The gate itself gives up sooner.
		 */
		private static final Duration PROOF_TIMEOUT = Duration.ofSeconds(4);

		private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(1);

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

		Running(TransportHandler handler, Gate gate) {
			HazelcastTransportSettings settings = HazelcastTransport.this.settings;
			EventLoop loop = HazelcastTransport.this.loop;
			String name = "horde-transport-" + settings.nodeName() + "-";
			this.connections = new Connections(settings, HazelcastTransport.this.counters, loop, handler, this,
					maxFrameSize());
			this.arrivals = new Arrivals(loop, HazelcastTransport.this.counters, (type, packet) -> {
				if (isRunning()) {
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
				this.member = LocalMember.start(settings, this.arrivals, this, counters().refusals());
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

		/*
		 * What arrives before this is in use, or afterwards, has come too early or late.
		 */
		private boolean isRunning() {
			return HazelcastTransport.this.running == this;
		}

		private void turnOutVisitors() {
			if (isRunning()) {
				this.visitors.turnOut(this.member.connections(), this.connections.clients());
				HazelcastTransport.this.loop.schedule(BETWEEN_ROUNDS, this::turnOutVisitors);
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
			PeerClient client = new PeerClient(address, HazelcastTransport.this.settings, connection,
					counters().refusals(), this.helpers, events);
			this.clients.add(client);
			client.onTermination(() -> this.clients.remove(client));
			return client;
		}

		@Override
		public void bareDial(String address, Consumer<ProbeResult> answer) {
			Duration timeout = HazelcastTransport.this.settings.connectTimeout();
			Once<ProbeResult> once = new Once<>(HazelcastTransport.this.loop, timeout.plusMillis(50),
					ProbeResult.SILENT, (result) -> {
						if (isRunning()) {
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
			Duration timeout = HazelcastTransport.this.settings.connectTimeout();
			Once<Knock> once = new Once<>(HazelcastTransport.this.loop, timeout.plus(PROOF_TIMEOUT),
					Knock.unreachable(ProbeResult.SILENT), (knock) -> {
						if (isRunning()) {
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
			return connection != null
					&& (!HazelcastTransport.this.settings.security().isOpen() || connection.isFrom(peer.address()));
		}

		@Override
		public void clientConnected(Client client) {
			// Its first packet tells who it is.
		}

		@Override
		public void clientDisconnected(Client client) {
			UUID uuid = client.getUuid();
			HazelcastTransport.this.loop.execute(() -> {
				if (isRunning()) {
					this.connections.clientGone(uuid);
				}
			});
		}

		/**
		 * Peers see the ends of their connections at once. The port is free when this
		 * returns, unless Hazelcast hangs.
		 */
		void stop() {
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

}
