package io.horde.cluster.quorum;

import io.horde.crdt.ReplicaId;
import io.horde.time.clock.Moment;

/**
 * What a node's part in a quorum leads to.
 */
interface QuorumListener {

	/**
	 * A message is to be sent.
	 */
	void send(ReplicaId to, QuorumMessage message);

	/**
	 * A lease claim was granted: this node is the owner until the end of the lease.
	 */
	void granted(String key, long epoch, Moment end);

	/**
	 * A lease ends later.
	 */
	void extended(String key, long epoch, Moment end);

	/**
	 * A lease has ended: this node is no longer the owner.
	 */
	void lost(String key, long epoch);

	/**
	 * A lease claim was not granted and has been withdrawn.
	 */
	void refused(String key, long epoch, ClaimRefusal refusal);

	/**
	 * A release is over.
	 * @param agreed whether a majority knows of it; if not, others have to wait until
	 * their promises end
	 */
	void released(String key, long epoch, boolean agreed);

	/**
	 * Another seat configuration is in force.
	 */
	void configured(SeatConfiguration before, SeatConfiguration after);

}
