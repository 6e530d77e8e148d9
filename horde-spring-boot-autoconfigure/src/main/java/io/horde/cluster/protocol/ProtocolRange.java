package io.horde.cluster.protocol;

/**
 * The versions of the protocol that a node speaks. Two nodes can share a cluster if their
 * ranges overlap.
 *
 * @param lowest the lowest version
 * @param highest the highest version
 */
public record ProtocolRange(int lowest, int highest) {

	/**
	 * Since version 3 frames of the replication, and deltas in start commands, name what
	 * their sender has forgotten and dropped (R6); versions 1 and 2 count it, and merge
	 * what is older than a drop. Since version 4 there are three kinds of records about
	 * it. The earlier ones were never released: they are refused.
	 */
	public static final ProtocolRange CURRENT = new ProtocolRange(4, 4);

	public boolean overlaps(ProtocolRange other) {
		return this.lowest <= other.highest && other.lowest <= this.highest;
	}

	@Override
	public String toString() {
		return (this.lowest == this.highest) ? Integer.toString(this.lowest) : this.lowest + " to " + this.highest;
	}

}
