package io.horde.sample;

/**
 * What can be asked of the leaderboard, from any node.
 */
public interface LeaderboardApi {

	/**
	 * Return the leaderboard as it is.
	 * @return where it runs and how often it has ticked there
	 */
	LeaderboardView view();

	/**
	 * The leaderboard, as it describes itself.
	 *
	 * @param node the node that runs it
	 * @param ticks how often it has ticked since it was started there
	 * @param epoch the epoch of its present run
	 */
	record LeaderboardView(String node, long ticks, long epoch) {

	}

}
