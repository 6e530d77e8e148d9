package io.horde.cluster;

import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One attempt of a node to agree with others on the next configuration.
 */
final class ElectionAttempt {

	final Ballot ballot;

	final long since;

	final SortedSet<String> names = new TreeSet<>();

	Configuration successor;

	Ballot bound = Ballot.NONE;

	boolean proposed;

	ElectionAttempt(Ballot ballot, Configuration successor, long since) {
		this.ballot = ballot;
		this.successor = successor;
		this.since = since;
	}

	ElectionAttempt(ElectionAttempt other) {
		this(other.ballot, other.successor, other.since);
		this.names.addAll(other.names);
		this.bound = other.bound;
		this.proposed = other.proposed;
	}

	@Override
	public String toString() {
		return this.ballot + this.successor.id() + this.names + this.bound + this.proposed + this.since;
	}

}
