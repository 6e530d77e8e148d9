package io.horde.sample;

/**
 * A session, as it describes itself.
 *
 * @param id the id of the session
 * @param name its name in the cluster
 * @param node the node that runs it
 * @param epoch the epoch of its present run
 * @param count its counter
 */
public record SessionView(String id, String name, String node, long epoch, long count) {

	static final String NAME_PREFIX = "session-";

	static String name(String id) {
		return NAME_PREFIX + id;
	}

	static String id(String name) {
		return name.substring(NAME_PREFIX.length());
	}

}
