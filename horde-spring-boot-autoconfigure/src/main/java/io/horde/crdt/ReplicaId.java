package io.horde.crdt;

import java.util.Comparator;

/**
 * One incarnation of a node: a restarted node is a new replica. Identifies the origin of
 * dots, the peer of a link and the owner of a placement.
 *
 * @param node the node name
 * @param incarnation grows with every start of the node (M5)
 */
public record ReplicaId(String node, long incarnation) implements Comparable<ReplicaId> {

	/**
	 * The order of the starts, those of one instant by name.
	 */
	public static final Comparator<ReplicaId> OLDEST_FIRST = Comparator.comparingLong(ReplicaId::incarnation)
		.thenComparing(Comparator.naturalOrder());

	@Override
	public int compareTo(ReplicaId other) {
		int order = this.node.compareTo(other.node);
		return (order != 0) ? order : Long.compare(this.incarnation, other.incarnation);
	}

	@Override
	public String toString() {
		return this.node + "#" + Long.toUnsignedString(this.incarnation, 36);
	}

}
