package io.horde.supervisor;

import java.util.Map;

/**
 * Control over the moves that this node makes because a child belongs elsewhere.
 */
public interface Redistribution {

	/**
	 * Begin no more moves. Those under way end.
	 */
	void pause();

	/**
	 * Go on.
	 */
	void resume();

	/**
	 * Tell whether moves are paused.
	 * @return {@code true} if so
	 */
	boolean isPaused();

	/**
	 * Return which of this node's children would move under active redistribution.
	 * @return child id to member name
	 */
	Map<String, String> preview();

}
