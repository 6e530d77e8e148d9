package io.horde.process.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

import io.horde.payload.PayloadCodec;
import io.horde.payload.codec.CborPayloadCodec;
import io.horde.process.ProcessContext;
import io.horde.process.StartReason;
import io.horde.process.StopReason;
import io.horde.schedule.engine.Schedule;
import io.horde.test.SimulatedEventLoop;
import io.horde.test.Simulation;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One node's processes in virtual time. What happens to them is noted in {@link #events}.
 */
final class TestProcesses implements ProcessListener, ProcessFactory {

	final Simulation simulation = new Simulation(42);

	final SimulatedEventLoop loop = this.simulation.eventLoop("node");

	final TestExecutor executor = new TestExecutor();

	final PayloadCodec codec = new CborPayloadCodec();

	final List<String> events = new ArrayList<>();

	final ProcessRuntime runtime;

	private final Map<String, ProcessType> types = new TreeMap<>();

	private final Map<String, Body> bodies = new TreeMap<>();

	private final Map<String, End> ends = new TreeMap<>();

	private final Map<String, List<Schedule>> schedules = new TreeMap<>();

	@Nullable Throwable whereabouts;

	boolean open = true;

	TestProcesses() {
		this(ProcessSettings.defaults());
	}

	TestProcesses(ProcessSettings settings) {
		this.runtime = new ProcessRuntime(this.loop, this.executor, this, new Payloads(this.codec, 1 << 20), "node",
				settings);
	}

	TestProcesses type(String name, Body body) {
		return type(ProcessType.onDemand(name), body);
	}

	TestProcesses type(ProcessType type, Body body) {
		this.types.put(type.name(), type);
		this.bodies.put(type.name(), body);
		return this;
	}

	TestProcesses schedule(String type, Schedule... schedules) {
		this.schedules.put(type, List.of(schedules));
		return this;
	}

	LocalProcess start(String type) {
		return start(order(type, type));
	}

	LocalProcess start(StartOrder order) {
		LocalProcess process = this.runtime.start(order, this);
		run();
		return process;
	}

	static StartOrder order(String id, String type) {
		return new StartOrder(id, type, null, 0, 1, null, null, StartReason.FIRST, null, Map.of());
	}

	void stop(LocalProcess process) {
		process.stop(StopReason.TERMINATED, false, (state) -> this.events.add("stopped " + process.id()));
		run();
	}

	void run() {
		run(Duration.ZERO);
	}

	void run(Duration duration) {
		this.simulation.run(duration);
	}

	End end(LocalProcess process) {
		End end = this.ends.get(process.id());
		assertThat(end).as("end of %s", process).isNotNull();
		return end;
	}

	boolean hasEnded(LocalProcess process) {
		return this.ends.containsKey(process.id());
	}

	@Override
	public void created(LocalProcess process) {
		this.events.add("created " + process.id());
		if (this.open) {
			process.open();
		}
	}

	@Override
	public void stuck(LocalProcess process, Throwable whereabouts) {
		this.whereabouts = whereabouts;
		this.events.add("stuck " + process.id());
	}

	@Override
	public void ended(LocalProcess process, End end) {
		this.events.add("ended " + process.id());
		assertThat(this.ends.put(process.id(), end)).as("earlier end of %s", process).isNull();
	}

	@Override
	public Collection<ProcessType> types() {
		return this.types.values();
	}

	@Override
	public @Nullable ProcessType type(String name) {
		return this.types.get(name);
	}

	@Override
	public Object create(ProcessCreation creation) throws Exception {
		this.events.add("create " + creation.context().id());
		Body body = this.bodies.get(creation.type().name());
		assertThat(body).isNotNull();
		return body.create(creation.context());
	}

	@Override
	public List<Schedule> schedules(LocalProcess process) {
		return this.schedules.getOrDefault(process.type().name(), List.of());
	}

	@Override
	public @Nullable OwnedLifecycle lifecycle(LocalProcess process) {
		return (process.instance() instanceof OwnedLifecycle lifecycle) ? lifecycle : null;
	}

	@Override
	public void destroy(ProcessCreation creation, Object instance) {
		this.events.add("destroy " + creation.context().id());
	}

	/**
	 * Constructs a process.
	 */
	@FunctionalInterface
	interface Body {

		Object create(ProcessContext context) throws Exception;

	}

	/**
	 * Runs tasks on the loop; can be told to hold them back.
	 */
	final class TestExecutor implements ProcessExecutor {

		final Deque<Runnable> held = new ArrayDeque<>();

		final Deque<Runnable> ownThreads = new ArrayDeque<>();

		final List<Thread> abandoned = new ArrayList<>();

		boolean hold;

		@Override
		public void execute(Runnable task) {
			if (this.hold) {
				this.held.add(task);
			}
			else {
				TestProcesses.this.loop.execute(task);
			}
		}

		void release() {
			this.hold = false;
			while (!this.held.isEmpty()) {
				execute(this.held.remove());
			}
		}

		@Override
		public void executeOnOwnThread(String name, Runnable task) {
			this.ownThreads.add(task);
		}

		@Override
		public <T> T blocking(Callable<T> wait) throws Exception {
			return wait.call();
		}

		@Override
		public void abandon(Thread thread) {
			this.abandoned.add(thread);
		}

	}

}
