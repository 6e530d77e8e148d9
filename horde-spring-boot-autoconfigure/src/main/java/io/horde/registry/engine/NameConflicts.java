package io.horde.registry.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import io.horde.crdt.Versioned;
import io.horde.process.NameConflict;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessExecutor;
import io.horde.registry.NameClaim;
import io.horde.registry.NameConflictEvent;
import io.horde.registry.names.ConflictRules;
import io.horde.registry.names.NameRegistration;
import io.horde.registry.names.RegistrationTable.Held;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conflicts about names that are over: counts them, and tells those who lost.
 */
final class NameConflicts {

	private static final Logger logger = LoggerFactory.getLogger(NameConflicts.class);

	private final String registry;

	private final ConflictRules rules;

	private final EventLoop loop;

	private final ProcessExecutor executor;

	private final List<Consumer<NameConflictEvent>> listeners = new CopyOnWriteArrayList<>();

	private final LongAdder won = new LongAdder();

	private final LongAdder lost = new LongAdder();

	NameConflicts(String registry, ConflictRules rules, EventLoop loop, ProcessExecutor executor) {
		this.registry = registry;
		this.rules = rules;
		this.loop = loop;
		this.executor = executor;
	}

	void addListener(Consumer<NameConflictEvent> listener) {
		this.listeners.add(listener);
	}

	long won() {
		return this.won.sum();
	}

	long lost() {
		return this.lost.sum();
	}

	void countWon() {
		this.won.increment();
	}

	/**
	 * An owner of this node has lost a name.
	 */
	void lost(Held loser, Versioned<NameRegistration> winner) {
		this.lost.increment();
		NameClaim winning = this.rules.nameClaim(winner);
		NameClaim losing = this.rules.nameClaim(loser.registration());
		logger.debug("The name '{}' goes to {}; {} has lost it", loser.key(), winning.entry(), losing.entry());
		this.executor.execute(() -> {
			NameConflictEvent event = new NameConflictEvent(winning, losing);
			this.listeners.forEach((listener) -> listener.accept(event));
			LocalProcess process = loser.owner();
			if (process != null) {
				NameConflict conflict = new NameConflict(loser.key(), valueOf(losing), this.registry,
						winning.entry().node());
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

}
