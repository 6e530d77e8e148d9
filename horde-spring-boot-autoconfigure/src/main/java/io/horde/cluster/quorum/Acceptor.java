package io.horde.cluster.quorum;

import java.util.List;

import io.horde.cluster.quorum.QuorumMessage.Promised;
import io.horde.cluster.quorum.QuorumMessage.Propose;
import org.jspecify.annotations.Nullable;

/**
 * What a node has promised to proposers of the next seat configuration, and accepted of
 * them: an acceptor of single-decree Paxos (Lamport, The Part-Time Parliament, 1998).
 */
final class Acceptor {

	private SeatConfiguration configuration;

	private Ballot promised = Ballot.NONE;

	private Ballot acceptedIn = Ballot.NONE;

	private @Nullable SeatConfiguration accepted;

	private long acceptedAt;

	Acceptor(SeatConfiguration configuration) {
		this.configuration = configuration;
	}

	/**
	 * Another seat configuration is in force.
	 */
	void reconfigured(SeatConfiguration configuration) {
		this.configuration = configuration;
		this.promised = Ballot.NONE;
		this.acceptedIn = Ballot.NONE;
		this.accepted = null;
	}

	/**
	 * Promise to take part in no earlier attempt, unless that is promised already.
	 * @param sure whether this node remembers all that it has ever accepted
	 * @return what is promised now
	 */
	Promised promise(Ballot ballot, boolean sure) {
		if (ballot.compareTo(this.promised) > 0) {
			this.promised = ballot;
		}
		return new Promised(this.configuration, this.promised, this.acceptedIn, this.accepted, sure);
	}

	/**
	 * Accept a successor, unless a promise forbids it.
	 * @return whether it is accepted
	 */
	boolean accept(Propose propose, long now) {
		if (propose.ballot().compareTo(this.promised) < 0) {
			return false;
		}
		this.promised = propose.ballot();
		this.acceptedIn = propose.ballot();
		this.accepted = propose.successor();
		this.acceptedAt = now;
		return true;
	}

	/**
	 * Return the successor that was accepted last.
	 * @return the seat configuration, or {@code null} if none was
	 */
	@Nullable SeatConfiguration accepted() {
		return this.accepted;
	}

	long acceptedAt() {
		return this.acceptedAt;
	}

	/**
	 * Tell whether this node has accepted a successor that gives somebody's seat away.
	 * One that only fills empty seats does no harm: its majorities have a node in common
	 * with those of the present seat configuration.
	 */
	boolean hasGivenAway() {
		SeatConfiguration accepted = this.accepted;
		List<String> holders = this.configuration.seats().stream().filter((name) -> !name.isEmpty()).toList();
		return accepted != null && !accepted.seats().containsAll(holders);
	}

}
