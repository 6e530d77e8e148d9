package io.horde.process.engine;

import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The rules that running processes keep: all of them, except in tests of the tests.
 */
final class ProcessRules {

	static final ProcessRules ALL = without(null);

	private final Set<ProcessRule> broken;

	private ProcessRules(Set<ProcessRule> broken) {
		this.broken = broken;
	}

	static ProcessRules without(@Nullable ProcessRule rule) {
		return new ProcessRules((rule != null) ? EnumSet.of(rule) : EnumSet.noneOf(ProcessRule.class));
	}

	boolean keeps(ProcessRule rule) {
		return !this.broken.contains(rule);
	}

	boolean breaks(ProcessRule rule) {
		return this.broken.contains(rule);
	}

}
