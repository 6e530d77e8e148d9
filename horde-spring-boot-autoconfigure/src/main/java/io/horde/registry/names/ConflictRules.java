package io.horde.registry.names;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.horde.crdt.Versioned;
import io.horde.registry.ConflictResolver;
import io.horde.registry.NameClaim;
import io.horde.registry.NameEntry;
import io.horde.wire.Payloads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who of several registrations keeps a name: the same answer on every node that sees the
 * same registrations.
 */
public final class ConflictRules {

	/*
	 * A verdict is written by the winner's node, as its own registration once more, so
	 * that the node of a registration is always the origin of its dot (R3), and a winner
	 * that is gone decides nothing. The loser's node sees that its registration was
	 * replaced and asks the same function; it signals only then, because only a written
	 * verdict stops anybody (N2).
	 *
	 * The same path serves the registration that was overwritten while its owner was
	 * hidden: the owner, back again, asks whether it wins against what replaced it. If so
	 * it writes its registration once more, else it has lost. Both sides judge by the
	 * stamp of the registration, not of the write, so repeating a registration does not
	 * make it younger and the two don't overwrite each other for ever. With a resolver
	 * that is not a pure function they would: the registrations count the contradictions,
	 * and from DISPUTES on the last write wins.
	 */

	/**
	 * From this number of contradicted verdicts on, the resolver is not asked any more.
	 */
	static final int DISPUTES = 8;

	/**
	 * The order in which registrations are folded, and which of them is visible before
	 * the verdict.
	 */
	static final Comparator<Versioned<NameRegistration>> BY_REGISTRATION = Comparator
		.comparingLong((Versioned<NameRegistration> versioned) -> versioned.value().stamp())
		.thenComparing((versioned) -> versioned.origin());

	private static final Logger logger = LoggerFactory.getLogger(ConflictRules.class);

	private final ConflictResolver resolver;

	private final Payloads payloads;

	public ConflictRules(ConflictResolver resolver, Payloads payloads) {
		this.resolver = resolver;
		this.payloads = payloads;
	}

	/**
	 * The order of concurrent registrations (R4): of one child by epoch, else by when
	 * they were made.
	 * @param first a registration
	 * @param second another registration
	 * @return as for a comparator
	 */
	static int order(Versioned<NameRegistration> first, Versioned<NameRegistration> second) {
		if (first.value().isOfSameChild(second.value())) {
			int byEpoch = Long.compare(first.value().epoch(), second.value().epoch());
			return (byEpoch != 0) ? byEpoch : first.origin().compareTo(second.origin());
		}
		return BY_REGISTRATION.compare(first, second);
	}

	/**
	 * Decide between all registrations of a name.
	 * @param registrations at least one
	 * @return the winner
	 */
	Versioned<NameRegistration> winner(List<Versioned<NameRegistration>> registrations) {
		List<Versioned<NameRegistration>> sorted = new ArrayList<>(registrations);
		sorted.sort(BY_REGISTRATION);
		Versioned<NameRegistration> winner = sorted.get(0);
		for (Versioned<NameRegistration> registration : sorted.subList(1, sorted.size())) {
			winner = winner(winner, registration);
		}
		return winner;
	}

	private Versioned<NameRegistration> winner(Versioned<NameRegistration> first, Versioned<NameRegistration> second) {
		if (first.value().isOfSameChild(second.value())) {
			return (order(first, second) > 0) ? first : second;
		}
		boolean inOrder = BY_REGISTRATION.compare(first, second) <= 0;
		Versioned<NameRegistration> earlier = inOrder ? first : second;
		Versioned<NameRegistration> later = inOrder ? second : first;
		if (Math.max(first.value().disputes(), second.value().disputes()) >= DISPUTES) {
			return later;
		}
		NameClaim earlierClaim = nameClaim(earlier);
		NameClaim verdict;
		try {
			verdict = this.resolver.resolve(earlierClaim, nameClaim(later));
		}
		catch (RuntimeException ex) {
			logger.warn("The conflict resolver failed for the name '{}'; the last write wins", earlier.key(), ex);
			return later;
		}
		return earlierClaim.equals(verdict) ? earlier : later;
	}

	/**
	 * Say what is to be done about a name that an owner of this node holds.
	 * @param mine the registration of this node
	 * @param alive whether it is in the map
	 * @param rivals the other registrations in the map whose nodes are not hidden
	 * @return the decision
	 */
	Decision decide(Versioned<NameRegistration> mine, boolean alive, List<Versioned<NameRegistration>> rivals) {
		if (rivals.isEmpty()) {
			return alive ? new Decision.Keep() : new Decision.Assert(mine.value().disputes());
		}
		List<Versioned<NameRegistration>> all = new ArrayList<>(rivals);
		all.add(mine);
		Versioned<NameRegistration> winner = winner(all);
		if (winner == mine) {
			int disputes = 0;
			for (Versioned<NameRegistration> rival : rivals) {
				disputes = Math.max(disputes, rival.value().disputes());
			}
			return new Decision.Assert(disputes + 1);
		}
		if (alive) {
			return new Decision.Keep();
		}
		return winner.value().isOfSameChild(mine.value()) ? new Decision.Yield() : new Decision.Lose(winner);
	}

	public NameClaim nameClaim(Versioned<NameRegistration> versioned) {
		NameRegistration registration = versioned.value();
		NameEntry entry = registration.entry(versioned.key(), versioned.origin().node(), this.payloads).orElseThrow();
		return new NameClaim(entry, registration.epoch(), registration.stamp());
	}

	/**
	 * What a node does about a name of one of its owners.
	 */
	sealed interface Decision {

		/**
		 * Nothing: it is undisputed, or the winner has not written the verdict yet.
		 */
		record Keep() implements Decision {

		}

		/**
		 * Write the registration (again).
		 *
		 * @param disputes what the registration then counts
		 */
		record Assert(int disputes) implements Decision {

		}

		/**
		 * Leave the name to another run of the same process, whose supervisor decides
		 * which of the two ends (O4); take it again if that one vanishes.
		 */
		record Yield() implements Decision {

		}

		/**
		 * Give the name up and tell the owner.
		 *
		 * @param winner who keeps it
		 */
		record Lose(Versioned<NameRegistration> winner) implements Decision {

		}

	}

}
