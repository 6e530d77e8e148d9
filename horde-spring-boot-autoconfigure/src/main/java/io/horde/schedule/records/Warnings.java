package io.horde.schedule.records;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.horde.time.EventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns in full once, and counts what follows within a while: many schedules may be in
 * the same situation. Confined to the loop.
 */
final class Warnings {

	private static final Duration WHILE = Duration.ofSeconds(10);

	private static final Logger logger = LoggerFactory.getLogger(Warnings.class);

	private final EventLoop loop;

	private final String node;

	private final Map<String, Integer> more = new HashMap<>();

	Warnings(EventLoop loop, String node) {
		this.loop = loop;
		this.node = node;
	}

	/**
	 * Warn, or count.
	 * @param situation what is the matter with a schedule, as the end of a sentence that
	 * begins with how many they are
	 * @param warning warns in full
	 */
	void warn(String situation, Runnable warning) {
		Integer before = this.more.get(situation);
		if (before != null) {
			this.more.put(situation, before + 1);
			return;
		}
		warning.run();
		this.more.put(situation, 0);
		this.loop.schedule(WHILE, () -> {
			Integer count = this.more.remove(situation);
			if (count != null && count > 0) {
				logger.warn("{} more schedules of node '{}' {}", count, this.node, situation);
			}
		});
	}

}
