package io.horde.cluster.quorum;

import java.util.Map;
import java.util.StringJoiner;

import io.horde.cluster.quorum.QuorumMessage.Refused;

/**
 * Why a lease claim was not granted.
 *
 * @param reason a sentence
 * @param knownEpoch the highest epoch that a voter knows for the child; a later claim
 * needs a higher one
 * @param held whether another node holds the child
 */
public record ClaimRefusal(String reason, long knownEpoch, boolean held) {

	static ClaimRefusal of(HeldKey child, SeatConfiguration configuration, Map<String, Contact> contacts) {
		if (!configuration.isKnown()) {
			return new ClaimRefusal("no configuration of the voting seats is known yet", 0, false);
		}
		StringJoiner reasons = new StringJoiner("; ");
		long known = 0;
		boolean held = false;
		for (String name : configuration.voters()) {
			Contact contact = contacts.get(name);
			Refused refused = child.refused.get(name);
			if (refused != null && refused.holder() != null) {
				held = true;
				reasons.add(name + " holds it for " + refused.holder().node() + " for another "
						+ refused.remaining() / 1_000_000 + " ms");
			}
			else if (refused != null) {
				reasons.add(name + " knows the epoch " + refused.known());
			}
			else if (contact == null) {
				reasons.add(name + " is not there");
			}
			else if (!child.isAcceptedBy(contact)) {
				reasons.add(name + " did not vote" + (contact.silence().isEmpty() ? "" : ": " + contact.silence()));
			}
			known = Math.max(known, (refused != null) ? refused.known() : 0);
		}
		return new ClaimRefusal("no majority of the voters " + configuration.voters() + " accepted it: " + reasons,
				known, held);
	}

}
