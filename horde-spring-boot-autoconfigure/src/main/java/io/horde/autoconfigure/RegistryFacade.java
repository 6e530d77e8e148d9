package io.horde.autoconfigure;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.horde.node.CurrentNode;
import io.horde.node.HordeNode;
import io.horde.process.ProcessContext;
import io.horde.registry.Group;
import io.horde.registry.HordeRegistry;
import io.horde.registry.NameEntry;
import io.horde.registry.NameEvent;
import io.horde.registry.NameQuery;
import io.horde.registry.Watch;
import org.jspecify.annotations.Nullable;

/**
 * The registry as the application sees it: that of the node that runs at present.
 * Proxies, groups and watches can be made before it runs and outlive a stop and a start
 * of the application; names and memberships that the node itself holds don't, because
 * they end with its incarnation.
 */
final class RegistryFacade implements HordeRegistry {

	private final CurrentNode node;

	private final List<CurrentWatch> watches = new CopyOnWriteArrayList<>();

	RegistryFacade(CurrentNode node) {
		this.node = node;
		node.onStart((next) -> this.watches.forEach((watch) -> watch.follow(next.registry())));
	}

	private HordeRegistry current() {
		return this.node.require().registry();
	}

	@Override
	public void register(String name, @Nullable Object value) {
		current().register(name, value);
	}

	@Override
	public boolean tryRegister(String name, @Nullable Object value) {
		return current().tryRegister(name, value);
	}

	@Override
	public boolean unregister(String name) {
		return current().unregister(name);
	}

	@Override
	public <V> V updateValue(String name, Class<V> type, UnaryOperator<V> update) {
		return current().updateValue(name, type, update);
	}

	@Override
	public HordeRegistry ownedBy(ProcessContext process) {
		return current().ownedBy(process);
	}

	@Override
	public Optional<NameEntry> lookup(String name) {
		return current().lookup(name);
	}

	@Override
	public Stream<NameEntry> find(NameQuery query) {
		return current().find(query);
	}

	@Override
	public long count(NameQuery query) {
		return current().count(query);
	}

	@Override
	public int unregister(NameQuery query) {
		return current().unregister(query);
	}

	@Override
	public <T> T proxy(Class<T> api, String name) {
		return proxy(api, (registry) -> registry.proxy(api, name));
	}

	@Override
	public <T> T proxy(Class<T> api, String name, Duration timeout) {
		return proxy(api, (registry) -> registry.proxy(api, name, timeout));
	}

	private <T> T proxy(Class<T> api, Function<HordeRegistry, T> proxies) {
		if (!api.isInterface()) {
			throw new IllegalArgumentException(
					api.getName() + " is no interface: a process is called through an interface that it implements");
		}
		LateProxy<T> handler = new LateProxy<>(api, this::current, proxies);
		if (this.node.get() != null) {
			handler.target();
		}
		return api.cast(Proxy.newProxyInstance(api.getClassLoader(), new Class<?>[] { api }, handler));
	}

	@Override
	public Watch watch(NameQuery query, Consumer<NameEvent> listener) {
		CurrentWatch watch = new CurrentWatch(query, listener);
		this.watches.add(watch);
		HordeNode node = this.node.get();
		if (node != null) {
			watch.follow(node.registry());
		}
		return watch;
	}

	@Override
	public int dispatch(String nameOrGroup, Consumer<NameEntry> consumer) {
		return current().dispatch(nameOrGroup, consumer);
	}

	@Override
	public Group group(String name) {
		return new CurrentGroup(name);
	}

	@Override
	public Map<String, @Nullable Object> meta() {
		return current().meta();
	}

	@Override
	public void putMeta(String key, @Nullable Object value) {
		current().putMeta(key, value);
	}

	@Override
	public void deleteMeta(String key) {
		current().deleteMeta(key);
	}

	private final class CurrentWatch implements Watch {

		private final NameQuery query;

		private final Consumer<NameEvent> listener;

		private @Nullable HordeRegistry followed;

		private @Nullable Watch watch;

		private boolean closed;

		private CurrentWatch(NameQuery query, Consumer<NameEvent> listener) {
			this.query = query;
			this.listener = listener;
		}

		private synchronized void follow(HordeRegistry registry) {
			if (!this.closed && this.followed != registry) {
				this.followed = registry;
				this.watch = registry.watch(this.query, this.listener);
			}
		}

		@Override
		public synchronized void close() {
			this.closed = true;
			RegistryFacade.this.watches.remove(this);
			if (this.watch != null) {
				this.watch.close();
			}
		}

	}

	private final class CurrentGroup implements Group {

		private final String name;

		private CurrentGroup(String name) {
			this.name = name;
		}

		private Group group() {
			return current().group(this.name);
		}

		@Override
		public String name() {
			return this.name;
		}

		@Override
		public void join(@Nullable Object value) {
			group().join(value);
		}

		@Override
		public boolean leave() {
			return group().leave();
		}

		@Override
		public Stream<NameEntry> members() {
			return group().members();
		}

		@Override
		public Stream<NameEntry> localMembers() {
			return group().localMembers();
		}

		@Override
		public <T> T proxy(Class<T> api) {
			return RegistryFacade.this.proxy(api, (registry) -> registry.group(this.name).proxy(api));
		}

	}

}
