package io.horde.process.engine;

import java.util.List;

import io.horde.rules.Replacement;
import io.horde.rules.TakenAway;

/**
 * The rules of running processes that a test can take away, one at a time, to see that
 * the simulator would notice.
 */
public enum ProcessRule {

	/**
	 * A process that has lost its child to others is no longer owner (O10).
	 */
	O10(Replacement.returning(Ownership.class, "revoke", null)),

	/**
	 * A process whose lease has ended makes room within the stop margin (Q11).
	 */
	Q11(Replacement.returning(StopOrder.class, "fences", false)),

	/**
	 * A process is no owner when its node has stood still for longer than others bear
	 * (T10).
	 */
	T10(Replacement.returning(LoopLease.class, "holds", true)),

	/**
	 * What runs is awaited before the end (T8).
	 */
	T8(Replacement.of(Activities.class, "isIdle", (self, arguments) -> true),
			Replacement.of(Activities.class, "hold", (self, arguments) -> {
				((Runnable) arguments[0]).run();
				return Replacement.OWN_BODY;
			})),

	/**
	 * A stuck process has not ended (T9).
	 */
	T9(Replacement.of(Lifecycle.class, "stuck", (self, arguments) -> {
		((Lifecycle) self).giveUp();
		return null;
	}));

	private final List<Replacement> replacements;

	ProcessRule(Replacement... replacements) {
		this.replacements = List.of(replacements);
	}

	/**
	 * Return what takes the rule away.
	 */
	public List<Replacement> replacements() {
		return this.replacements;
	}

	/**
	 * Take the rule away.
	 */
	public TakenAway takeAway() {
		return TakenAway.with(this.replacements.toArray(Replacement[]::new));
	}

}
