package io.horde.crdt;

import java.util.List;

/**
 * Mutations of one origin that are merged as one. Each has a sequence number of its own,
 * so that vectors count removals too (R1).
 *
 * @param origin who made them
 * @param first the sequence number of the first change
 * @param stamp the hybrid logical clock at the origin
 * @param changes the changes, in the order in which they were made
 */
public record Delta(ReplicaId origin, long first, long stamp, List<Change> changes) {

	/**
	 * Return the sequence number of the last change.
	 * @return the sequence number
	 */
	public long last() {
		return this.first + this.changes.size() - 1;
	}

}
