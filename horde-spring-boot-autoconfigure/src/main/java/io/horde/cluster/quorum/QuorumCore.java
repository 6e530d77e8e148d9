package io.horde.cluster.quorum;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.cluster.quorum.QuorumMessage.Accepted;
import io.horde.cluster.quorum.QuorumMessage.Answer;
import io.horde.cluster.quorum.QuorumMessage.Prepare;
import io.horde.cluster.quorum.QuorumMessage.Promised;
import io.horde.cluster.quorum.QuorumMessage.Propose;
import io.horde.cluster.quorum.QuorumMessage.Request;
import io.horde.crdt.ReplicaId;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * One node's part in a quorum: it votes, claims and elects. A pure state machine: all it
 * learns comes in through its methods, with the time, and all it does goes out through
 * its listener.
 */
final class QuorumCore implements Electorate.Host, QuorumMessage.Handler<ReplicaId> {

	private final ReplicaId self;

	private final QuorumSettings settings;

	private final QuorumListener listener;

	final Voter voter;

	final Claimant claimant;

	final Electorate electorate;

	private final long started;

	private SortedMap<String, ReplicaId> peers = new TreeMap<>();

	private boolean ready;

	private long muteUntil;

	/** When this voter could last be sure that its seat was not given away. */
	private @Nullable Long sureAt;

	private int ticks;

	private Moment now;

	QuorumCore(ReplicaId self, QuorumSettings settings, Moment started, QuorumListener listener) {
		this.self = self;
		this.settings = settings;
		this.listener = listener;
		this.started = started.nanos();
		this.now = started;
		this.muteUntil = this.started + (waits() ? settings.promise() : 0);
		this.voter = new Voter(settings);
		this.claimant = new Claimant(settings, listener);
		this.electorate = new Electorate(self.node(), settings, new SeatWatch(self.node(), settings, this.started),
				this);
		this.sureAt = settings.voters().isEmpty() ? null : this.started;
		voters();
	}

	/* The only node of a cluster has nobody to have promised anything to. */
	private boolean waits() {
		return this.settings.seats() > 1;
	}

	/**
	 * Take notice of the members.
	 * @param peers the newest incarnation of each other name
	 * @param up the names that may get a seat
	 * @param forgotten the names that will not come back
	 */
	void members(SortedMap<String, ReplicaId> peers, Set<String> up, Set<String> forgotten) {
		this.peers = peers;
		// Forgotten ones count too: one that runs may be forgotten by others than this
		// node
		this.electorate.watch.members(up, forgotten, peers.size() + 1);
		voters();
	}

	private void voters() {
		SortedMap<String, ReplicaId> all = new TreeMap<>(this.peers);
		all.put(this.self.node(), this.self);
		this.claimant.voters(this.electorate.configuration(), all);
	}

	/**
	 * The replicated state of this node is complete (Q5).
	 */
	void ready() {
		this.ready = true;
	}

	/**
	 * End what has ended (M4, Q4, Q9).
	 */
	void expire(Moment now) {
		this.now = now;
		this.claimant.expire(now);
	}

	/**
	 * A heartbeat: renew, repeat, agree.
	 */
	void tick(Moment now) {
		expire(now);
		this.ticks++;
		if (this.ticks % 16 == 0) {
			this.voter.purge(now);
		}
		assure();
		this.electorate.tick(now.nanos());
		gossip();
		flush(true, now);
	}

	void claim(String key, long epoch, Moment now) {
		expire(now);
		this.claimant.claim(key, epoch, now);
	}

	void release(String key, long epoch, Moment now) {
		expire(now);
		this.claimant.release(key, epoch, now);
	}

	/**
	 * Send what is new.
	 */
	void flush(Moment now) {
		expire(now);
		flush(false, now);
	}

	private void flush(boolean all, Moment now) {
		for (Contact contact : List.copyOf(this.claimant.contacts())) {
			for (Request request : this.claimant.requests(contact, all, now)) {
				if (contact.voter.equals(this.self)) {
					Answer answer = vote(this.self, request);
					if (answer != null) {
						answer(this.self, answer);
					}
				}
				else {
					this.listener.send(contact.voter, request);
				}
			}
		}
	}

	/*
	 * To all as long as no seat configuration is known; later to one after the other, for
	 * a node may know only seats that have all been given away.
	 */
	private void gossip() {
		SeatConfiguration configuration = this.electorate.configuration();
		int turn = 0;
		for (ReplicaId peer : this.peers.values()) {
			if (!configuration.isKnown() || turn++ == this.ticks % this.peers.size()) {
				long founds = (!configuration.isKnown() && mayFound(this.now.nanos())) ? -1 : 0;
				this.listener.send(peer, new Request(configuration, founds, List.of(), List.of()));
			}
		}
	}

	/**
	 * Take a message.
	 */
	void receive(ReplicaId from, QuorumMessage message, Moment now) {
		expire(now);
		this.electorate.watch.heard(from.node(), message.isFounding(), now.nanos());
		if (message.configuration().isNewerThan(this.electorate.configuration())) {
			adopt(message.configuration(), now);
		}
		message.deliver(from, this);
	}

	@Override
	public void request(ReplicaId from, Request request) {
		Answer answer = vote(from, request);
		if (answer != null) {
			this.listener.send(from, answer);
		}
	}

