package io.horde.cluster.quorum;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.horde.cluster.membership.BrokenMembership;
import io.horde.cluster.membership.MembershipSettings;
import io.horde.rules.Replacement;
import io.horde.rules.TakenAway;
import io.horde.time.clock.Moment;
import io.horde.transport.Channels;

/**
 * The rules of the quorum that can be taken away, one at a time, to see that the models
 * and the simulators would notice.
 */
public enum QuorumRule {

	/**
	 * A voter accepts no successor while its promise to the present owner runs (Q2).
	 */
	Q2_PROMISE(Replacement.returning(Voter.Promise.class, "protects", false)),

	/**
	 * A voter accepts only epochs above all it accepted for the child (Q2).
	 */
	Q2_EPOCH(Replacement.returning(Voter.Entry.class, "isOlderThan", true)),

	/**
	 * A promise lasts longer than the lease, whatever the clocks' rates (Q3).
	 */
	Q3(Replacement.of(QuorumSettings.class, "endOfPromise",
			(self, arguments) -> ((Moment) arguments[0]).nanos() + ((QuorumSettings) self).lease() / 4)),

	/**
	 * A lease runs from the sending of what was answered (Q4).
	 */
	Q4_SENDING(Replacement.after(Claimant.class, "expire", (self, arguments, nothing) -> {
		Latest.now.set((Moment) arguments[0]);
		return nothing;
	}), Replacement.of(Contact.class, "later", (self, arguments) -> {
		Moment before = (Moment) arguments[0];
		Moment now = Latest.now.get();
		return (before == null || now.isAfter(before)) ? now : before;
	})),

	/**
	 * An ended lease is not extended (Q4): here none ends at all, since its end alone
	 * shows nothing, see docs/architecture.md.
	 */
	Q4_ENDED(Replacement.returning(Claimant.class, "expire", null)),

	/**
	 * A voter's promise counts only for children that it knows to be the owner's (Q4).
	 */
	Q4_KNOWN(Replacement.after(Claimant.class, "leaseEnd",
			(self, arguments, end) -> ((HeldKey) arguments[0]).isGranted() ? ((Claimant) self).end() : end)),

	/**
	 * A restarted voter is silent until all it may have promised has run out (Q5).
	 */
	Q5_MUTE(Replacement.returning(QuorumCore.class, "waits", false)),

	/**
	 * A voter that has answered a newer incarnation of a name answers no older one (Q5).
	 */
	Q5_NEWEST(Replacement.returning(Voter.class, "isReplaced", false)),

	/**
	 * A change of the seats needs a majority of the old ones (Q6).
	 */
	Q6_OLD(Replacement.after(Electorate.class, "isMajorityBefore",
			(self, arguments, majority) -> ((Electorate) self).configuration().isKnown() || (boolean) majority)),

	/**
	 * Who has accepted a change answers nothing under the old configuration (Q6).
	 */
	Q6_FROZEN(Replacement.returning(Electorate.class, "isFrozen", false)),

	/**
	 * A seat whose vote begins to count is silent at first (Q6).
	 */
	Q6_MUTE(Replacement.returning(QuorumCore.class, "beginsToVote", false)),

	/**
	 * With an even number of seats the first one's vote does not count (Q7).
	 */
	Q7(Replacement.of(SeatConfiguration.class, "voters", (self,
			arguments) -> ((SeatConfiguration) self).seats().stream().filter((name) -> !name.isEmpty()).toList())),

	/**
	 * Without a majority nobody is forgotten (Q8).
	 */
	Q8(Replacement.returning(Leases.class, "requireMajority", null)),

	/**
	 * A lease ends when either clock says so (Q9).
	 */
	Q9(Replacement.of(Moment.class, "isPast",
			(self, arguments) -> ((Moment) arguments[0]).nanos() - ((Moment) self).nanos() >= 0)),

	/**
	 * A child is released after it has stopped (Q10). Its owner has to keep it.
	 */
	Q10(Replacement.of(QuorumSimulation.class, "stop", (self, arguments) -> {
		((QuorumSimulation) self).stopLater((QuorumSimulation.Node) arguments[0], (String) arguments[1]);
		return null;
	})),

	/**
	 * Promises last longer by the time in which children stop (Q11).
	 */
	Q11(Replacement.after(MembershipSettings.class, "quorum", (self, arguments, quorum) -> {
		MembershipSettings settings = (MembershipSettings) self;
		return QuorumSettings.of(settings.seats(), settings.voters(), settings.leaseDuration().toNanos(), 0,
				settings.forgetAfter().toNanos());
	})),

	/**
	 * Renewals and claims are relayed where there is no direct way (Q12).
	 */
	Q12(BrokenMembership.withoutRelayOf(Channels.QUORUM));

	private final Replacement[] replacements;

	QuorumRule(Replacement... replacements) {
		this.replacements = replacements;
	}

	/**
	 * Return what takes the rule away.
	 */
	public List<Replacement> replacements() {
		return List.of(this.replacements);
	}

	/**
	 * Keep it no longer.
	 */
	public TakenAway takeAway() {
		return TakenAway.with(this.replacements);
	}

	/**
	 * The point in time of what was done last.
	 */
	private static final class Latest {

		private static final AtomicReference<Moment> now = new AtomicReference<>();

		private Latest() {
		}

	}

}
