package io.horde.cluster.membership;

import io.horde.cluster.membership.Admission.Proof;
import io.horde.cluster.protocol.DeclaredMembers;
import io.horde.rules.Replacement;
import io.horde.rules.TakenAway;
import io.horde.transport.Channels;

/**
 * The rules of membership, each with what has to be replaced to take it away: tests take
 * away one at a time, to see that the simulator would notice.
 */
enum MemberRule {

	/**
	 * Nobody is {@code DOWN} whom others hear (M1).
	 */
	M1_OTHERS(Replacement.returning(Detector.class, "testimonyAge", Long.MAX_VALUE),
			Replacement.after(Suspicion.class, "of",
					(self, arguments, result) -> (result == Suspicion.PROBE) ? Suspicion.DOWN : result)),

	/**
	 * Frames to a member without a link go through one that has it (M1).
	 */
	M1_RELAY(Replacement.returning(Router.class, "relayTo", null)),

	/**
	 * A closed link and a refused dial are evidence of death (M2).
	 */
	M2_DEATH(Replacement.returning(Detector.class, "mayHaveDied", false)),

	/**
	 * Who is asked about a member looks again, instead of giving its last opinion (M2).
	 */
	M2_ANEW(Replacement.of(ProbeResponder.class, "known",
			(self, arguments) -> ((ProbeResponder) self).lastOpinion((Peer) arguments[0]))),

	/**
	 * Any frame is a sign of life (M3).
	 */
	M3_ANY_FRAME(Replacement.of(ClusterDispatcher.class, "isSignOfLife",
			(self, arguments) -> arguments[0].equals(Channels.CLUSTER))),

	/**
	 * Signs that come late are waited for longer (M3).
	 */
	M3_LATENESS(Replacement.returning(Detector.class, "othersMiss", true)),

	/**
	 * A node that stood still does not count that time as the silence of others (M4).
	 */
	M4(Replacement.returning(AwakeClock.class, "isDelay", false)),

	/**
	 * A second node of a name does not take the place of one that lives (M5).
	 */
	M5(Replacement.returning(Admission.class, "proof", Proof.MISSED)),

	/**
	 * A boot is over when all that are expected are up (M6).
	 */
	M6(Replacement.returning(BootGate.class, "settled", true),
			Replacement.of(BootGate.class, "booted", (self, arguments) -> ((BootGate.Facts) arguments[1]).selfUp())),

	/**
	 * Of two declared member lists the last one wins (M7).
	 */
	M7(Replacement.of(DeclaredMembers.class, "isOverriddenBy",
			(self, arguments) -> ((DeclaredMembers) arguments[0]).isDeclared()));

	private final Replacement[] replacements;

	MemberRule(Replacement... replacements) {
		this.replacements = replacements;
	}

	/**
	 * Take this rule away from all memberships.
	 * @return gives it back when it is closed
	 */
	TakenAway takeAway() {
		return TakenAway.with(this.replacements);
	}

}
