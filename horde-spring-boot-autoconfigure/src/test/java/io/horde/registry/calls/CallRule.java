package io.horde.registry.calls;

import io.horde.rules.Replacement;
import io.horde.rules.TakenAway;

/**
 * The rules of calls that a test can take away, one at a time, to see that the simulation
 * would notice.
 */
public enum CallRule {

	/**
	 * A second copy of a request is known by its id (N4).
	 */
	N4(Replacement.returning(RequestWindow.class, "accept", true)),

	/**
	 * Only a method that says so runs again (N6).
	 */
	N6(Replacement.returning(ApiMethod.class, "retries", 3)),

	/**
	 * Who gives up knows whether the call may have run (N9).
	 */
	N9(Replacement.returning(OutgoingCall.class, "giveUp", false));

	private final Replacement[] replacements;

	CallRule(Replacement... replacements) {
		this.replacements = replacements;
	}

	/**
	 * Take the rule away.
	 */
	public TakenAway takeAway() {
		return TakenAway.with(this.replacements);
	}

}
