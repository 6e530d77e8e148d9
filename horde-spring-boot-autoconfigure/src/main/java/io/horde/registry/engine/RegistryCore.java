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

import io.horde.cluster.membership.Membership;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.process.NameConflict;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessExecutor;
import io.horde.process.engine.ProcessRuntime;
import io.horde.registry.ConflictResolver;
import io.horde.registry.NameClaim;
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
import io.horde.registry.names.NameConflictListener;
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
 * What a registry is made of, and how its parts hear of what happens.
 */
final class RegistryCore {

	private static final Logger logger = LoggerFactory.getLogger(RegistryCore.class);

	final Payloads payloads;

	final RegistrySettings settings;

	final RegistrationTable names;

	final Groups groups;

	final Metadata metadata;

	final Interceptors interceptors = new Interceptors();

	final List<NameConflictListener> conflictListeners = new CopyOnWriteArrayList<>();

	final CallClient client;

	final CallProxies proxies;

	private final String name;

	private final EventLoop loop;

	private final Membership membership;

	private final ProcessRuntime runtime;

	private final ProcessExecutor executor;

	private final ConflictRules rules;

	private final RegistrationTable memberships;

	private final RegistrationUpkeep nameUpkeep;

	private final RegistrationUpkeep groupUpkeep;

	private final CallServer server;

	private final Set<NameWatch> watches = new LinkedHashSet<>();

	private final Map<LocalProcess, Set<NameWatch>> watchesOfProcess = new WeakHashMap<>();

	private final LongAdder conflictsWon = new LongAdder();

	private final LongAdder conflictsLost = new LongAdder();

	private final AtomicBoolean warned = new AtomicBoolean();

	private final Set<ReplicaId> reported = new LinkedHashSet<>();

	private boolean started;

	RegistryCore(String name, EventLoop loop, Membership membership, Replicator replicator, ProcessRuntime runtime,
			ProcessExecutor executor, Payloads payloads, ConflictResolver resolver, RegistrySettings settings) {
		this.name = name;
		this.loop = loop;
		this.membership = membership;
		this.runtime = runtime;
		this.executor = executor;
		this.payloads = payloads;
		this.settings = settings;
		this.rules = new ConflictRules(resolver, payloads);
		this.names = new RegistrationTable("names." + name, membership, replicator, payloads, (key) -> key);
		this.memberships = new RegistrationTable("groups." + name, membership, replicator, payloads, Groups::groupOf);
		this.groups = new Groups(this.memberships);
		this.metadata = new Metadata(name, replicator, payloads);
		this.server = new CallServer(loop, membership, this.names, runtime, payloads, this.interceptors);
		this.client = new CallClient(loop, membership, this.names, runtime, executor, payloads, this.interceptors,
				settings, this.server.executed());
		this.proxies = new CallProxies(loop, executor, payloads, this.interceptors, this.client, this.names, node());
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

	String node() {
		return this.membership.selfId().node();
	}

	void start() {
		this.started = true;
	}

	void stop() {
		this.started = false;
		this.nameUpkeep.stop();
		this.groupUpkeep.stop();
		this.client.stop();
		List.copyOf(this.watches).forEach(NameWatch::close);
	}

	boolean warnUnbound() {
		return !this.runtime.factory().types().isEmpty() && this.warned.compareAndSet(false, true);
	}

	RegistryStats stats() {
		return new RegistryStats(this.names.map().size(), this.names.heldCount(), this.memberships.map().size(),
				this.conflictsWon.sum(), this.conflictsLost.sum(), this.client.calls().sentCount(),
				this.client.calls().waitingCount(), this.server.executed().sum());
	}

	void release(LocalProcess process) {
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
		if (!(message instanceof CallMessage.Request request)) {
			this.client.answered(from, message);
		}
		else if (this.started) {
			this.server.requested(from, request);
		}
	}

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
		NameClaim winning = this.rules.claim(winner);
		NameClaim losing = this.rules.claim(loser.claim());
		logger.debug("The name '{}' goes to {}; {} has lost it", loser.key(), winning.entry(), losing.entry());
		this.executor.execute(() -> {
			this.conflictListeners.forEach((listener) -> {
				try {
					listener.onConflict(winning, losing);
				}
				catch (RuntimeException ex) {
					logger.warn("A listener failed at the conflict about the name '{}'", loser.key(), ex);
				}
			});
			LocalProcess process = loser.owner();
			if (process != null) {
				NameConflict conflict = new NameConflict(loser.key(), valueOf(losing), this.name,
						winning.entry().node());
				this.loop.execute(() -> process.signalConflict(conflict));
			}
		});
	}

	private static @Nullable Object valueOf(NameClaim claim) {
		try {
			return claim.entry().value(Object.class);
		}
		catch (RuntimeException ex) {
			logger.warn("The value of the name '{}' can't be decoded", claim.entry().name(), ex);
			return null;
		}
	}

	/**
	 * What follows from changes of names.
	 */
	private final class Names implements RegistrationUpkeep.Listener {

		@Override
		public void changed(String name) {
			if (!RegistryCore.this.watches.isEmpty()) {
				NameEntry entry = RegistryCore.this.names.visible().entry(name);
				RegistryCore.this.watches.forEach((watch) -> watch.offer(name, entry));
			}
			RegistryCore.this.client.nameChanged(name);
		}

		@Override
		public void won(Held mine) {
			RegistryCore.this.conflictsWon.increment();
		}

		@Override
		public void lost(Held mine, Versioned<NameRegistration> winner) {
			RegistryCore.this.lost(mine, winner);
		}

	}

}
