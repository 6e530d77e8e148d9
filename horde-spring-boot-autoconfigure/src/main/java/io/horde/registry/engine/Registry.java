package io.horde.registry.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.horde.cluster.membership.Membership;
import io.horde.process.ProcessContext;
import io.horde.process.engine.CurrentProcess;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessExecutor;
import io.horde.process.engine.ProcessRuntime;
import io.horde.registry.CallInterceptor;
import io.horde.registry.ConflictResolver;
import io.horde.registry.Group;
import io.horde.registry.HordeRegistry;
import io.horde.registry.NameAlreadyRegisteredException;
import io.horde.registry.NameEntry;
import io.horde.registry.NameEvent;
import io.horde.registry.NameQuery;
import io.horde.registry.NotOwnerException;
import io.horde.registry.Watch;
import io.horde.registry.names.NameConflictListener;
import io.horde.registry.names.RegistrationTable;
import io.horde.registry.names.RegistrySettings;
import io.horde.replication.Replicator;
import io.horde.time.EventLoop;
import io.horde.wire.NameLimits;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of a cluster, as one node has them, and calls by name.
 */
public final class Registry implements HordeRegistry {

	private static final Logger logger = LoggerFactory.getLogger(Registry.class);

	private final RegistryCore core;

	/**
	 * Who owns what is registered through this object; {@code null} if the calling thread
	 * decides.
	 */
	private final @Nullable LocalProcess owner;

	/**
	 * Creates a registry. Its maps and listeners are added to the replicator and the
	 * membership, so neither may be started yet.
	 * @param name the name of the registry
	 * @param loop the event loop
	 * @param membership the members
	 * @param replicator carries the names
	 * @param runtime the processes of this node
	 * @param executor runs listeners
	 * @param payloads encodes values, arguments and results
	 * @param resolver decides conflicts
	 * @param settings the settings
	 */
	public Registry(String name, EventLoop loop, Membership membership, Replicator replicator, ProcessRuntime runtime,
			ProcessExecutor executor, Payloads payloads, ConflictResolver resolver, RegistrySettings settings) {
		this.owner = null;
		this.core = new RegistryCore(name, loop, membership, replicator, runtime, executor, payloads, resolver,
				settings);
	}

	private Registry(RegistryCore core, LocalProcess owner) {
		this.core = core;
		this.owner = owner;
	}

	/**
	 * Start to send and to accept calls. Called on the loop.
	 */
	public void start() {
		this.core.start();
	}

	/**
	 * End all calls and watches. Called on the loop.
	 */
	public void stop() {
		this.core.stop();
	}

	/**
	 * Add a listener for conflicts that this node loses. Called before the start.
	 * @param listener the listener
	 */
	public void addConflictListener(NameConflictListener listener) {
		this.core.conflictListeners.add(listener);
	}

	/**
	 * Add an interceptor of calls. Called before the start.
	 * @param interceptor the interceptor
	 */
	public void addCallInterceptor(CallInterceptor interceptor) {
		this.core.interceptors.add(interceptor);
	}

	/**
	 * Set how the registry learns that a name which nobody holds will be held again soon,
	 * because its process is being moved, restarted or taken over: a call then waits (at
	 * most {@link RegistrySettings#moveWait()}) instead of failing at once. Called before
	 * the start.
	 * @param expected called on the loop, must return at once
	 */
	public void expectNames(Predicate<String> expected) {
		this.core.client.expect(expected);
	}

	/**
	 * Register a name for a process that is about to open. An older run of the same
	 * process is replaced. Called on the loop; idempotent; called again after the epoch
	 * of the process has grown, it renews the claim.
	 * @param process the process
	 * @param name the name
	 * @param value the encoded value
	 * @return {@code null} if the process holds the name now, else who holds it
	 */
	public @Nullable NameEntry claim(LocalProcess process, String name, byte @Nullable [] value) {
		return this.core.names.claim(process, name, value);
	}

	/**
	 * Remove all names and memberships of a process and end its watches. It can't
	 * register anything afterwards. Called on the loop.
	 * @param process the process
	 */
	public void release(LocalProcess process) {
		this.core.release(process);
	}

	/**
	 * Return what the registry holds and has done. May be called from any thread.
	 * @return the figures
	 */
	public RegistryStats stats() {
		return this.core.stats();
	}

	@Override
	public void register(String name, @Nullable Object value) {
		NameEntry holder = take(name, value);
		if (holder != null) {
			throw new NameAlreadyRegisteredException(holder);
		}
	}

	@Override
	public boolean tryRegister(String name, @Nullable Object value) {
		return take(name, value) == null;
	}

	private @Nullable NameEntry take(String name, @Nullable Object value) {
		LocalProcess owner = ownerOfNew(NameLimits.check("name", name));
		byte[] bytes = this.core.payloads.encode(value, "the value of the name '" + name + "'");
		return this.core.names.register(owner, name, bytes);
	}

	@Override
	public boolean unregister(String name) {
		if (this.core.names.remove(owner(), name)) {
			return true;
		}
		NameEntry holder = this.core.names.visible().entry(name);
		if (holder != null) {
			throw notOwner(name, holder);
		}
		return false;
	}

