package io.horde.cluster.quorum;

import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.cluster.quorum.QuorumMessage.Answer;
import io.horde.crdt.ReplicaId;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * What a claimant has from one voter.
 */
final class Contact {

	final ReplicaId voter;

	final SortedMap<Long, Moment> sent = new TreeMap<>();

	/** Changes whenever the voter may have forgotten what it accepted. */
	private long standing;

	private long session;

	private long round;

	private @Nullable Moment answered;

	private @Nullable Moment agreed;

	private String silence = "it has not answered";

	Contact(ReplicaId voter, long standing, long round) {
		this.voter = voter;
		this.standing = standing;
		this.round = round;
	}

	long standing() {
		return this.standing;
	}

	long round() {
		return this.round;
	}

	/**
	 * Return when the latest request was sent to which the voter answered with a vote.
	 */
	@Nullable Moment answered() {
		return this.answered;
	}

	/**
	 * Return when the latest request was sent to which the voter replied, with a vote or
	 * not, that it knows the same seats and no successor of them.
	 */
	@Nullable Moment agreed() {
		return this.agreed;
	}

	/**
	 * Other seats are in force.
	 */
	void reconfigured() {
		this.agreed = null;
	}

	String silence() {
		return this.silence;
	}

	long begin(Moment now) {
		this.sent.put(++this.round, now);
		return this.round;
	}

	/**
	 * Take an answer.
	 * @param agrees whether the voter knows the same seats
	 * @param standing the next standing, for a voter that has begun a new session
	 * @return whether it is a vote in the present session
	 */
	boolean answered(Answer answer, boolean agrees, long standing) {
		Moment sent = this.sent.remove(answer.round());
		if (sent == null) {
			return false;
		}
		this.sent.headMap(answer.round()).clear();
		this.silence = answer.silence();
		this.agreed = agrees ? sent : null;
		if (answer.session() == 0 || answer.session() < this.session) {
			return false;
		}
		if (answer.session() > this.session) {
			this.session = answer.session();
			this.standing = standing;
			this.answered = null;
		}
		this.answered = later(this.answered, sent);
		return true;
	}

	/** A lease runs from the sending of what was answered (Q4). */
	private static Moment later(@Nullable Moment before, Moment sent) {
		return (before == null || sent.isAfter(before)) ? sent : before;
	}

	long session() {
		return this.session;
	}

}
