package io.horde.cluster.quorum;

/**
 * The number of one attempt to agree on the next seat configuration. Ballots are ordered,
 * and no two proposers have the same one (Paxos).
 *
 * @param counter grows with each attempt
 * @param proposer who makes it
 */
record Ballot(long counter, String proposer) implements Comparable<Ballot> {

	static final Ballot NONE = new Ballot(0, "");

	@Override
	public int compareTo(Ballot other) {
		int order = Long.compare(this.counter, other.counter);
		return (order != 0) ? order : this.proposer.compareTo(other.proposer);
	}

	@Override
	public String toString() {
		return this.counter + "@" + this.proposer;
	}

}
