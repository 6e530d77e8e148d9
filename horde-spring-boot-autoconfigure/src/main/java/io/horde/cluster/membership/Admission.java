package io.horde.cluster.membership;

import java.util.Map;
import java.util.TreeMap;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.ClusterMessage.Ping;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.crdt.ReplicaId;

/**
 * Decides whether an incarnation may become a member when another one of its name is
 * known (M5).
 */
final class Admission {

	private final Members members;

	private final Router router;

	private final AwakeClock clock;

	private final long patience;

	private final Map<String, Challenge> challenges = new TreeMap<>();

	private long number;

	Admission(MembershipContext context, Router router) {
		this.members = context.members();
		this.router = router;
		this.clock = context.clock();
		this.patience = context.settings().silenceTimeout().toNanos();
	}

	/**
	 * Decide about a record, and have the present holder of the name prove that it lives
	 * if that is what matters.
	 * @param newcomer the record
	 * @return the decision
	 */
	Decision decide(MemberRecord newcomer) {
		if (this.members.forgottenIncarnations().isBelow(newcomer.id())) {
			return (newcomer.status() == MemberStatus.JOINING) ? Decision.BEHIND : Decision.FORGOTTEN;
		}
		if (newcomer.id().node().equals(this.members.self().node())) {
			Decision decision = decide(this.members.own(), true, proof(this.members.self(), newcomer.id()), newcomer);
			return (decision == Decision.BEHIND) ? Decision.STALE : decision;
		}
		Peer holder = this.members.named(newcomer.id().node());
		if (holder == null) {
			return Decision.ADMIT;
		}
		Decision decision = decide(holder.record(), holder.isLiving(), proof(holder.id(), newcomer.id()), newcomer);
		if (decision == Decision.WAIT) {
			challenge(holder, newcomer.id());
		}
		else if (decision == Decision.REPLACE) {
			this.challenges.remove(newcomer.id().node());
		}
		return decision;
	}

	/**
	 * Decide about a record.
	 * @param holder the record of the present holder of the name
	 * @param living whether the holder is believed to live
	 * @param proof whether it has proved so since the newcomer appeared
	 * @param newcomer the record to decide about
	 * @return the decision
	 */
	static Decision decide(MemberRecord holder, boolean living, Proof proof, MemberRecord newcomer) {
		int order = newcomer.id().compareTo(holder.id());
		if (order == 0) {
			return holder.isForgotten() ? Decision.FORGOTTEN : Decision.ADMIT;
		}
		boolean established = newcomer.status() == MemberStatus.UP || newcomer.status() == MemberStatus.LEAVING;
		boolean gone = !living || newcomer.address().equals(holder.address()) || proof == Proof.MISSED;
		if (order < 0 && (established || (!gone && proof == Proof.GIVEN))) {
			return Decision.STALE;
		}
		if (established || gone) {
			return (order < 0) ? Decision.BEHIND : Decision.REPLACE;
		}
		return (proof == Proof.GIVEN) ? Decision.DUPLICATE : Decision.WAIT;
	}

	/**
	 * Return the highest incarnation that is known of a name.
	 * @param name the name
	 * @return the incarnation, or -1
	 */
	long last(String name) {
		Peer holder = this.members.named(name);
		long known = this.members.forgottenIncarnations().incarnation(name);
		return (holder != null) ? Math.max(known, holder.id().incarnation()) : known;
	}

	/**
	 * Return the address of who has a name.
	 */
	String address(String name) {
		Peer holder = this.members.named(name);
		return (holder != null) ? holder.record().address() : this.members.own().address();
	}

	void pong(Peer from, long answered) {
		Challenge challenge = this.challenges.get(from.name());
		if (challenge != null && challenge.number == answered) {
			challenge.proved = true;
		}
	}

	/**
	 * Whether the holder of a name has proved that it lives; this node knows of itself
	 * (M5).
	 */
	private Proof proof(ReplicaId holder, ReplicaId newcomer) {
		if (holder.equals(this.members.self())) {
			return Proof.GIVEN;
		}
		Challenge challenge = this.challenges.get(holder.node());
		if (challenge == null || !challenge.newcomer.equals(newcomer)) {
			return Proof.PENDING;
		}
		if (challenge.proved) {
			return Proof.GIVEN;
		}
		return (this.clock.mayJudge() && this.clock.now() - challenge.started > this.patience) ? Proof.MISSED
				: Proof.PENDING;
	}

	private void challenge(Peer holder, ReplicaId newcomer) {
		Challenge challenge = this.challenges.get(holder.name());
		if (challenge == null || !challenge.newcomer.equals(newcomer)) {
			challenge = new Challenge(newcomer, -(++this.number), this.clock.now());
			this.challenges.put(holder.name(), challenge);
		}
		this.router.send(holder, new Ping(challenge.number));
	}

	/**
	 * What to do with a newcomer.
	 */
	enum Decision {

		/**
		 * It is welcome, or known already.
		 */
		ADMIT,

		/**
		 * It takes the place of an older incarnation.
		 */
		REPLACE,

		/**
		 * The older incarnation has to prove that it lives.
		 */
		WAIT,

		/**
		 * The name belongs to a living member.
		 */
		DUPLICATE,

		/**
		 * A newer incarnation is known.
		 */
		STALE,

		/**
		 * It starts with an incarnation below that of a former start, which is gone: its
		 * wall clock has gone back.
		 */
		BEHIND,

		/**
		 * It was declared gone for good.
		 */
		FORGOTTEN

	}

	/**
	 * Whether the holder of a name has proved that it lives.
	 */
	enum Proof {

		/**
		 * Not yet.
		 */
		PENDING,

		/**
		 * It has answered.
		 */
		GIVEN,

		/**
		 * It has let the time pass.
		 */
		MISSED

	}

	/**
	 * A holder that was asked to prove that it lives.
	 */
	private static final class Challenge {

		private final ReplicaId newcomer;

		private final long number;

		private final long started;

		private boolean proved;

		private Challenge(ReplicaId newcomer, long number, long started) {
			this.newcomer = newcomer;
			this.number = number;
			this.started = started;
		}

	}

}
