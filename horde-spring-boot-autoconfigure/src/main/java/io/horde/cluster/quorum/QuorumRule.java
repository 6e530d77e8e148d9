package io.horde.cluster.quorum;

/**
 * The rules of the quorum that a test can take away, one at a time, to see that the model
 * and the simulator would notice. In production all are kept.
 */
public enum QuorumRule {

	/**
	 * A voter accepts no successor while its promise to the present owner runs (Q2).
	 */
	Q2_PROMISE,

	/**
	 * A voter accepts only epochs above all it accepted for the child (Q2).
	 */
	Q2_EPOCH,

	/**
	 * A promise lasts longer than the lease, whatever the clocks' rates (Q3).
	 */
	Q3,

	/**
	 * A lease runs from the sending of what was answered (Q4).
	 */
	Q4_SENDING,

	/**
	 * An ended lease is not extended (Q4).
	 */
	Q4_ENDED,

	/**
	 * A voter's promise counts only for children that it knows to be the owner's (Q4).
	 */
	Q4_KNOWN,

	/**
	 * A restarted voter is silent until all it may have promised has run out (Q5).
	 */
	Q5_MUTE,

	/**
	 * A voter that has answered a newer incarnation of a name answers no older one (Q5).
	 */
	Q5_NEWEST,

	/**
	 * A change of the seats needs a majority of the old ones (Q6).
	 */
	Q6_OLD,

	/**
	 * Who has accepted a change answers nothing under the old configuration (Q6).
	 */
	Q6_FROZEN,

	/**
	 * A seat whose vote begins to count is silent at first (Q6).
	 */
	Q6_MUTE,

	/**
	 * With an even number of seats the first one's vote does not count (Q7).
	 */
	Q7,

	/**
	 * Without a majority nobody is forgotten (Q8).
	 */
	Q8,

	/**
	 * A lease ends when either clock says so (Q9).
	 */
	Q9,

	/**
	 * A child is released after it has stopped (Q10).
	 */
	Q10,

	/**
	 * Promises last longer by the time in which children stop (Q11).
	 */
	Q11,

	/**
	 * Renewals and claims are relayed where there is no direct way (Q12).
	 */
	Q12

}
