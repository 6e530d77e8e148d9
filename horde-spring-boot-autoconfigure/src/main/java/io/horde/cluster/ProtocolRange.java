package io.horde.cluster;

/**
 * The versions of the protocol that a node speaks. Two nodes can share a cluster if their
 * ranges overlap.
 *
 * @param lowest the lowest version
 * @param highest the highest version
 */
record ProtocolRange(int lowest, int highest) {

	/**
	 * Since version 2 reports tell which of its neighbours a member does not hear,
	 * records which types need a quorum, heartbeats whether links are sparse, and relayed
	 * frames how far they may go. All of that stands behind what version 1 has.
	 */
	static final ProtocolRange CURRENT = new ProtocolRange(1, 2);

	boolean overlaps(ProtocolRange other) {
		return this.lowest <= other.highest && other.lowest <= this.highest;
	}

	@Override
	public String toString() {
		return (this.lowest == this.highest) ? Integer.toString(this.lowest) : this.lowest + " to " + this.highest;
	}

}
