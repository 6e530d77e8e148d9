package io.horde.test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.horde.cluster.quorum.QuorumRule;
import io.horde.process.engine.ProcessRule;
import io.horde.rules.Replacement;
import io.horde.rules.TakenAway;
import io.horde.schedule.records.ScheduleRule;
import io.horde.supervisor.engine.SupervisorRule;

/**
 * The rules that whole nodes are run without: those of ownership and of running
 * processes, and what concerns these of the rules of the quorum.
 *
 * @param name the name that the rule has in its room
 * @param replacements what takes it away
 */
record OwnershipRule(String name, List<Replacement> replacements) {

	/**
	 * Return the rule of a name, of whichever room it is; one room may have a part of a
	 * rule, and another one another part.
	 */
	static OwnershipRule of(String name) {
		List<Replacement> replacements = new ArrayList<>();
		Arrays.stream(SupervisorRule.values())
			.filter((rule) -> rule.name().equals(name))
			.forEach((rule) -> replacements.addAll(rule.replacements()));
		Arrays.stream(ProcessRule.values())
			.filter((rule) -> rule.name().equals(name))
			.forEach((rule) -> replacements.addAll(rule.replacements()));
		Arrays.stream(QuorumRule.values())
			.filter((rule) -> rule.name().equals(name))
			.forEach((rule) -> replacements.addAll(rule.replacements()));
		Arrays.stream(ScheduleRule.values())
			.filter((rule) -> rule.name().equals(name))
			.forEach((rule) -> replacements.addAll(rule.replacements()));
		return new OwnershipRule(name, replacements);
	}

	/**
	 * Take the rule away.
	 */
	TakenAway takeAway() {
		return TakenAway.with(this.replacements.toArray(Replacement[]::new));
	}

}
