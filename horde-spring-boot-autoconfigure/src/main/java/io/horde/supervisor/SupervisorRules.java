package io.horde.supervisor;

import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The rules that a supervisor keeps: all of them, except in tests of the tests.
 */
final class SupervisorRules {

	static final SupervisorRules ALL = without(null);

	private final Set<SupervisorRule> broken;

	private SupervisorRules(Set<SupervisorRule> broken) {
		this.broken = broken;
	}

	static SupervisorRules without(@Nullable SupervisorRule rule) {
		return new SupervisorRules((rule != null) ? EnumSet.of(rule) : EnumSet.noneOf(SupervisorRule.class));
	}

	boolean keeps(SupervisorRule rule) {
		return !this.broken.contains(rule);
	}

	boolean breaks(SupervisorRule rule) {
		return this.broken.contains(rule);
	}

}
