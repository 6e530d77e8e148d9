package io.horde.cluster.quorum;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The rules that a quorum keeps: all of them, except in tests of the tests.
 */
public final class QuorumRules {

	public static final QuorumRules ALL = without(null);

	private final Set<QuorumRule> broken;

	private QuorumRules(Set<QuorumRule> broken) {
		this.broken = broken;
	}

	public static QuorumRules without(@Nullable QuorumRule rule) {
		return new QuorumRules((rule != null) ? EnumSet.of(rule) : EnumSet.noneOf(QuorumRule.class));
	}

	public boolean keeps(QuorumRule rule) {
		return !this.broken.contains(rule);
	}

	boolean breaks(QuorumRule rule) {
		return this.broken.contains(rule);
	}

	/**
	 * Return the names whose votes count (Q7).
	 */
	List<String> voters(SeatConfiguration configuration) {
		return keeps(QuorumRule.Q7) ? configuration.voters()
				: configuration.seats().stream().filter((name) -> !name.isEmpty()).toList();
	}

	boolean isMajority(SeatConfiguration configuration, Collection<String> names) {
		long votes = voters(configuration).stream().filter(names::contains).count();
		return configuration.isKnown() && votes >= configuration.required();
	}

}
