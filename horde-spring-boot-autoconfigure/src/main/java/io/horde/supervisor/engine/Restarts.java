package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.SplittableRandom;

import io.horde.supervisor.ProcessQuarantinedEvent;
import io.horde.supervisor.ownership.ChildFacts.Here;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Placement.Phase;
import io.horde.supervisor.ownership.RestartHistory;
import io.horde.supervisor.ownership.SupervisorSettings;
import io.horde.supervisor.ownership.Wanted;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delays between the end of a child's copy and its next start on this node, and the
 * quarantine. Confined to the loop.
 */
final class Restarts {

	private static final Logger logger = LoggerFactory.getLogger(Restarts.class);

	private static final double JITTER = 0.2;

	private final Commons commons;

	private final Ledger ledger;

	private final LocalChildren locals;

	private final SupervisorSettings settings;

	private final SplittableRandom random;

	private final LocalChildren.Listener listener;

	Restarts(Commons commons, LocalChildren locals, long seed, LocalChildren.Listener listener) {
		this.commons = commons;
		this.ledger = commons.ledger();
		this.locals = locals;
		this.settings = commons.settings();
		this.random = new SplittableRandom(seed);
		this.listener = listener;
	}

	/**
	 * Let a child whose copy ended wait for its next start.
	 */
	void restart(LocalChild child, String error, @Nullable Throwable failure) {
		Duration lifetime = (child.runningSince() != 0)
				? Duration.ofNanos(this.commons.loop().nanoTime() - child.runningSince()) : Duration.ZERO;
		RestartHistory history = child.placement()
			.history()
			.ran(lifetime, this.settings)
			.restarted(this.commons.loop().currentTimeMillis(), this.settings.restartWindow());
		Placement placement = child.placement();
		if (history.exceeds(this.settings.maxRestarts())) {
			child.placement(placement.with(Phase.QUARANTINED, history, error));
			tell(child, error, failure, () -> logger.error(
					"Child '{}' ended {} times within {} ms on {} and is quarantined; it is started again in {} ms, or by an operator. Last error: {}",
					child.id(), history.times().size(), this.settings.restartWindow().toMillis(), this.ledger.node(),
					this.settings.backoffMax().toMillis(), error, failure));
			delay(child, Phase.QUARANTINED, error, this.settings.backoffMax());
			this.commons.counters().quarantines().increment();
			this.commons.events().accept(new ProcessQuarantinedEvent(child.ref(this.ledger.node()), error));
			return;
		}
		child.placement(placement.with(Phase.RESTARTING, history, error));
		Duration delay = jittered(history.delay(this.settings));
		if (failure != null) {
			tell(child, error, failure, () -> logger.warn("Child '{}' failed on {} and is started again in {} ms",
					child.id(), this.ledger.node(), delay.toMillis(), failure));
		}
		else {
			logger.debug("Child '{}' {} on {} and is started again in {} ms", child.id(), error, this.ledger.node(),
					delay.toMillis());
		}
		delay(child, Phase.RESTARTING, error, delay);
	}

	/*
	 * What this node can't read fails for all children of the type, and again and again.
	 */
	private void tell(LocalChild child, String error, @Nullable Throwable failure, Runnable single) {
		if (Endings.unreadable(failure) != null) {
			this.commons.failures().add("can't be started, and are tried again", child.wanted(), error, failure);
		}
		else {
			single.run();
		}
	}

	private Duration jittered(Duration delay) {
		double factor = 1 + JITTER * (2 * this.random.nextDouble() - 1);
		return Duration.ofNanos((long) (delay.toNanos() * factor));
	}

	/**
	 * Let a child whose copy ended wait in a phase.
	 */
	void delay(LocalChild ended, Phase phase, String error, Duration delay) {
		Placement placement = ended.placement().with(phase, ended.placement().history(), error).settled();
		this.ledger.put(ended.id(), placement);
		delay(ended.wanted(), placement, delay);
	}

	/**
	 * Wait for the next start of a child whose placement says so.
	 */
	void delay(Wanted wanted, Placement placement, Duration delay) {
		LocalChild child = new LocalChild(wanted, placement, Here.DELAYED);
		this.locals.put(child);
		child.timer(this.commons.loop().schedule(delay, () -> due(child)));
	}

	/**
	 * End the delay of a child now.
	 * @return whether there was one
	 */
	boolean hurry(String id) {
		if (this.locals.release(id)) {
			return true;
		}
		LocalChild child = this.locals.get(id);
		if (child == null || child.here() != Here.DELAYED) {
			return false;
		}
		due(child);
		return true;
	}

	private void due(LocalChild child) {
		child.cancelTimer();
		if (this.locals.remove(child)) {
			this.listener.due(child.id());
		}
	}

	Duration delayOf(Placement placement) {
		return (placement.phase() == Phase.RESTARTING) ? jittered(placement.history().delay(this.settings))
				: this.settings.backoffMax();
	}

}
