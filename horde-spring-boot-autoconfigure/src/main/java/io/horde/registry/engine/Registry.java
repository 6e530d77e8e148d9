package io.horde.registry.engine;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.horde.cluster.membership.Membership;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.process.NameConflict;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessExecutor;
import io.horde.process.engine.ProcessRuntime;
import io.horde.registry.CallInterceptor;
import io.horde.registry.ConflictResolver;
import io.horde.registry.NameClaim;
import io.horde.registry.NameConflictEvent;
import io.horde.registry.NameEntry;
import io.horde.registry.NameEvent;
import io.horde.registry.NameQuery;
import io.horde.registry.Watch;
import io.horde.registry.calls.CallClient;
import io.horde.registry.calls.CallMessage;
import io.horde.registry.calls.CallProxies;
import io.horde.registry.calls.CallServer;
import io.horde.registry.calls.Interceptors;
import io.horde.registry.names.ConflictRules;
import io.horde.registry.names.Groups;
import io.horde.registry.names.Metadata;
import io.horde.registry.names.NameRegistration;
import io.horde.registry.names.NameWatch;
import io.horde.registry.names.RegistrationTable;
import io.horde.registry.names.RegistrationTable.Held;
import io.horde.registry.names.RegistrationUpkeep;
import io.horde.registry.names.RegistrySettings;
import io.horde.replication.Replicator;
import io.horde.time.EventLoop;
import io.horde.transport.Channels;
import io.horde.wire.MalformedFrameException;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of a cluster, as one node has them, and calls by name: the parts of a
 * registry, and how they hear of what happens. Users reach it through
 * {@link CurrentRegistry}.
 */
public final class Registry {

	private static final Logger logger = LoggerFactory.getLogger(Registry.class);

	/** All that this registry replicates and tells is under this name. */
	private static final String NAME = "horde";

	final Payloads payloads;

	final RegistrySettings settings;

	final RegistrationTable names;

	final Groups groups;

	final Metadata metadata;

	final CallProxies proxies;

	private final Interceptors interceptors = new Interceptors();

	private final List<Consumer<NameConflictEvent>> conflictListeners = new CopyOnWriteArrayList<>();

	private final CallClient client;

	private final EventLoop loop;

	private final Membership membership;

	private final ProcessRuntime runtime;

	private final ProcessExecutor executor;

	private final ConflictRules rules;

	private final RegistrationTable memberships;

	private final RegistrationUpkeep nameUpkeep;

	private final RegistrationUpkeep groupUpkeep;

	private final CallServer server;

	private final CallMessage.Receiver calls = new Calls();

	private final Set<NameWatch> watches = new LinkedHashSet<>();

	private final Map<LocalProcess, Set<NameWatch>> watchesOfProcess = new WeakHashMap<>();

	private final LongAdder conflictsWon = new LongAdder();

	private final LongAdder conflictsLost = new LongAdder();

	private final AtomicBoolean warned = new AtomicBoolean();

	private final Set<ReplicaId> reported = new LinkedHashSet<>();

	private boolean started;

