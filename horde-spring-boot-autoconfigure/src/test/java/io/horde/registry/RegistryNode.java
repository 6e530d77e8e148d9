package io.horde.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;

import io.horde.cluster.MemberSource;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipSettings;
import io.horde.cluster.topology.TopologyBySize;
import io.horde.node.Changed;
import io.horde.payload.codec.CborPayloadCodec;
import io.horde.process.ProcessContext;
import io.horde.process.RestartPolicy;
import io.horde.process.StartReason;
import io.horde.process.StopReason;
import io.horde.process.engine.CurrentProcess;
import io.horde.process.engine.End;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessCreation;
import io.horde.process.engine.ProcessExecutor;
import io.horde.process.engine.ProcessFactory;
import io.horde.process.engine.ProcessListener;
import io.horde.process.engine.ProcessRuntime;
import io.horde.process.engine.ProcessSettings;
import io.horde.process.engine.ProcessType;
import io.horde.process.engine.StartOrder;
import io.horde.registry.engine.CurrentRegistry;
import io.horde.registry.engine.Registry;
import io.horde.registry.names.NamedRun;
import io.horde.registry.names.RegistrySettings;
import io.horde.replication.ReplicationSettings;
import io.horde.replication.Replicator;
import io.horde.time.EventLoop;
import io.horde.time.clock.HybridLogicalClock;
import io.horde.transport.Transport;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;

/**
 * One node with everything below the supervisor, and the least of a supervisor: it starts
 * and stops processes when a test says so, and claims and releases their names.
 */
final class RegistryNode implements ProcessListener {

	final EventLoop loop;

	final Membership membership;

	final Replicator replicator;

	final ProcessRuntime runtime;

	final Registry engine;

	final HordeRegistry registry;

	final TestFactory factory = new TestFactory();

	/** How processes ended, by id. */
	final Map<String, End> ended = new ConcurrentSkipListMap<>();

	/** Who held a name that a process could not have, by id. */
	final Map<String, NameEntry> refused = new ConcurrentSkipListMap<>();

	/** Conflicts that this node lost. */
	final List<String> conflicts = new ArrayList<>();

	/** Names of which the test says that somebody will have them again. */
	final Set<String> expected = new TreeSet<>();

	RegistryNode(EventLoop loop, Transport transport, ProcessExecutor executor, String name, Options options,
			long seed) {
		this.loop = loop;
		this.membership = new Membership(loop, transport,
				options.membership
					.apply(Changed.of(MembershipSettings.defaults(name), "joinTimeout", Duration.ofSeconds(2))),
				TopologyBySize::new, seed);
		this.replicator = new Replicator(loop, this.membership, new HybridLogicalClock(loop),
				ReplicationSettings.defaults(), seed);
		this.runtime = new ProcessRuntime(loop, executor, this.factory, new Payloads(new CborPayloadCodec(), 1 << 20),
				name, options.process);
		this.engine = new Registry(loop, this.membership, this.replicator, this.runtime,
				new Payloads(new CborPayloadCodec(), options.maxPayloadSize), options.resolver, options.registry,
				seed + 1);
		this.registry = new CurrentRegistry(this.engine);
		this.engine
			.onConflict((event) -> this.conflicts.add(event.loser().entry() + " lost to " + event.winner().entry()));
		this.engine.expectNames(this.expected::contains);
		this.factory.register("plain", (creation) -> new Object());
	}

	void start(Collection<String> addresses) {
		this.loop.execute(() -> {
			this.engine.start();
			this.replicator.start();
			this.membership.start();
			this.membership
				.candidates(addresses.stream().map((address) -> new MemberSource.Candidate(address, "")).toList());
		});
	}

	void leave() {
		this.loop.execute(() -> {
			this.membership.leaving();
			this.membership.left();
		});
	}

	boolean isUp() {
		return this.membership.view().own().status() == MemberStatus.UP;
	}

	@Nullable MemberStatus sees(RegistryNode other) {
		var state = this.membership.view().member(other.membership.selfId());
		return (state != null) ? state.status() : null;
	}

	/** Start a process, with its name. */
	void startProcess(String id, String type, @Nullable String name, long epoch) {
		this.ended.remove(id);
		this.loop.execute(() -> this.runtime
			.start(new StartOrder(id, type, name, 0, epoch, null, null, StartReason.FIRST, null, Map.of()), this));
	}

	void stopProcess(String id, StopReason reason) {
		this.loop.execute(() -> {
			LocalProcess process = this.runtime.process(id);
			if (process != null) {
				process.stop(reason, false, (state) -> {
				});
			}
		});
	}

	LocalProcess process(String id) {
		LocalProcess process = this.runtime.process(id);
		if (process == null) {
			throw new AssertionError("No process '" + id + "' on " + this.membership.selfId());
		}
		return process;
	}

	boolean isRunning(String id) {
		LocalProcess process = this.runtime.process(id);
		return process != null && process.isOpen();
	}

	/** Do something in the context of a process. */
	void as(String id, Runnable task) {
		CurrentProcess.run(process(id), task);
	}

	HordeRegistry ownedBy(String id) {
		return this.registry.ownedBy(process(id).context());
	}

	@Override
	public void created(LocalProcess process) {
		String name = process.name();
		NameEntry holder = (name != null) ? this.engine.registerRun(process, name, new NamedRun(null, null, true))
				: null;
		if (holder != null) {
			this.refused.put(process.id(), holder);
			process.stop(StopReason.NAME_CONFLICT, false, (state) -> {
			});
		}
		else {
			process.open();
		}
	}

	@Override
	public void ended(LocalProcess process, End end) {
		this.engine.release(process);
		this.ended.put(process.id(), end);
	}

	/**
	 * What differs from the defaults.
	 */
	static final class Options {

		ConflictResolver resolver = ConflictResolver.lastWriteWins();

		RegistrySettings registry = RegistrySettings.defaults();

		ProcessSettings process = ProcessSettings.defaults();

		int maxPayloadSize = 1 << 20;

		Function<MembershipSettings, MembershipSettings> membership = (settings) -> settings;

	}

	/**
	 * Makes processes of types that a test registers.
	 */
	static final class TestFactory implements ProcessFactory {

		private final Map<String, ProcessType> types = new TreeMap<>();

		private final Map<String, Function<ProcessContext, Object>> makers = new ConcurrentHashMap<>();

		void register(String type, Function<ProcessContext, Object> maker, Class<?>... api) {
			register(type, false, maker, api);
		}

		void register(String type, boolean concurrent, Function<ProcessContext, Object> maker, Class<?>... api) {
			this.types.put(type, new ProcessType(type, false, 1, RestartPolicy.PERMANENT, "", null, concurrent,
					List.of(api), Map.of(), Object.class));
			this.makers.put(type, maker);
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
		public Object create(ProcessCreation creation) {
			Function<ProcessContext, Object> maker = this.makers.get(creation.type().name());
			if (maker == null) {
				throw new IllegalStateException("No type " + creation.type().name());
			}
			return maker.apply(creation.context());
		}

		@Override
		public void destroy(ProcessCreation creation, Object instance) {
		}

	}

}
