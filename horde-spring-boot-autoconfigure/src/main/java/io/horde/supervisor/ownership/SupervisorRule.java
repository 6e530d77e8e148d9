package io.horde.supervisor.ownership;

/**
 * The rules of ownership that a test can take away, one at a time, to see that the
 * simulator would notice. In production all are kept.
 */
public enum SupervisorRule {

	/**
	 * Who takes a child over does not write its desired entry (O1).
	 */
	O1,

	/**
	 * A copy whose desired entry is gone stops (O2).
	 */
	O2_GONE,

	/**
	 * A copy serves the desired entry that its placement names, and no other (O2).
	 */
	O2_DOT,

	/**
	 * A start that finishes after its entry is gone is not published (O2).
	 */
	O2_LATE,

	/**
	 * Epochs follow the clock, so that they grow across delete and re-create (O3).
	 */
	O3,

	/**
	 * A mere claim with a higher epoch stops no running copy (O4).
	 */
	O4,

	/**
	 * A member that is {@code DOWN} is not gone (O5).
	 */
	O5,

	/**
	 * Whoever receives a child runs it, whatever its own ring says (O6).
	 */
	O6_RING,

	/**
	 * No child moves before the view has been stable for a while (O6).
	 */
	O6_SETTLED,

	/**
	 * The state of a child that moves is kept until its new owner runs it (O7).
	 */
	O7,

	/**
	 * The mark of a stopped static child is respected (O8).
	 */
	O8,

	/**
	 * A termination is acknowledged when a second member holds it (O9).
	 */
	O9_HELD,

	/**
	 * Under quorum it is acknowledged when a majority of the voters holds it (O9).
	 */
	O9_SEATS,

	/**
	 * The consistency mode is that of the desired entry (Q1).
	 */
	Q1

}
