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
import io.horde.registry.Watch;
import io.horde.wire.NameLimits;
import org.jspecify.annotations.Nullable;

/**
 * The registry as users see it: that of the node that runs at present. Proxies, groups
 * and watches can be made before it runs and outlive a stop and a start of the
 * application; names and memberships that the node itself holds don't, because they end
 * with its incarnation.
 */
public final class CurrentRegistry implements HordeRegistry {

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
		NameEntry holder = owned().take(name, value);
		if (holder != null) {
			throw new NameAlreadyRegisteredException(holder);
		}
	}

	@Override
	public boolean tryRegister(String name, @Nullable Object value) {
		return owned().take(name, value) == null;
	}

	@Override
	public boolean unregister(String name) {
		return owned().remove(name);
	}

	@Override
	public <V> V updateValue(String name, Class<V> type, UnaryOperator<V> update) {
		return owned().update(name, type, update);
	}

	@Override
	public HordeRegistry ownedBy(ProcessContext process) {
		Registry registry = current();
		LocalProcess owner = LocalProcess.of(process);
		if (owner == null) {
			throw new IllegalArgumentException(
					"The context of '" + process.id() + "' is none of a process of node '" + registry.node() + "'");
		}
		return new CurrentRegistry(() -> registry, () -> registry, owner);
	}

	@Override
	public Optional<NameEntry> lookup(String name) {
		return current().names.visible().lookup(name);
	}

	@Override
	public Stream<NameEntry> find(NameQuery query) {
		return current().names.visible().find(query).stream();
	}

	@Override
	public long count(NameQuery query) {
		return current().names.visible().find(query).size();
	}

	@Override
	public int unregister(NameQuery query) {
		return owned().remove(query);
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
		return registry.calls.proxies().byName(api, NameLimits.check("name", name), timeout);
	}

	<T> T proxy(Class<T> api, String target, Function<Registry, InvocationHandler> calls) {
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
		CurrentWatch watch = new CurrentWatch(query, listener, this.watches::remove);
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
		Registry registry = current();
		List<NameEntry> entries = new ArrayList<>(registry.groups.entries(nameOrGroup));
		registry.names.visible().lookup(nameOrGroup).ifPresent(entries::add);
		entries.removeIf((entry) -> !entry.node().equals(registry.node()));
		entries.forEach(consumer);
		return entries.size();
	}

	@Override
	public Group group(String name) {
		return new CurrentGroup(this, NameLimits.check("name of the group", name));
	}

	@Override
	public Map<String, @Nullable Object> meta() {
		return current().metadata.values();
	}

	@Override
	public void putMeta(String key, @Nullable Object value) {
		current().metadata.put(key, value);
	}

	@Override
	public void deleteMeta(String key) {
		current().metadata.delete(key);
	}

	Registry current() {
		return this.registry.get();
	}

	OwnedNames owned() {
		return new OwnedNames(current(), owner());
	}

	private @Nullable LocalProcess owner() {
		return (this.owner != null) ? this.owner : CurrentProcess.get();
	}

}
