package io.horde.supervisor.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.horde.process.engine.ProcessExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners, one event after the other, on the process executor.
 */
final class SupervisorEvents {

	private static final Logger logger = LoggerFactory.getLogger(SupervisorEvents.class);

	private final ProcessExecutor executor;

	private final List<SupervisorListener> listeners = new CopyOnWriteArrayList<>();

	private final Deque<Consumer<SupervisorListener>> events = new ArrayDeque<>();

	private boolean running;

	SupervisorEvents(ProcessExecutor executor) {
		this.executor = executor;
	}

	void add(SupervisorListener listener) {
		this.listeners.add(listener);
	}

	void publish(Consumer<SupervisorListener> event) {
		if (this.listeners.isEmpty()) {
			return;
		}
		synchronized (this.events) {
			this.events.add(event);
			if (this.running) {
				return;
			}
			this.running = true;
		}
		this.executor.execute(this::run);
	}

	private void run() {
		Consumer<SupervisorListener> event = next();
		while (event != null) {
			for (SupervisorListener listener : this.listeners) {
				try {
					event.accept(listener);
				}
				catch (RuntimeException ex) {
					logger.error("A listener of the supervisor failed", ex);
				}
			}
			event = next();
		}
	}

	private @Nullable Consumer<SupervisorListener> next() {
		synchronized (this.events) {
			Consumer<SupervisorListener> event = this.events.poll();
			this.running = event != null;
			return event;
		}
	}

}
