package io.horde.replication;

import io.horde.crdt.ReplicaId;

/**
 * Up to where a replica had written at one moment. For tests of other packages.
 *
 * @param origin the replica
 * @param sequence its last write then
 */
public record WriteMark(ReplicaId origin, long sequence) {

	/**
	 * Return the mark of a replica at present.
	 * @param replicator the replica
	 * @return the mark
	 */
	public static WriteMark of(Replicator replicator) {
		ReplicaId self = replicator.store().self();
		return new WriteMark(self, replicator.store().context().covered(self));
	}

	/**
	 * Tell whether a replica has merged all up to here.
	 * @param replicator the replica
	 * @return whether it has
	 */
	public boolean isMergedBy(Replicator replicator) {
		return replicator.store().origins().merged(this.origin) >= this.sequence;
	}

}
