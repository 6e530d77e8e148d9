package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.TreeMap;
import java.util.TreeSet;

import io.horde.supervisor.ownership.Wanted;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of failures that concern all children of a type alike: once for all of them, with
 * one stack, and then once a minute as long as there are more. Each single one is told at
 * debug level. Confined to the loop.
 */
final class FailureLog {

	private static final Logger logger = LoggerFactory.getLogger(FailureLog.class);

	private static final Duration BURST = Duration.ofMillis(500);

	private static final Duration QUIET = Duration.ofMinutes(1);

	private final EventLoop loop;

	private final String node;

	private final TreeMap<String, Failures> open = new TreeMap<>();

	FailureLog(EventLoop loop, String node) {
		this.loop = loop;
		this.node = node;
	}

	/**
	 * A child has failed.
	 * @param what in which way: the rest of a sentence of which the children are the
	 * subject
	 * @param child the child
	 * @param reason why
	 * @param failure what was thrown here, or {@code null}
	 */
	void add(String what, Wanted child, String reason, @Nullable Throwable failure) {
		logger.debug("Child '{}' on node {}: {} {}", child.id(), this.node, what, reason, failure);
		String key = child.spec().type() + " " + what;
		Failures failures = this.open.get(key);
		if (failures == null) {
			failures = new Failures(child.spec().type(), what);
			this.open.put(key, failures);
			this.loop.schedule(BURST, () -> tell(key));
		}
		failures.add(child.id(), reason, failure);
	}

	/**
	 * Tell all now: this node ends.
	 */
	void flush() {
		this.open.values().forEach(this::tell);
		this.open.clear();
	}

	private void tell(String key) {
		Failures failures = this.open.get(key);
		if (failures == null || failures.ids.isEmpty()) {
			this.open.remove(key);
			return;
		}
		tell(failures);
		this.loop.schedule(QUIET, () -> tell(key));
	}

	private void tell(Failures failures) {
		if (failures.ids.isEmpty()) {
			return;
		}
		logger.warn("{} children of type '{}' {} (node '{}'), such as '{}': {}", failures.ids.size(), failures.type,
				failures.what, this.node, failures.ids.first(), failures.reason, failures.stack());
		failures.ids.clear();
	}

	private static final class Failures {

		private final String type;

		private final String what;

		private final TreeSet<String> ids = new TreeSet<>();

		private String reason = "";

		private @Nullable Throwable failure;

		private boolean told;

		Failures(String type, String what) {
			this.type = type;
			this.what = what;
		}

		void add(String id, String reason, @Nullable Throwable failure) {
			this.ids.add(id);
			this.reason = reason;
			this.failure = this.told ? null : failure;
		}

		@Nullable Throwable stack() {
			Throwable stack = this.failure;
			this.failure = null;
			this.told = true;
			return stack;
		}

	}

}
