package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.TreeMap;

import io.horde.crdt.ReplicaId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the children that this node has taken over from nodes that are gone, and tells
 * of them once for many. Under quorum a child is taken over when its lease claim is
 * granted, which a minority can ask for as often as it likes.
 */
final class TakeoverLog {

	private static final Logger logger = LoggerFactory.getLogger(TakeoverLog.class);

	private static final Duration BURST = Duration.ofMillis(500);

	private final Commons commons;

	private final TreeMap<String, Integer> nodes = new TreeMap<>();

	TakeoverLog(Commons commons) {
		this.commons = commons;
	}

	/**
	 * A child was taken over.
	 * @param from who ran it before
	 */
	void count(ReplicaId from) {
		this.commons.counters().takeovers().increment();
		if (this.nodes.isEmpty()) {
			this.commons.loop().schedule(BURST, this::tell);
		}
		this.nodes.merge(from.node(), 1, Integer::sum);
	}

	private void tell() {
		this.nodes.forEach((from, count) -> logger.info("{} took over {} children of {}", this.commons.ledger().node(),
				count, from));
		this.nodes.clear();
	}

}
