package io.horde.crdt;

/**
 * The identity of one write: its origin and the origin's sequence number (R1).
 *
 * @param replica the origin
 * @param sequence the sequence number, from 1
 * @see <a href="https://arxiv.org/abs/1011.5808">Preguiça, Baquero, Almeida, Fonte,
 * Gonçalves, Dotted Version Vectors: Logical Clocks for Optimistic Replication (2010)</a>
 */
public record Dot(ReplicaId replica, long sequence) {

	@Override
	public String toString() {
		return this.replica + ":" + this.sequence;
	}

}
