package io.horde.replication;

/**
 * The rules of the protocol that a test can take from a replicator, one at a time, to see
 * that the simulator would notice. In production all are kept.
 */
enum Rule {

	/**
	 * Removals take sequence numbers, and the digest shows them (R1).
	 */
	R1,

	/**
	 * A delta is merged after all earlier ones of its origin, or with exact dots (R2).
	 */
	R2_ORDER,

	/**
	 * A dot that is seen in a removal only stays known (R2).
	 */
	R2_SINGLES,

	/**
	 * A reconciliation advances the vector at its end, not before (R2).
	 */
	R2_END,

	/**
	 * An owner removes only what it wrote itself (R3).
	 */
	R3,

	/**
	 * Concurrent values have one total order, the same everywhere (R4).
	 */
	R4,

	/**
	 * Logs keep the deltas of all origins (R5).
	 */
	R5_LOGS,

	/**
	 * What no log holds is reconciled (R5).
	 */
	R5_REST,

	/**
	 * What was seen of an origin is dropped when all remaining members have confirmed the
	 * same, and state from before a forget is not merged (R6).
	 */
	R6,

	/**
	 * What was seen of an origin that is gone is not kept for ever (R6).
	 */
	R6_BOUND,

	/**
	 * What nobody has of an origin that is gone counts as seen (R6).
	 */
	R6_GAPS,

	/**
	 * A joiner whose source dies starts again with another (R8).
	 */
	R8,

	/**
	 * A difference is pulled only if it does not close by itself (R9).
	 */
	R9,

	/**
	 * A write is held when another member that is up has merged it (R10).
	 */
	R10,

	/**
	 * Local writes and merges happen under the lock (N5).
	 */
	N5

}
