package io.horde.hazelcast;

import com.hazelcast.logging.Logger;

/**
 * Keeps Hazelcast's own log lines out of the user's log, for our instances only.
 * Hazelcast reports each failed attempt to reach an absent peer at WARN, several times a
 * second; what matters of it this transport says in its own words.
 */
final class QuietLogging {

	static final String PROPERTY = "hazelcast.logging.type";

	static final String NONE = "none";

	private QuietLogging() {
	}

	/**
	 * The first instance in a JVM also decides where Hazelcast's static loggers go. Let
	 * that be the default, as if our instances didn't exist.
	 */
	static void keepDefault() {
		Logger.newLoggerFactory(System.getProperty(PROPERTY, "jdk"));
	}

}
