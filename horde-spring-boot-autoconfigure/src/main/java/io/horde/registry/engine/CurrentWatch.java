package io.horde.registry.engine;

import java.util.function.Consumer;

import io.horde.process.engine.LocalProcess;
import io.horde.registry.NameEvent;
import io.horde.registry.NameQuery;
import io.horde.registry.Watch;
import org.jspecify.annotations.Nullable;

/**
 * A watch of the registry of the node that runs at present.
 */
final class CurrentWatch implements Watch {

	private final NameQuery query;

	private final Consumer<NameEvent> listener;

	private final Consumer<CurrentWatch> onClose;

	private @Nullable Registry followed;

	private @Nullable Watch watch;

	private boolean closed;

	CurrentWatch(NameQuery query, Consumer<NameEvent> listener, Consumer<CurrentWatch> onClose) {
		this.query = query;
		this.listener = listener;
		this.onClose = onClose;
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
		this.onClose.accept(this);
		if (this.watch != null) {
			this.watch.close();
		}
	}

}
