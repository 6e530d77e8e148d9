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

	private static final Comparator<ReplicaId> ORDER = Comparator.comparing(ReplicaId::node)
		.thenComparingLong(ReplicaId::incarnation);

	@Override
	public int compareTo(ReplicaId other) {
		return ORDER.compare(this, other);
	}

	@Override
	public String toString() {
		return this.node + "#" + Long.toUnsignedString(this.incarnation, 36);
	}

}
