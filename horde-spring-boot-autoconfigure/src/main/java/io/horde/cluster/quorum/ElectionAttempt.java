package io.horde.cluster.quorum;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/**
 * One attempt of a node to agree with others on the next configuration.
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

	ElectionAttempt(ElectionAttempt other) {
		this(other.ballot, other.successor, other.since);
		this.names.addAll(other.names);
		this.unsure.addAll(other.unsure);
		this.bound = other.bound;
		this.proposed = other.proposed;
	}

	/* For the model. */
	void describe(long age, LongConsumer text, LongConsumer ballots) {
		text.accept(age);
		this.ballot.describe(text, ballots);
		this.bound.describe(text, ballots);
		text.accept(this.successor.hashCode() * 2L + (this.proposed ? 1 : 0));
		text.accept(this.names.hashCode());
		text.accept(this.unsure.hashCode());
	}

}
