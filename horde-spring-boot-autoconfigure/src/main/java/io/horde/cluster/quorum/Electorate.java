package io.horde.cluster.quorum;

import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

import io.horde.cluster.quorum.QuorumMessage.Accepted;
import io.horde.cluster.quorum.QuorumMessage.Prepare;
import io.horde.cluster.quorum.QuorumMessage.Promised;
import io.horde.cluster.quorum.QuorumMessage.Propose;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * Agrees on who holds the seats: founds the first seat configuration and changes it (Q6).
 */
final class Electorate {

	/*
	 * Each seat configuration is agreed upon by one round of Paxos (Lamport, The
	 * Part-Time Parliament, 1998) among the voters of the one before; the first one by
	 * more than half of expected-size nodes that know of none. Who has accepted a
	 * successor answers nothing under the old seat configuration any more, so when a
	 * majority has, no lease of the old one can be renewed.
	 *
	 * Nodes have no disk, and Paxos needs a memory. A restarted voter gets its vote back
	 * by the answers of voters that are sure of theirs (Standing). It can be misled only
	 * by a voter whose seat was given away meanwhile; therefore a seat is given away no
	 * earlier than its holder has lost its own certainty, be it forgotten or not.
	 *
	 * Voters that are not sure take no part in an attempt, but for one thing: what a
	 * voter has accepted may have been agreed upon, and is completed if all holders of
	 * seats promise to take part. One of them knows then of what was agreed upon, unless
	 * a majority was started anew.
	 */

	private final String self;

	private final QuorumSettings settings;

	private final Host host;

	final SeatWatch watch;

	final Acceptor acceptor;

	private SeatConfiguration configuration;

	private @Nullable ElectionAttempt attempt;

	private long highest;

	Electorate(String self, QuorumSettings settings, SeatWatch watch, Host host) {
		this.self = self;
		this.settings = settings;
		this.host = host;
		this.watch = watch;
		this.configuration = settings.voters().isEmpty() ? SeatConfiguration.NONE
				: new SeatConfiguration(0, 1, "", settings.voters());
		this.acceptor = new Acceptor(this.configuration);
	}

	SeatConfiguration configuration() {
		return this.configuration;
	}

	/**
	 * Tell whether this node has accepted a successor of its seat configuration: then it
	 * answers nothing under the old one any more (Q6).
	 */
	boolean isFrozen() {
		return this.acceptor.accepted() != null;
	}

	/**
	 * Another seat configuration is in force.
	 */
	void adopt(SeatConfiguration configuration, long now) {
		this.configuration = configuration;
		this.watch.reconfigured(now);
		this.acceptor.reconfigured(configuration);
		this.attempt = null;
	}

	/**
	 * Found or change, if it is this node's turn.
	 */
	void tick(long now) {
		if (isOpen(this.attempt, now)) {
			return;
		}
		this.attempt = null;
		SeatConfiguration successor = this.configuration.isKnown() ? successor(now) : first(now);
		if (successor != null) {
			ElectionAttempt attempt = new ElectionAttempt(new Ballot(this.highest + 1, this.self), successor, now);
			this.attempt = attempt;
			send(electors(now), new Prepare(this.configuration, attempt.ballot));
		}
	}

	/*
	 * An attempt is over before anyone that took part and was started anew since votes.
	 */
	private boolean isOpen(@Nullable ElectionAttempt attempt, long now) {
		return attempt != null && now - attempt.since < this.settings.lease() / 2;
	}

	private SortedSet<String> electors(long now) {
		return this.configuration.isKnown() ? new TreeSet<>(this.configuration.voters()) : this.watch.founders(now);
	}

	private @Nullable SeatConfiguration first(long now) {
		SortedSet<String> founders = this.watch.founders(now);
		boolean enough = founders.size() * 2 > this.settings.seats() && this.watch.known() <= this.settings.seats();
		return (this.host.mayFound(now) && enough && founders.first().equals(this.self))
				? SeatConfiguration.first(founders, this.settings.seats()) : null;
	}

