package io.horde.hazelcast;

import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

import io.horde.hazelcast.gate.Gate;
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
	 * What upper floors put around payloads. The replicator fills a frame up to its chunk
	 * size (256 kB), and the entry that passes it may have the largest payload, and as
	 * many values as were written to it at once, on several sides of a partition.
	 */
	private static final int ENVELOPE = 512 * 1024;

	private static final int CONCURRENT_PAYLOADS = 4;

	private final TransportCounters counters = new TransportCounters();

	private final EventLoop loop;

	private final HazelcastTransportSettings settings;

	private final MemberWatch<TransportRun> watch;

	private final Set<String> dialled = new TreeSet<>();

	/** From start to stop. */
	private volatile @Nullable TransportHandler handler;

	/**
	 * Stays open while a member that is gone is being replaced: this node is not dead.
	 */
	private volatile @Nullable Gate gate;

	/** There is none while one that is gone is being replaced. */
	private volatile @Nullable TransportRun running;

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
		TransportRun started;
		try {
			started = run(handler, bound);
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

	private TransportRun run(TransportHandler handler, Gate gate) {
		return new TransportRun(this.settings, this.counters, this.loop, handler, gate, maxFrameSize());
	}

	private void begin(TransportRun started) {
		this.address = started.address();
		this.running = started;
		started.begin();
	}

	@Override
	public void stop() {
		if (this.handler == null) {
			return;
		}
		this.handler = null;
		this.dialled.clear();
		TransportRun current = this.running;
		this.running = null;
		if (current != null) {
			current.stop();
		}
		else {
			gate().close();
		}
		this.watch.end();
	}

	@Override
	public String address() {
		return this.address;
	}

	@Override
	public void dial(String address) {
		TransportRun current = this.running;
		if (this.handler != null && !address.equals(this.address)) {
			this.dialled.add(address);
			if (current != null) {
				current.dial(address);
			}
		}
	}

	@Override
	public void hangUp(String address) {
		TransportRun current = this.running;
		this.dialled.remove(address);
		if (current != null) {
			current.hangUp(address);
		}
	}

	@Override
	public void probe(String address, Consumer<ProbeResult> answer) {
		TransportRun current = this.running;
		if (current != null) {
			current.bareDial(address, answer);
		}
		else if (this.handler != null) {
			this.loop.schedule(this.settings.connectTimeout(), () -> answer.accept(ProbeResult.SILENT));
		}
	}

	@Override
	public int maxFrameSize() {
		return CONCURRENT_PAYLOADS * this.settings.maxPayloadSize() + ENVELOPE;
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
	private final class Restart implements MemberWatch.Watched<TransportRun> {

		@Override
		public @Nullable String trouble(TransportRun running) {
			return running.trouble();
		}

		@Override
		public void retire(TransportRun running) {
			HazelcastTransport.this.running = null;
			HazelcastTransport.this.counters.restarts().increment();
			running.retire();
		}

		@Override
		public void dispose(TransportRun retired) {
			retired.terminate();
		}

		@Override
		public TransportRun create() {
			return run(handler(), gate());
		}

		@Override
		public void adopt(TransportRun created) {
			begin(created);
			HazelcastTransport.this.dialled.forEach(created::dial);
		}

		@Override
		public void failed(String reason) {
			handler().failed(reason);
		}

	}

}
