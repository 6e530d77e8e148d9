package io.horde.cluster.membership;

/**
 * The rules of membership that a test can take away, one at a time, to see that the
 * simulator would notice. In production all are kept.
 */
enum MemberRule {

	/**
	 * Nobody is {@code DOWN} whom others hear (M1).
	 */
	M1_OTHERS,

	/**
	 * Frames to a member without a link go through one that has it (M1).
	 */
	M1_RELAY,

	/**
	 * A closed link and a refused dial are evidence of death (M2).
	 */
	M2_DEATH,

	/**
	 * Who is asked about a member looks again, instead of giving its last opinion (M2).
	 */
	M2_ANEW,

	/**
	 * Any frame is a sign of life (M3).
	 */
	M3_ANY_FRAME,

	/**
	 * Signs that come late are waited for longer (M3).
	 */
	M3_LATENESS,

	/**
	 * A node that stood still does not count that time as the silence of others (M4).
	 */
	M4,

	/**
	 * A second node of a name does not take the place of one that lives (M5).
	 */
	M5,

	/**
	 * A boot is over when all that are expected are up (M6).
	 */
	M6,

	/**
	 * Of two declared member lists the last one wins (M7).
	 */
	M7

}