	/**
	 * Creates a registry. Its maps and listeners are added to the replicator and the
	 * membership, so neither may be started yet.
	 * @param loop the event loop
	 * @param membership the members
	 * @param replicator carries the names
	 * @param runtime the processes of this node
	 * @param payloads encodes values, arguments and results
	 * @param resolver decides conflicts
	 * @param settings the settings
	 */
	public Registry(EventLoop loop, Membership membership, Replicator replicator, ProcessRuntime runtime,
			Payloads payloads, ConflictResolver resolver, RegistrySettings settings) {
		this.loop = loop;
		this.membership = membership;
		this.runtime = runtime;
		this.executor = runtime.executor();
		this.payloads = payloads;
		this.settings = settings;
		this.rules = new ConflictRules(resolver, payloads);
		this.names = new RegistrationTable("names." + NAME, membership, replicator, payloads, (key) -> key);
		this.memberships = new RegistrationTable("groups." + NAME, membership, replicator, payloads, Groups::groupOf);
		this.groups = new Groups(this.memberships);
		this.metadata = new Metadata(NAME, replicator, payloads);
		this.server = new CallServer(loop, membership, this.names, runtime, payloads, this.interceptors);
		this.client = new CallClient(loop, membership, this.names, runtime, payloads, this.interceptors, settings);
		this.proxies = new CallProxies(loop, this.executor, payloads, this.interceptors, this.client, this.names,
				node());
		this.nameUpkeep = new RegistrationUpkeep(loop, this.names, this.rules, membership.view(), new Names());
		this.groupUpkeep = new RegistrationUpkeep(loop, this.memberships, this.rules, membership.view(),
				(key) -> this.groups.changed(key));
		this.names.onDisplaced((loser, winner) -> loop.execute(() -> lost(loser, winner)));
		this.names.map().addListener(this.nameUpkeep);
		this.memberships.map().addListener(this.groupUpkeep);
		membership.addListener(this.nameUpkeep);
		membership.addListener(this.groupUpkeep);
		membership.addListener(this.client);
		membership.addListener(this.server);
		membership.onFrame(Channels.REGISTRY, this::received);
	}

	/**
	 * Return the name of this node.
	 */
	String node() {
		return this.membership.selfId().node();
	}

	/**
	 * Start to send and to accept calls. Called on the loop.
	 */
	public void start() {
		this.started = true;
	}

	/**
	 * End all calls and watches. Called on the loop.
	 */
	public void stop() {
		this.started = false;
		this.nameUpkeep.stop();
		this.groupUpkeep.stop();
		this.client.stop();
		List.copyOf(this.watches).forEach(NameWatch::close);
	}

	/**
	 * Add who is told of conflicts that this node loses, on the process executor. Called
	 * before the start.
	 */
	public void onConflict(Consumer<NameConflictEvent> listener) {
		this.conflictListeners.add(listener);
	}

	/**
	 * Add an interceptor of calls. Called before the start.
	 */
	public void addCallInterceptor(CallInterceptor interceptor) {
		this.interceptors.add(interceptor);
	}

	/**
	 * Set how the registry learns that a name which nobody holds will be held again soon,
	 * because its process is being moved, restarted or taken over: a call then waits (at
	 * most {@link RegistrySettings#moveWait()}) instead of failing at once. Called before
	 * the start.
	 * @param expected called on the loop, must return at once
	 */
	public void expectNames(Predicate<String> expected) {
		this.client.expect(expected);
	}

	/**
	 * Register a name for a process that is about to open. An older run of the same
	 * process is replaced. Called on the loop; idempotent; called again after the epoch
	 * of the process has grown, it renews the registration.
	 * @return {@code null} if the process holds the name now, else who holds it
	 */
	public @Nullable NameEntry registerRun(LocalProcess process, String name, byte @Nullable [] value) {
		return this.names.registerRun(process, name, value);
	}

	/**
	 * Tell whether to warn that a name is registered for the node itself, though it runs
	 * processes: once.
	 */
	boolean warnUnbound() {
		return !this.runtime.factory().types().isEmpty() && this.warned.compareAndSet(false, true);
	}

	/**
	 * Return what the registry holds and has done. May be called from any thread.
	 */
	public RegistryStats stats() {
		return new RegistryStats(this.names.map().size(), this.names.heldCount(), this.memberships.map().size(),
				this.conflictsWon.sum(), this.conflictsLost.sum(), this.client.calls().sentCount(),
				this.client.calls().waitingCount(), this.client.executed() + this.server.executed());
	}

	/**
	 * Return who has a name. May be called from any thread.
	 */
	public @Nullable NameEntry holder(String name) {
		return this.names.visible().entry(name);
	}

	/**
	 * Add a process, or this node, to a group. May be called from any thread.
	 */
	public void join(String group, @Nullable LocalProcess owner, @Nullable Object value) {
		byte[] bytes = this.payloads.encode(value, "the value of a member of the group '" + group + "'");
		this.groups.join(group, owner, node(), bytes);
	}

