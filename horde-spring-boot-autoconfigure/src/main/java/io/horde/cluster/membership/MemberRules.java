package io.horde.cluster.membership;

import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The rules that a membership keeps: all of them, except in tests of the tests.
 */
final class MemberRules {

	static final MemberRules ALL = without(null);

	private final Set<MemberRule> broken;

	private MemberRules(Set<MemberRule> broken) {
		this.broken = broken;
	}

	static MemberRules without(@Nullable MemberRule rule) {
		return new MemberRules((rule != null) ? EnumSet.of(rule) : EnumSet.noneOf(MemberRule.class));
	}

	boolean keeps(MemberRule rule) {
		return !this.broken.contains(rule);
	}

	boolean breaks(MemberRule rule) {
		return this.broken.contains(rule);
	}

}
