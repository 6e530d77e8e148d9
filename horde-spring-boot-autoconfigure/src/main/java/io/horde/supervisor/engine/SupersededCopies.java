package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.TreeMap;

import io.horde.process.StartReason;
import io.horde.supervisor.ownership.ChildFacts.Here;
import io.horde.supervisor.ownership.Placement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of the copies that a node has stopped because another node runs the child with a
 * higher epoch (O4): what a pause has cost is one line in the log, not one for each
 * child. Confined to the loop.
 */
final class SupersededCopies {

	private static final Logger logger = LoggerFactory.getLogger(SupersededCopies.class);

	private static final Duration BURST = Duration.ofMillis(500);

	private final Commons commons;

	private final TreeMap<String, Integer> takenOver = new TreeMap<>();

	private int elsewhere;

	private boolean scheduled;

	SupersededCopies(Commons commons) {
		this.commons = commons;
	}

	/**
	 * A copy is about to be stopped.
	 */
	void stopping(LocalChild child) {
		this.commons.counters().superseded().increment();
		Placement placement = this.commons.ledger().placement(child.id());
		if (child.here() != Here.RUNNING || placement == null) {
			return;
		}
		if (placement.reason() == StartReason.TAKEOVER) {
			this.takenOver.merge(placement.owner().node(), 1, Integer::sum);
		}
		else {
			this.elsewhere++;
		}
		if (!this.scheduled) {
			this.scheduled = true;
			this.commons.loop().schedule(BURST, this::tell);
		}
	}

	private void tell() {
		this.scheduled = false;
		String node = this.commons.ledger().node();
		if (!this.takenOver.isEmpty()) {
			int sum = this.takenOver.values().stream().mapToInt(Integer::intValue).sum();
			logger.info("{} processes were taken over while node '{}' was not heard; their copies here were stopped."
					+ " They run on {}", sum, node, this.takenOver);
		}
		if (this.elsewhere > 0) {
			logger.info("{} processes ran on node '{}' and on another one, with a higher epoch there; their copies here"
					+ " were stopped", this.elsewhere, node);
		}
		this.takenOver.clear();
		this.elsewhere = 0;
	}

}
