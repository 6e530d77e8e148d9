package io.horde.registry.engine;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.horde.HordeException;
import io.horde.process.ProcessContext;
import io.horde.process.engine.CurrentProcess;
import io.horde.process.engine.LocalProcess;
import io.horde.registry.Group;
import io.horde.registry.HordeRegistry;
import io.horde.registry.NameAlreadyRegisteredException;
import io.horde.registry.NameEntry;
import io.horde.registry.NameEvent;
import io.horde.registry.NameQuery;
import io.horde.registry.NotOwnerException;
import io.horde.registry.Watch;
import io.horde.registry.names.RegistrationTable;
import io.horde.registry.names.VisibleRegistrations;
import io.horde.wire.NameLimits;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry as users see it: that of the node that runs at present. Proxies, groups
 * and watches can be made before it runs and outlive a stop and a start of the
 * application; names and memberships that the node itself holds don't, because they end
 * with its incarnation.
 */
public final class CurrentRegistry implements HordeRegistry {

	private static final Logger logger = LoggerFactory.getLogger(CurrentRegistry.class);

	private final Supplier<@Nullable Registry> running;

	private final Supplier<Registry> registry;

	/**
	 * Who owns what is registered through this object; {@code null} if the calling thread
	 * decides.
	 */
	private final @Nullable LocalProcess owner;

	/** Those that follow to the next node. */
	private final List<CurrentWatch> watches = new CopyOnWriteArrayList<>();

	/**
	 * Creates the face of nodes that follow each other.
	 * @param running returns the registry of the node that runs, or {@code null}
	 * @param registry does too, but throws a {@link HordeException} if none runs
	 */
	public CurrentRegistry(Supplier<@Nullable Registry> running, Supplier<Registry> registry) {
		this(running, registry, null);
	}

	/**
	 * Creates the face of one node.
	 * @param registry its registry
	 */
	public CurrentRegistry(Registry registry) {
		this(() -> registry, () -> registry, null);
	}

	private CurrentRegistry(Supplier<@Nullable Registry> running, Supplier<Registry> registry,
			@Nullable LocalProcess owner) {
		this.running = running;
		this.registry = registry;
		this.owner = owner;
	}

	/**
	 * Watch what is watched at the next node too, from its start on.
	 * @param next its registry
	 */
	public void follow(Registry next) {
		this.watches.forEach((watch) -> watch.follow(next, null));
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
		Registry registry = this.registry.get();
		LocalProcess owner = ownerOfNew(registry, NameLimits.check("name", name));
		byte[] bytes = registry.payloads.encode(value, "the value of the name '" + name + "'");
		return registry.names.register(owner, name, bytes);
	}

	@Override
	public boolean unregister(String name) {
		Registry registry = this.registry.get();
		if (registry.names.remove(owner(), name)) {
			return true;
		}
		NameEntry holder = registry.holder(name);
		if (holder != null) {
			throw notOwner(registry, name, holder);
		}
		return false;
	}

	@Override
	@SuppressWarnings("NullAway") // the value may be null, and then the function gets it
	public <V> V updateValue(String name, Class<V> type, UnaryOperator<V> update) {
		Registry registry = this.registry.get();
		LocalProcess owner = owner();
		RegistrationTable.Held held = registry.names.held(name);
		if (held == null || held.owner() != owner) {
			throw notOwner(registry, name, registry.holder(name));
		}
		byte[] before = held.registration().value().value();
		V value = update.apply((before != null) ? registry.payloads.decode(before, type) : null);
		byte[] bytes = registry.payloads.encode(value, "the value of the name '" + name + "'");
		if (!registry.names.update(owner, name, bytes)) {
			throw notOwner(registry, name, registry.holder(name));
		}
		return value;
	}

	private NotOwnerException notOwner(Registry registry, String name, @Nullable NameEntry holder) {
		LocalProcess owner = owner();
		String asker = (owner != null) ? "Process '" + owner.id() + "'" : "Node '" + registry.node() + "'";
		return new NotOwnerException(asker + " does not own the name '" + name + "'; "
				+ ((holder != null) ? "it belongs to " + holder : "nobody does"));
	}

	@Override
	public HordeRegistry ownedBy(ProcessContext process) {
		Registry registry = this.registry.get();
		LocalProcess owner = LocalProcess.of(process);
		if (owner == null) {
			throw new IllegalArgumentException(
					"The context of '" + process.id() + "' is none of a process of node '" + registry.node() + "'");
		}
		return new CurrentRegistry(() -> registry, () -> registry, owner);
	}

	@Override
	public Optional<NameEntry> lookup(String name) {
		return this.registry.get().names.visible().lookup(name);
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
		VisibleRegistrations names = this.registry.get().names.visible();
		List<NameEntry> found = new ArrayList<>();
		Consumer<NameEntry> collector = (entry) -> {
			if (found.size() < query.limit() && query.matches(entry)) {
				found.add(entry);
			}
		};
		String exact = query.exactName();
		if (exact != null) {
			names.lookup(exact).ifPresent(collector);
		}
		else {
			names.forEach(collector);
		}
		return found;
	}

