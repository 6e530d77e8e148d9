package io.horde.cluster.quorum;

import java.util.SortedSet;
import java.util.TreeSet;

import io.horde.cluster.quorum.QuorumMessage.Promised;

/**
 * One attempt of a node to agree with others on the next seat configuration: a proposer
 * of single-decree Paxos.
 *
 * @see <a href="https://dl.acm.org/doi/10.1145/279227.279229">Lamport, The Part-Time
 * Parliament (1998)</a>, and Paxos Made Simple (2001)
 */
final class ElectionAttempt {

	final Ballot ballot;

	final long since;

	final SortedSet<String> names = new TreeSet<>();

	/** Who does not remember all that it has accepted. */
	final SortedSet<String> unsure = new TreeSet<>();

	SeatConfiguration successor;

	Ballot bound = Ballot.NONE;

	boolean proposed;

	ElectionAttempt(Ballot ballot, SeatConfiguration successor, long since) {
		this.ballot = ballot;
		this.successor = successor;
		this.since = since;
	}

	/**
	 * Take a promise. What was accepted in the latest attempt before has to be proposed
	 * again.
	 */
	void promised(String from, Promised promised) {
		(promised.sure() ? this.names : this.unsure).add(from);
		SeatConfiguration accepted = promised.accepted();
		if (accepted != null && promised.acceptedIn().compareTo(this.bound) > 0) {
			this.bound = promised.acceptedIn();
			this.successor = accepted;
		}
	}

	/**
	 * Tell whether all holders of seats have promised, and the successor may have been
	 * agreed upon before.
	 */
	boolean completes(SeatConfiguration configuration) {
		return !this.bound.equals(Ballot.NONE) && configuration.isKnown()
				&& configuration.voters()
					.stream()
					.allMatch((name) -> this.names.contains(name) || this.unsure.contains(name));
	}

}
