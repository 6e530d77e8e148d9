package io.horde.crdt;

/**
 * The identity of one write: its origin and the origin's sequence number (R1).
 *
 * @param replica the origin
 * @param sequence the sequence number, from 1
 */
public record Dot(ReplicaId replica, long sequence) {

	@Override
	public String toString() {
		return this.replica + ":" + this.sequence;
	}

}
