package io.horde.cluster.quorum;

import java.util.SortedSet;
import java.util.TreeSet;

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

}