	@Override
	public void answer(ReplicaId from, Answer answer) {
		this.claimant.answered(from, answer, this.now);
		assure();
	}

	@Override
	public void prepare(ReplicaId from, Prepare prepare) {
		this.electorate.prepare(from.node(), prepare, this.now.nanos());
	}

	@Override
	public void promised(ReplicaId from, Promised promised) {
		this.electorate.promised(from.node(), promised, this.now.nanos());
	}

	@Override
	public void propose(ReplicaId from, Propose propose) {
		this.electorate.propose(from.node(), propose, this.now.nanos());
	}

	@Override
	public void accepted(ReplicaId from, Accepted accepted) {
		this.electorate.accepted(from.node(), accepted, this.now);
	}

	private @Nullable Answer vote(ReplicaId from, Request request) {
		SeatConfiguration configuration = this.electorate.configuration();
		String silence = silence(this.now.nanos());
		if (silence.isEmpty() && request.round() <= 0) {
			silence = "no vote was asked for";
		}
		if (silence.isEmpty() && !request.configuration().equals(configuration)) {
			silence = "it knows the configuration " + configuration.id() + " and was asked under "
					+ request.configuration().id();
		}
		if (silence.isEmpty()) {
			return this.voter.answer(from, request, configuration, this.now);
		}
		// Who has given one away vouches for the present seats no longer
		SeatConfiguration known = this.electorate.acceptor.hasGivenAway() ? SeatConfiguration.NONE : configuration;
		return Answer.silent(known, request.round(), silence);
	}

	/**
	 * Return why this node does not vote, or an empty string if it does.
	 */
	String silence(long now) {
		if (!this.electorate.configuration().isKnown()) {
			return "it knows no configuration of the voting seats";
		}
		if (!isVoter()) {
			return "it has no seat whose vote counts";
		}
		if (this.electorate.isFrozen()) {
			return "it has accepted a change of the seats that is not yet in force";
		}
		return mayAccept(now) ? "" : restraint(now);
	}

	private String restraint(long now) {
		if (!this.ready) {
			return "its replicated state is not complete";
		}
		return (now - this.muteUntil < 0) ? "it waits until what it may have promised has run out"
				: "it was without contact to a majority for so long that its seat may have been given away";
	}

	boolean isVoter() {
		return this.electorate.configuration().voters().contains(this.self.node());
	}

	@Override
	public boolean mayAccept(long now) {
		if (!this.electorate.configuration().isKnown()) {
			return mayFound(now);
		}
		boolean sure = this.sureAt != null && now - this.sureAt <= this.settings.lapse();
		return mayPromise(now) && (sure || !this.settings.voters().isEmpty());
	}

	@Override
	public boolean mayPromise(long now) {
		if (!this.electorate.configuration().isKnown()) {
			return mayFound(now);
		}
		return this.ready && now - this.muteUntil >= 0;
	}

	@Override
	public boolean mayFound(long now) {
		return this.ready && this.settings.seats() > 0 && this.settings.voters().isEmpty() && now - this.muteUntil >= 0;
	}

	/*
	 * A majority, this node included, has voted: then the present seat configuration has
	 * no successor of which all of them know nothing. So it is if all holders of seats
	 * say that they know of none. Both count from when they were asked: none of them has
	 * given the seat away by then of a node that it heard asking.
	 */
	private void assure() {
		assured(this.claimant.answeredWith(this.self.node(), this.now));
		if (this.electorate.configuration().isKnown() && !this.electorate.acceptor.hasGivenAway()) {
			assured(this.claimant.agreedWithAll(this.self.node(), this.now));
		}
	}

	private void assured(@Nullable Moment at) {
		if (at != null && (this.sureAt == null || at.nanos() - this.sureAt > 0)) {
			this.sureAt = at.nanos();
		}
	}

	@Override
	public void send(String to, QuorumMessage message) {
		if (to.equals(this.self.node())) {
			message.deliver(this.self, this);
			return;
		}
		ReplicaId peer = this.peers.get(to);
		if (peer != null) {
			this.listener.send(peer, message);
		}
	}

	@Override
	public void decided(SeatConfiguration configuration, Moment now) {
		adopt(configuration, now);
		flush(true, now);
	}

	private void adopt(SeatConfiguration configuration, Moment now) {
		SeatConfiguration before = this.electorate.configuration();
		boolean founder = !before.isKnown() && configuration.equals(this.electorate.acceptor.accepted());
		if (beginsToVote(before, configuration) && !founder) {
			long until = now.nanos() + this.settings.promise();
			this.muteUntil = (until - this.muteUntil > 0) ? until : this.muteUntil;
		}
		if (founder) {
			this.sureAt = now.nanos();
		}
		this.electorate.adopt(configuration, now.nanos());
		voters();
		this.listener.configured(before, configuration);
	}

	/* Somebody else had the seat and may have promised something (Q6). */
	private boolean beginsToVote(SeatConfiguration before, SeatConfiguration after) {
		return after.voters().contains(this.self.node()) && !before.voters().contains(this.self.node());
	}

	/**
	 * Found a seat configuration without the nodes that will not come back (Q8).
	 */
	void force(Collection<String> gone, Moment now) {
		adopt(this.electorate.forced(gone), now);
		this.sureAt = now.nanos();
		flush(true, now);
	}

	SeatConfiguration configuration() {
		return this.electorate.configuration();
	}

}