	@Override
	@SuppressWarnings("NullAway") // the value may be null, and then the function gets it
	public <V> V updateValue(String name, Class<V> type, UnaryOperator<V> update) {
		LocalProcess owner = owner();
		RegistrationTable.Held held = this.core.names.held(name);
		if (held == null || held.owner() != owner) {
			throw notOwner(name, this.core.names.visible().entry(name));
		}
		byte[] before = held.claim().value().value();
		V value = update.apply((before != null) ? this.core.payloads.decode(before, type) : null);
		byte[] bytes = this.core.payloads.encode(value, "the value of the name '" + name + "'");
		if (!this.core.names.update(owner, name, bytes)) {
			throw notOwner(name, this.core.names.visible().entry(name));
		}
		return value;
	}

	private NotOwnerException notOwner(String name, @Nullable NameEntry holder) {
		LocalProcess owner = owner();
		String asker = (owner != null) ? "Process '" + owner.id() + "'" : "Node '" + this.core.node() + "'";
		return new NotOwnerException(asker + " does not own the name '" + name + "'; "
				+ ((holder != null) ? "it belongs to " + holder : "nobody does"));
	}

	@Override
	public HordeRegistry ownedBy(ProcessContext process) {
		LocalProcess owner = LocalProcess.of(process);
		if (owner == null) {
			throw new IllegalArgumentException(
					"The context of '" + process.id() + "' is none of a process of node '" + this.core.node() + "'");
		}
		return new Registry(this.core, owner);
	}

	@Override
	public Optional<NameEntry> lookup(String name) {
		return this.core.names.visible().lookup(name);
	}

	@Override
	public Stream<NameEntry> find(NameQuery query) {
		return matching(query).stream();
	}

	@Override
	public long count(NameQuery query) {
		return matching(query).size();
	}

	private List<NameEntry> matching(NameQuery query) {
		List<NameEntry> found = new ArrayList<>();
		Consumer<NameEntry> collector = (entry) -> {
			if (found.size() < query.limit() && query.matches(entry)) {
				found.add(entry);
			}
		};
		String exact = query.exactName();
		if (exact != null) {
			lookup(exact).ifPresent(collector);
		}
		else {
			this.core.names.visible().forEach(collector);
		}
		return found;
	}

	@Override
	public int unregister(NameQuery query) {
		LocalProcess owner = owner();
		int removed = 0;
		for (String name : this.core.names.keysOf(owner)) {
			NameEntry entry = this.core.names.visible().entry(name);
			if (removed < query.limit() && entry != null && query.matches(entry)
					&& this.core.names.remove(owner, name)) {
				removed++;
			}
		}
		return removed;
	}

	@Override
	public <T> T proxy(Class<T> api, String name) {
		return proxy(api, name, this.core.settings.callTimeout());
	}

	@Override
	public <T> T proxy(Class<T> api, String name, Duration timeout) {
		return this.core.proxies.byName(api, NameLimits.check("name", name), timeout);
	}

	@Override
	public Watch watch(NameQuery query, Consumer<NameEvent> listener) {
		return this.core.watch(owner(), query, listener);
	}

	@Override
	public int dispatch(String nameOrGroup, Consumer<NameEntry> consumer) {
		String node = this.core.node();
		List<NameEntry> entries = new ArrayList<>(this.core.groups.entries(nameOrGroup));
		lookup(nameOrGroup).ifPresent(entries::add);
		entries.removeIf((entry) -> !entry.node().equals(node));
		entries.forEach(consumer);
		return entries.size();
	}

	@Override
	public Group group(String name) {
		return new OwnedGroup(NameLimits.check("name of the group", name));
	}

	@Override
	public Map<String, @Nullable Object> meta() {
		return this.core.metadata.values();
	}

	@Override
	public void putMeta(String key, @Nullable Object value) {
		this.core.metadata.put(key, value);
	}

	@Override
	public void deleteMeta(String key) {
		this.core.metadata.delete(key);
	}

	private @Nullable LocalProcess owner() {
		return (this.owner != null) ? this.owner : CurrentProcess.get();
	}

	private @Nullable LocalProcess ownerOfNew(String name) {
		LocalProcess owner = owner();
		if (owner == null && this.core.warnUnbound()) {
			logger.warn(
					"'{}' is registered for node '{}' itself, since no process is bound to this thread. If a"
							+ " process should own it, use registry.ownedBy(context). This is said once.",
					name, this.core.node());
		}
		return owner;
	}

	/**
	 * A group, with the owner of this registry.
	 */
	private final class OwnedGroup implements Group {

		private final String name;

		OwnedGroup(String name) {
			this.name = name;
		}

		@Override
		public String name() {
			return this.name;
		}

		@Override
		public void join(@Nullable Object value) {
			LocalProcess owner = ownerOfNew(this.name);
			byte[] bytes = Registry.this.core.payloads.encode(value,
					"the value of a member of the group '" + this.name + "'");
			Registry.this.core.groups.join(this.name, owner, Registry.this.core.node(), bytes);
		}

		@Override
		public boolean leave() {
			return Registry.this.core.groups.leave(this.name, owner(), Registry.this.core.node());
		}

		@Override
		public Stream<NameEntry> members() {
			return Registry.this.core.groups.entries(this.name).stream();
		}

		@Override
		public Stream<NameEntry> localMembers() {
			String node = Registry.this.core.node();
			return members().filter((entry) -> entry.node().equals(node));
		}

		@Override
		public <T> T proxy(Class<T> api) {
			return Registry.this.core.proxies.byGroup(api, this.name, Registry.this.core.settings.callTimeout(),
					() -> Registry.this.core.groups.members(this.name));
		}

	}

}
