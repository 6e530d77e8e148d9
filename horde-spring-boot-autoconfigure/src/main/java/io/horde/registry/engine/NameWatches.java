package io.horde.registry.engine;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;

import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessExecutor;
import io.horde.registry.NameEntry;
import io.horde.registry.NameEvent;
import io.horde.registry.NameQuery;
import io.horde.registry.Watch;
import io.horde.registry.names.NameWatch;
import io.horde.registry.names.VisibleRegistrations;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * The open watches of names, and of which processes they are. Used on the loop only, but
 * for {@link #add}.
 */
final class NameWatches {

	private final EventLoop loop;

	private final ProcessExecutor executor;

	private final VisibleRegistrations names;

	private final Set<NameWatch> watches = new LinkedHashSet<>();

	private final Map<LocalProcess, Set<NameWatch>> watchesOfProcess = new WeakHashMap<>();

	NameWatches(EventLoop loop, ProcessExecutor executor, VisibleRegistrations names) {
		this.loop = loop;
		this.executor = executor;
		this.names = names;
	}

	/**
	 * Begin a watch. May be called from any thread.
	 */
	Watch add(@Nullable LocalProcess owner, NameQuery query, Consumer<NameEvent> listener) {
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
			this.names.forEach((entry) -> watch.offer(entry.name(), entry));
		});
		return watch;
	}

	private void closed(NameWatch watch) {
		this.watches.remove(watch);
		this.watchesOfProcess.values().forEach((watches) -> watches.remove(watch));
	}

	/**
	 * Tell of the state of a name.
	 */
	void offer(String name) {
		if (!this.watches.isEmpty()) {
			NameEntry entry = this.names.entry(name);
			this.watches.forEach((watch) -> watch.offer(name, entry));
		}
	}

	/**
	 * End those of a process.
	 */
	void release(LocalProcess process) {
		Set<NameWatch> watches = this.watchesOfProcess.remove(process);
		if (watches != null) {
			List.copyOf(watches).forEach(NameWatch::close);
		}
	}

	void stop() {
		List.copyOf(this.watches).forEach(NameWatch::close);
	}

}
