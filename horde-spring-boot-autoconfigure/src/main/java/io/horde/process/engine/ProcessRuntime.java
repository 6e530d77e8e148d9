package io.horde.process.engine;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.horde.schedule.engine.Tickers;
import io.horde.time.EventLoop;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts processes on this node and knows those that have not ended.
 */
public final class ProcessRuntime {

	private static final Logger logger = LoggerFactory.getLogger(ProcessRuntime.class);

	private final EventLoop loop;

	private final ProcessExecutor executor;

	private final ProcessFactory factory;

	private final Payloads payloads;

	private final String node;

	private final ProcessSettings settings;

	private final Tickers tickers;

	private final LoopLease loopLease;

	private final Map<String, LocalProcess> processes = new ConcurrentHashMap<>();

	private final Set<String> slowTypes = ConcurrentHashMap.newKeySet();

	private final LongAdder started = new LongAdder();

	private final LongAdder failedStarts = new LongAdder();

	private final LongAdder interrupted = new LongAdder();

	private final LongAdder abandoned = new LongAdder();

	/**
	 * Creates a runtime.
	 * @param executor runs users' code
	 * @param factory creates and destroys processes
	 * @param payloads encodes handed-off state
	 * @param node the name of this node
	 */
	public ProcessRuntime(EventLoop loop, ProcessExecutor executor, ProcessFactory factory, Payloads payloads,
			String node, ProcessSettings settings) {
		this.loop = loop;
		this.executor = executor;
		this.factory = factory;
		this.payloads = payloads;
		this.node = node;
		this.settings = settings;
		this.tickers = new Tickers(loop, node, executor.threads());
		this.loopLease = new LoopLease(loop);
	}

	/**
	 * Start a process. Called on the loop. A type that this node can't run and an id that
	 * still runs here are reported as failed starts.
	 * @param order what to start
	 * @param listener is told how it fares, never from within this call
	 */
	public LocalProcess start(StartOrder order, ProcessListener listener) {
		ProcessType type = this.factory.type(order.type());
		LocalProcess process = new LocalProcess(this, order, (type != null) ? type : ProcessType.onDemand(order.type()),
				listener);
		if (type == null) {
			process.lifecycle().refuse("node " + this.node + " has no process type " + order.type());
		}
		else if (this.processes.putIfAbsent(order.id(), process) != null) {
			process.lifecycle().refuse("an earlier run of it has not ended on node " + this.node);
		}
		else {
			process.lifecycle().start();
		}
		return process;
	}

	/**
	 * Return a process that has not ended. May be called from any thread.
	 * @param id the child's id
	 * @return the process, or {@code null}
	 */
	public @Nullable LocalProcess process(String id) {
		return this.processes.get(id);
	}

	/**
	 * Return the processes that have not ended. May be called from any thread.
	 * @return a weakly consistent view
	 */
	public Collection<LocalProcess> processes() {
		return Collections.unmodifiableCollection(this.processes.values());
	}

	public ProcessFactory factory() {
		return this.factory;
	}

	/**
	 * Return the executor of users' code.
	 */
	public ProcessExecutor executor() {
		return this.executor;
	}

	/**
	 * Return how the processes fare. May be called from any thread.
	 */
	public ProcessStats stats() {
		return new ProcessStats(this.processes.size(), this.started.sum(), this.failedStarts.sum(),
				this.interrupted.sum(), this.abandoned.sum());
	}

	/**
	 * Return what the schedules of the processes share.
	 */
	public Tickers tickers() {
		return this.tickers;
	}

	public EventLoop loop() {
		return this.loop;
	}

	/**
	 * Return until when the processes that need no quorum may act for the cluster.
	 */
	public LoopLease loopLease() {
		return this.loopLease;
	}

	Payloads payloads() {
		return this.payloads;
	}

	String node() {
		return this.node;
	}

	public ProcessSettings settings() {
		return this.settings;
	}

	/**
	 * Tell somebody something about a process; that he fails changes nothing for it.
	 */
	static void notify(LocalProcess process, Runnable notification) {
		try {
			notification.run();
		}
		catch (RuntimeException ex) {
			logger.error("Process {}: a listener failed", process.id(), ex);
		}
	}

	/**
	 * Note that ticks of a type keep its calls waiting.
	 * @return whether that is new
	 */
	boolean isSlow(String type) {
		return this.slowTypes.add(type);
	}

	void created() {
		this.started.increment();
	}

	void interrupted() {
		this.interrupted.increment();
	}

	void abandoned(Thread thread) {
		this.abandoned.increment();
		this.executor.abandon(thread);
	}

	void ended(LocalProcess process, End end) {
		this.processes.remove(process.id(), process);
		if (end.kind() == End.Kind.START_FAILED) {
			this.failedStarts.increment();
		}
	}

}
