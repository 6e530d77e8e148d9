package io.horde.cluster.membership;

import io.horde.cluster.Quorum;

/**
 * Counts whether a majority of the voting seats is reached.
 */
final class Majority {

	private static final int MAX_SEATS = 7;

	private Majority() {
	}

	/**
	 * Count.
	 * @param view the members
	 * @param settings the settings
	 * @return the quorum; never present if neither the voters nor their number is known
	 */
	static Quorum of(MembershipView view, MembershipSettings settings) {
		boolean named = !settings.voters().isEmpty();
		int seats = named ? settings.voters().size() : Math.min(settings.expectedSize(), MAX_SEATS);
		int up = (int) view.up()
			.stream()
			.filter((member) -> !named || settings.voters().contains(member.name()))
			.count();
		int reachable = (seats > 0) ? Math.min(up, seats) : up;
		int required = (seats > 0) ? seats / 2 + 1 : 0;
		return new Quorum(seats > 0 && reachable >= required, reachable, required, seats);
	}

}
