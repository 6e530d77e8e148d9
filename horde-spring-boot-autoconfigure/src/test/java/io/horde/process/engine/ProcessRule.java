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
	 * A process that is being stopped is no longer owner (O10).
	 */
	O10(Replacement.returning(Ownership.class, "revoke", null)),

	/**
	 * A process whose lease has ended is interrupted after the stop margin (Q11).
	 */
	Q11(Replacement.returning(Lifecycle.class, "hasToMakeRoom", false));

	private final Replacement replacement;

	ProcessRule(Replacement replacement) {
		this.replacement = replacement;
	}

	/**
	 * Return what takes the rule away.
	 */
	public List<Replacement> replacements() {
		return List.of(this.replacement);
	}

	/**
	 * Take the rule away.
	 */
	public TakenAway takeAway() {
		return TakenAway.with(this.replacement);
	}

}