	@Override
	public int unregister(NameQuery query) {
		RegistrationTable names = this.registry.get().names;
		LocalProcess owner = owner();
		int removed = 0;
		for (String name : names.keysOf(owner)) {
			NameEntry entry = names.visible().entry(name);
			if (removed < query.limit() && entry != null && query.matches(entry) && names.remove(owner, name)) {
				removed++;
			}
		}
		return removed;
	}

	@Override
	public <T> T proxy(Class<T> api, String name) {
		return proxy(api, "'" + name + "'", (registry) -> byName(registry, api, name, registry.settings.callTimeout()));
	}

	@Override
	public <T> T proxy(Class<T> api, String name, Duration timeout) {
		return proxy(api, "'" + name + "'", (registry) -> byName(registry, api, name, timeout));
	}

	private static InvocationHandler byName(Registry registry, Class<?> api, String name, Duration timeout) {
		return registry.proxies.byName(api, NameLimits.check("name", name), timeout);
	}

	private <T> T proxy(Class<T> api, String target, Function<Registry, InvocationHandler> calls) {
		if (!api.isInterface()) {
			throw new IllegalArgumentException(
					api.getName() + " is no interface: a process is called through an interface that it implements");
		}
		CurrentProxy handler = new CurrentProxy("proxy of " + api.getName() + " for " + target, this.registry, calls);
		Registry now = this.running.get();
		if (now != null) {
			handler.calls(now);
		}
		return api.cast(Proxy.newProxyInstance(api.getClassLoader(), new Class<?>[] { api }, handler));
	}

	@Override
	public Watch watch(NameQuery query, Consumer<NameEvent> listener) {
		LocalProcess owner = owner();
		CurrentWatch watch = new CurrentWatch(query, listener);
		if (owner == null) {
			this.watches.add(watch);
		}
		Registry now = this.running.get();
		if (now != null) {
			watch.follow(now, owner);
		}
		return watch;
	}

	@Override
	public int dispatch(String nameOrGroup, Consumer<NameEntry> consumer) {
		Registry registry = this.registry.get();
		List<NameEntry> entries = new ArrayList<>(registry.groups.entries(nameOrGroup));
		registry.names.visible().lookup(nameOrGroup).ifPresent(entries::add);
		entries.removeIf((entry) -> !entry.node().equals(registry.node()));
		entries.forEach(consumer);
		return entries.size();
	}

	@Override
	public Group group(String name) {
		return new CurrentGroup(NameLimits.check("name of the group", name));
	}

	@Override
	public Map<String, @Nullable Object> meta() {
		return this.registry.get().metadata.values();
	}

	@Override
	public void putMeta(String key, @Nullable Object value) {
		this.registry.get().metadata.put(key, value);
	}

	@Override
	public void deleteMeta(String key) {
		this.registry.get().metadata.delete(key);
	}

	private @Nullable LocalProcess owner() {
		return (this.owner != null) ? this.owner : CurrentProcess.get();
	}

	private @Nullable LocalProcess ownerOfNew(Registry registry, String name) {
		LocalProcess owner = owner();
		if (owner == null && registry.warnUnbound()) {
			logger.warn(
					"'{}' is registered for node '{}' itself, since no process is bound to this thread. If a"
							+ " process should own it, use registry.ownedBy(context). This is said once.",
					name, registry.node());
		}
		return owner;
	}

	/**
	 * A watch of the registry of the node that runs at present.
	 */
	private final class CurrentWatch implements Watch {

		private final NameQuery query;

		private final Consumer<NameEvent> listener;

		private @Nullable Registry followed;

		private @Nullable Watch watch;

		private boolean closed;

		CurrentWatch(NameQuery query, Consumer<NameEvent> listener) {
			this.query = query;
			this.listener = listener;
		}

		synchronized void follow(Registry registry, @Nullable LocalProcess owner) {
			if (!this.closed && this.followed != registry) {
				this.followed = registry;
				this.watch = registry.watch(owner, this.query, this.listener);
			}
		}

		@Override
		public synchronized void close() {
			this.closed = true;
			CurrentRegistry.this.watches.remove(this);
			if (this.watch != null) {
				this.watch.close();
			}
		}

	}

	/**
	 * A group, with the owner of this registry.
	 */
	private final class CurrentGroup implements Group {

		private final String name;

		CurrentGroup(String name) {
			this.name = name;
		}

		@Override
		public String name() {
			return this.name;
		}

		@Override
		public void join(@Nullable Object value) {
			Registry registry = registry();
			registry.join(this.name, ownerOfNew(registry, this.name), value);
		}

		@Override
		public boolean leave() {
			Registry registry = registry();
			return registry.groups.leave(this.name, owner(), registry.node());
		}

		@Override
		public Stream<NameEntry> members() {
			return registry().groups.entries(this.name).stream();
		}

		@Override
		public Stream<NameEntry> localMembers() {
			String node = registry().node();
			return members().filter((entry) -> entry.node().equals(node));
		}

		@Override
		public <T> T proxy(Class<T> api) {
			return CurrentRegistry.this.proxy(api, "the group '" + this.name + "'", (current) -> current.proxies
				.byGroup(api, this.name, current.settings.callTimeout(), () -> current.groups.members(this.name)));
		}

		private Registry registry() {
			return CurrentRegistry.this.registry.get();
		}

	}

}