	/**
	 * Remove all names and memberships of a process and end its watches. It can't
	 * register anything afterwards. Called on the loop.
	 */
	public void release(LocalProcess process) {
		this.names.release(process);
		this.memberships.release(process);
		Set<NameWatch> watches = this.watchesOfProcess.remove(process);
		if (watches != null) {
			List.copyOf(watches).forEach(NameWatch::close);
		}
	}

	private void received(ReplicaId from, byte[] frame) {
		CallMessage message;
		try {
			message = CallMessage.of(frame);
		}
		catch (MalformedFrameException ex) {
			if (this.reported.add(from)) {
				logger.warn("Dropped a malformed frame about calls from {}: {}. More of them are logged as DEBUG.",
						from, ex.getMessage());
			}
			else {
				logger.debug("Dropped a malformed frame about calls from {}", from, ex);
			}
			return;
		}
		message.deliver(from, this.calls);
	}

	/**
	 * Watch names, until the watch is closed or its owner has ended. May be called from
	 * any thread.
	 */
	Watch watch(@Nullable LocalProcess owner, NameQuery query, Consumer<NameEvent> listener) {
		NameWatch watch = new NameWatch(query, listener, this.executor,
				(closed) -> this.loop.execute(() -> closed(closed)));
		this.loop.execute(() -> {
			if (watch.isClosed()) {
				return;
			}
			this.watches.add(watch);
			if (owner != null) {
				this.watchesOfProcess.computeIfAbsent(owner, (process) -> new LinkedHashSet<>()).add(watch);
			}
			this.names.visible().forEach((entry) -> watch.offer(entry.name(), entry));
		});
		return watch;
	}

	private void closed(NameWatch watch) {
		this.watches.remove(watch);
		this.watchesOfProcess.values().forEach((watches) -> watches.remove(watch));
	}

	private void lost(Held loser, Versioned<NameRegistration> winner) {
		this.conflictsLost.increment();
		NameClaim winning = this.rules.nameClaim(winner);
		NameClaim losing = this.rules.nameClaim(loser.registration());
		logger.debug("The name '{}' goes to {}; {} has lost it", loser.key(), winning.entry(), losing.entry());
		this.executor.execute(() -> {
			NameConflictEvent event = new NameConflictEvent(winning, losing);
			this.conflictListeners.forEach((listener) -> listener.accept(event));
			LocalProcess process = loser.owner();
			if (process != null) {
				NameConflict conflict = new NameConflict(loser.key(), valueOf(losing), NAME, winning.entry().node());
				this.loop.execute(() -> process.signalConflict(conflict));
			}
		});
	}

	private static @Nullable Object valueOf(NameClaim nameClaim) {
		try {
			return nameClaim.entry().value(Object.class);
		}
		catch (RuntimeException ex) {
			logger.warn("The value of the name '{}' can't be decoded", nameClaim.entry().name(), ex);
			return null;
		}
	}

	/**
	 * What follows from messages of other nodes.
	 */
	private final class Calls implements CallMessage.Receiver {

		@Override
		public void requested(ReplicaId from, CallMessage.Request request) {
			if (Registry.this.started) {
				Registry.this.server.requested(from, request);
			}
		}

		@Override
		public void returned(ReplicaId from, CallMessage.Result result) {
			Registry.this.client.returned(from, result);
		}

		@Override
		public void failed(ReplicaId from, CallMessage.Failure failure) {
			Registry.this.client.failed(from, failure);
		}

	}

	/**
	 * What follows from changes of names.
	 */
	private final class Names implements RegistrationUpkeep.Listener {

		@Override
		public void changed(String name) {
			if (!Registry.this.watches.isEmpty()) {
				NameEntry entry = Registry.this.names.visible().entry(name);
				Registry.this.watches.forEach((watch) -> watch.offer(name, entry));
			}
			Registry.this.client.nameChanged(name);
		}

		@Override
		public void won(Held mine) {
			Registry.this.conflictsWon.increment();
		}

		@Override
		public void lost(Held mine, Versioned<NameRegistration> winner) {
			Registry.this.lost(mine, winner);
		}

	}

}
