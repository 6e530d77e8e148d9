package io.horde.cluster.membership;

import io.horde.node.Comeback;
import io.horde.rules.Replacement;
import io.horde.rules.TakenAway;

/**
 * The rules of nodes that are out of the cluster, each with what has to be replaced to
 * take it away.
 */
public enum ExpulsionRule {

	/**
	 * Who is out stops all its processes, instead of hanging up only (B4).
	 */
	B4(Replacement.of(Participation.class, "out", (self, arguments) -> {
		((Participation) self).stop();
		return null;
	})),

	/**
	 * Who was replaced begins anew only when the holder of its name is dead (B5).
	 */
	B5(Replacement.returning(Comeback.class, "isDead", true));

	private final Replacement[] replacements;

	ExpulsionRule(Replacement... replacements) {
		this.replacements = replacements;
	}

	/**
	 * Take this rule away from all nodes.
	 * @return gives it back when it is closed
	 */
	public TakenAway takeAway() {
		return TakenAway.with(this.replacements);
	}

}
