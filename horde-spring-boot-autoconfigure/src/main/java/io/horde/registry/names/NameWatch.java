package io.horde.registry.names;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import io.horde.process.engine.ProcessExecutor;
import io.horde.registry.NameEntry;
import io.horde.registry.NameEvent;
import io.horde.registry.NameQuery;
import io.horde.registry.Watch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch: a queue of what changed, emptied by at most one task at a time, which asks
 * the query and calls the listener.
 */
public final class NameWatch implements Watch {

	/*
	 * A listener that is slower than the changes must not grow the queue without bound.
	 * Once it is full, only the last state of each name stays: the listener misses what
	 * came and went in between, and learns where it ended.
	 */

	private static final int CAPACITY = 4096;

	private static final int AT_ONCE = 256;

	private static final Logger logger = LoggerFactory.getLogger(NameWatch.class);

	private final NameQuery query;

	private final Consumer<NameEvent> listener;

	private final ProcessExecutor executor;

	private final Runnable onClose;

	private final ArrayDeque<Change> queue = new ArrayDeque<>();

	private int capacity = CAPACITY;

	private boolean draining;

	/* Belongs to whoever drains. */
	private final Map<String, NameEntry> seen = new HashMap<>();

	private volatile boolean closed;

	public NameWatch(NameQuery query, Consumer<NameEvent> listener, ProcessExecutor executor,
			Consumer<NameWatch> onClose) {
		this.query = query;
		this.listener = listener;
		this.executor = executor;
		this.onClose = () -> onClose.accept(this);
	}

	/**
	 * Take notice of the state of a name.
	 * @param name the name
	 * @param entry the entry, or {@code null} if there is none
	 */
	public void offer(String name, @Nullable NameEntry entry) {
		String exact = this.query.exactName();
		if (this.closed || (exact != null && !exact.equals(name))) {
			return;
		}
		synchronized (this.queue) {
			this.queue.add(new Change(name, entry));
			if (this.queue.size() > this.capacity) {
				compact();
			}
			if (this.draining) {
				return;
			}
			this.draining = true;
		}
		this.executor.execute(this::drain);
	}

	private void compact() {
		Map<String, Change> last = new LinkedHashMap<>();
		for (Change change : this.queue) {
			last.remove(change.name());
			last.put(change.name(), change);
		}
		this.queue.clear();
		this.queue.addAll(last.values());
		this.capacity = Math.max(CAPACITY, 2 * this.queue.size());
	}

	private void drain() {
		for (int count = 0; count < AT_ONCE; count++) {
			Change change;
			synchronized (this.queue) {
				change = this.queue.poll();
				if (change == null) {
					this.draining = false;
					return;
				}
			}
			deliver(change);
		}
		this.executor.execute(this::drain);
	}

	private void deliver(Change change) {
		if (this.closed) {
			return;
		}
		try {
			NameEntry before = this.seen.get(change.name());
			NameEntry now = (change.entry() != null && this.query.matches(change.entry())) ? change.entry() : null;
			if (now == null && before != null) {
				this.seen.remove(change.name());
				this.listener.accept(new NameEvent(NameEvent.Type.UNREGISTERED, before, before));
			}
			else if (now != null && !now.equals(before)) {
				this.seen.put(change.name(), now);
				this.listener.accept(new NameEvent(
						(before != null) ? NameEvent.Type.UPDATED : NameEvent.Type.REGISTERED, now, before));
			}
		}
		catch (RuntimeException | Error ex) {
			logger.warn("A watch of names failed at '{}'; it goes on with the next event", change.name(), ex);
		}
	}

	public boolean isClosed() {
		return this.closed;
	}

	@Override
	public void close() {
		if (!this.closed) {
			this.closed = true;
			this.onClose.run();
		}
	}

	private record Change(String name, @Nullable NameEntry entry) {

	}

}
