package io.horde.supervisor.ownership;

import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The rules that a supervisor keeps: all of them, except in tests of the tests.
 */
public final class SupervisorRules {

	public static final SupervisorRules ALL = without(null);

	private final Set<SupervisorRule> broken;

	private SupervisorRules(Set<SupervisorRule> broken) {
		this.broken = broken;
	}

	public static SupervisorRules without(@Nullable SupervisorRule rule) {
		return new SupervisorRules((rule != null) ? EnumSet.of(rule) : EnumSet.noneOf(SupervisorRule.class));
	}

	public boolean keeps(SupervisorRule rule) {
		return !this.broken.contains(rule);
	}

	public boolean breaks(SupervisorRule rule) {
		return this.broken.contains(rule);
	}

}
