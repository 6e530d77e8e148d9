package io.horde.cluster.membership;

import java.util.Set;
import java.util.TreeSet;

import io.horde.cluster.protocol.Refusal;
import io.horde.cluster.protocol.Refused;
import io.horde.crdt.ReplicaId;
import io.horde.wire.PrintableText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what comes from outside from harming the loop, and reports each kind of trouble
 * with each peer once.
 */
final class PeerErrorLog {

	private static final Logger logger = LoggerFactory.getLogger(PeerErrorLog.class);

	private static final int MAX_REPORTED = 1000;

	private static final int MAX_TEXT = 1000;

	private final Set<String> reported = new TreeSet<>();

	void guard(ReplicaId from, String what, Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException ex) {
			if (isNews(from.node() + "/" + what)) {
				logger.warn(
						"Dropped a {} from member {}, because it can't be processed: {}. Further ones are logged at DEBUG",
						what, from.node(), PrintableText.of(ex.toString(), MAX_TEXT));
			}
			logger.debug("Dropped a {} from member {}", what, from, ex);
		}
	}

	void refused(String address, Refused refused) {
		if (refused.kind() != Refusal.WAIT && refused.kind() != Refusal.SELF
				&& isNews(address + "/" + refused.kind())) {
			logger.warn("Refused a link from {}: {} ({})", PrintableText.of(address, MAX_TEXT),
					PrintableText.of(refused.sentence(), MAX_TEXT), refused.kind());
		}
	}

	private boolean isNews(String key) {
		return this.reported.size() < MAX_REPORTED && this.reported.add(key);
	}

}
