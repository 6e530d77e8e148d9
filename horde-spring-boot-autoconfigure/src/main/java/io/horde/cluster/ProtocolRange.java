package io.horde.cluster;

/**
 * The versions of the protocol that a node speaks. Two nodes can share a cluster if their
 * ranges overlap.
 *
 * @param lowest the lowest version
 * @param highest the highest version
 */
record ProtocolRange(int lowest, int highest) {

	static final ProtocolRange CURRENT = new ProtocolRange(1, 1);

	boolean overlaps(ProtocolRange other) {
		return this.lowest <= other.highest && other.lowest <= this.highest;
	}

	@Override
	public String toString() {
		return (this.lowest == this.highest) ? Integer.toString(this.lowest) : this.lowest + " to " + this.highest;
	}

}