	private @Nullable SeatConfiguration successor(long now) {
		if (!this.settings.voters().isEmpty() || !this.host.mayPromise(now)) {
			return null;
		}
		List<String> voters = this.configuration.voters();
		SeatConfiguration accepted = this.acceptor.accepted();
		if (accepted != null) {
			long patience = this.settings.lease() * (1 + voters.indexOf(this.self));
			return (now - this.acceptor.acceptedAt() > patience) ? accepted : null;
		}
		boolean othersTurn = voters.stream()
			.anyMatch((name) -> name.compareTo(this.self) < 0 && this.watch.isHeard(name, now));
		return (this.host.mayAccept(now) && !othersTurn) ? this.watch.filled(this.configuration, now) : null;
	}

	void prepare(String from, Prepare prepare, long now) {
		this.highest = Math.max(this.highest, prepare.ballot().counter());
		if (prepare.configuration().equals(this.configuration) && this.host.mayPromise(now)) {
			this.host.send(from, this.acceptor.promise(prepare.ballot(), this.host.mayAccept(now)));
		}
	}

	void promised(String from, Promised promised, long now) {
		this.highest = Math.max(this.highest, promised.ballot().counter());
		ElectionAttempt attempt = this.attempt;
		if (attempt == null || !isOpen(attempt, now) || attempt.proposed
				|| !promised.configuration().equals(this.configuration) || !promised.ballot().equals(attempt.ballot)) {
			return;
		}
		attempt.promised(from, promised);
		boolean completes = attempt.completes(this.configuration);
		if (isMajorityBefore(attempt.names) || completes) {
			attempt.proposed = true;
			attempt.names.clear();
			SortedSet<String> all = electors(now);
			attempt.successor.seats().stream().filter((name) -> !name.isEmpty()).forEach(all::add);
			send(all, new Propose(this.configuration, attempt.ballot, attempt.successor, completes));
		}
	}

	void propose(String from, Propose propose, long now) {
		this.highest = Math.max(this.highest, propose.ballot().counter());
		boolean may = propose.completes() ? this.host.mayPromise(now)
				: this.host.mayAccept(now) && isAcceptable(propose.successor(), now);
		if (may && propose.configuration().equals(this.configuration) && this.acceptor.accept(propose, now)) {
			this.host.send(from, new Accepted(this.configuration, propose.ballot()));
		}
	}

	/*
	 * No seat is given away whose holder this voter has heard lately. But what it has
	 * accepted before may have been agreed upon, and has to be for good if the holder
	 * comes back meanwhile.
	 */
	private boolean isAcceptable(SeatConfiguration successor, long now) {
		return successor.equals(this.acceptor.accepted()) || this.watch.mayFollow(this.configuration, successor, now);
	}

	void accepted(String from, Accepted accepted, Moment now) {
		ElectionAttempt attempt = this.attempt;
		if (attempt != null && isOpen(attempt, now.nanos()) && attempt.proposed
				&& accepted.configuration().equals(this.configuration) && accepted.ballot().equals(attempt.ballot)) {
			attempt.names.add(from);
			if (isMajorityBefore(attempt.names) && attempt.successor.isMajority(attempt.names)) {
				this.host.decided(attempt.successor, now);
			}
		}
	}

	private boolean isMajorityBefore(Collection<String> names) {
		return this.configuration.isKnown() ? this.configuration.isMajority(names)
				: names.size() * 2 > this.settings.seats();
	}

	/**
	 * Found a seat configuration without asking anybody (Q8).
	 * @param gone the nodes that will not come back
	 * @return the seat configuration
	 */
	SeatConfiguration forced(Collection<String> gone) {
		SortedSet<String> others = this.watch.up();
		others.add(this.self);
		return this.configuration.byForce(this.self, gone, others, this.settings.seats());
	}

	private void send(Collection<String> names, QuorumMessage message) {
		names.forEach((name) -> this.host.send(name, message));
	}

	/**
	 * What an electorate needs of its node.
	 */
	interface Host {

		void send(String to, QuorumMessage message);

		/**
		 * Tell whether this node may take part in a change.
		 */
		boolean mayAccept(long now);

		/**
		 * Tell whether this node may take part in a change that others have begun, though
		 * it may have forgotten what it has accepted itself.
		 */
		boolean mayPromise(long now);

		/**
		 * Tell whether this node may found a seat configuration.
		 */
		boolean mayFound(long now);

		/**
		 * A seat configuration was agreed upon.
		 */
		void decided(SeatConfiguration configuration, Moment now);

	}

}
