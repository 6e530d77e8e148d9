package io.horde.cluster.membership;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

import io.horde.cluster.HordeCluster;
import io.horde.cluster.Member;
import io.horde.cluster.MemberSource;
import io.horde.cluster.Quorum;
import io.horde.cluster.protocol.DeclaredMembers;
import io.horde.cluster.protocol.TypeAnnouncement;
import io.horde.cluster.quorum.Leases;
import io.horde.cluster.quorum.QuorumRules;
import io.horde.crdt.ReplicaId;
import io.horde.time.EventLoop;
import io.horde.transport.Transport;

/**
 * The members of the cluster and their state, as one node finds out.
 * <p>
 * Methods are called on the event loop unless they say otherwise.
 */
public final class Membership implements HordeCluster {

	private final MembershipCore core;

	/**
	 * Creates a membership.
	 * @param loop the event loop
	 * @param transport the links, not started
	 * @param settings the settings
	 * @param seed for what is chosen at random
	 */
	public Membership(EventLoop loop, Transport transport, MembershipSettings settings, long seed) {
		this(loop, transport, settings, seed, MemberRules.ALL, QuorumRules.ALL);
	}

	Membership(EventLoop loop, Transport transport, MembershipSettings settings, long seed, MemberRules rules,
			QuorumRules quorumRules) {
		this.core = new MembershipCore(loop, transport, settings, seed, rules, quorumRules);
	}

	/**
	 * Set the process types that this node can run. Called before the start.
	 * @param types the types
	 */
	public void announce(Collection<TypeAnnouncement> types) {
		this.core.announce(types);
	}

	/**
	 * Add a part to every heartbeat. Called before the start.
	 * @param part the part
	 */
	public void contribute(HeartbeatPart part) {
		this.core.contribute(part);
	}

	/**
	 * Set the receiver of a channel. Called before the start.
	 * @param channel the channel
	 * @param receiver the receiver
	 */
	public void onFrame(int channel, FrameReceiver receiver) {
		this.core.onFrame(channel, receiver);
	}

	/**
	 * Add a listener. Listeners are called in the order in which they were added. Called
	 * before the start.
	 * @param listener the listener
	 */
	public void addListener(MembershipListener listener) {
		this.core.addListener(listener);
	}

	/**
	 * Start the transport, and begin to look for members. The status is {@code JOINING}.
	 */
	public void start() {
		this.core.start();
	}

	/**
	 * Stop at once, without a word to the others. Idempotent.
	 */
	public void stop() {
		this.core.stop();
	}

	/**
	 * Take the answer of a discovery round.
	 * @param candidates addresses to dial; an empty collection is no news: it keeps the
	 * last ones and doesn't count as an answer (M6)
	 */
	public void candidates(Collection<MemberSource.Candidate> candidates) {
		this.core.candidates(candidates);
	}

	/**
	 * Take notice that a discovery round failed. The last candidates are kept.
	 * @param reason a sentence
	 */
	public void candidatesFailed(String reason) {
		this.core.candidatesFailed(reason);
	}

	/**
	 * Stay {@code JOINING} until {@link #admit()}, even when the replicated state is
	 * complete: the application is not ready to run processes. Called before the start.
	 */
	public void holdBack() {
		this.core.holdBack();
	}

	/**
	 * Become {@code UP} as soon as the replicated state is complete.
	 */
	public void admit() {
		this.core.admit();
	}

	/**
	 * The replicated state is complete: this node goes from {@code JOINING} to
	 * {@code UP}.
	 */
	public void joined() {
		this.core.joined();
	}

	/**
	 * This node begins to hand over: it is {@code LEAVING}.
	 */
	public void leaving() {
		this.core.leaving();
	}

	/**
	 * Say good-bye to all: this node is {@code LEFT}.
	 */
	public void left() {
		this.core.left();
	}

	/**
	 * Return the highest incarnation of this node's name that is known, when this
	 * membership has ended: the next one has to be above it (M5). Called on the loop, or
	 * after the end.
	 * @return the incarnation
	 */
	public long lastIncarnation() {
		return this.core.lastIncarnation();
	}

	/**
	 * Return this incarnation. May be called from any thread.
	 * @return the replica id
	 */
	public ReplicaId selfId() {
		return this.core.selfId();
	}

	/**
	 * Return the members as this node sees them. May be called from any thread.
	 * @return the view
	 */
	public MembershipView view() {
		return this.core.view();
	}

	/**
	 * Tell whether the gate of M6 is open: the first discovery round was tried against
	 * every candidate, or {@code expected-size} members are there, or the join timeout
	 * has passed. Then a node that is alone may declare itself {@code UP}. May be called
	 * from any thread.
	 * @return whether it is open
	 */
	public boolean settled() {
		return this.core.settled();
	}

	/**
	 * Tell whether static children may start: this node is settled and {@code UP}, and
	 * {@code expected-size} members are {@code UP} (if that is not set: no linked member
	 * is still joining), or the join timeout has passed (M6). May be called from any
	 * thread.
	 * @return whether they may; once {@code true} it stays so
	 */
	public boolean booted() {
		return this.core.booted();
	}

	/**
	 * Tell whether this node has links to some of the members only, so that news reaches
	 * the others by being passed on.
	 * @return {@code false} where all are linked with all
	 */
	public boolean isSparse() {
		return this.core.isSparse();
	}

	/**
	 * Tell whether news is to be passed on to a member as soon as it is known here. Other
	 * members get it from others.
	 * @param member a linked member
	 * @return always {@code true} where all are linked with all
	 */
	public boolean isConfidant(ReplicaId member) {
		return this.core.isConfidant(member);
	}

	/**
	 * Send a frame to a member, directly or through a relay.
	 * @param to the member
	 * @param channel the channel
	 * @param frame the frame, not to be changed afterwards
	 * @return {@code false} if it was certainly not sent
	 */
	public boolean send(ReplicaId to, int channel, byte[] frame) {
		return this.core.send(to, channel, frame);
	}

	/**
	 * Tell whether there is a direct link to a member.
	 * @param member the member
	 * @return whether there is one
	 */
	public boolean isLinked(ReplicaId member) {
		return this.core.isLinked(member);
	}

	/**
	 * Return the members with a direct link, sorted.
	 * @return the members
	 */
	public Collection<ReplicaId> linked() {
		return this.core.linked();
	}

	/**
	 * Return how long a member may be gone before it is forgotten (R6). May be called
	 * from any thread.
	 * @return the time
	 */
	public Duration forgetAfter() {
		return this.core.forgetAfter();
	}

	/**
	 * Tell whether a member was forgotten (R6).
	 * @param member the incarnation
	 * @return whether it is known as forgotten
	 */
	public boolean isForgotten(ReplicaId member) {
		return this.core.isForgotten(member);
	}

	/**
	 * Take notice that a member was forgotten (R6).
	 * @param member the incarnation
	 */
	public void forgotten(ReplicaId member) {
		this.core.forgotten(member);
	}

	/**
	 * Take notice that this node was forgotten while it was away (R6): its state is not
	 * merged by the others.
	 */
	public void outdated() {
		this.core.outdated();
	}

	/**
	 * Return the bounds of a failover under the present settings. May be called from any
	 * thread.
	 * @return the bounds
	 */
	public FailoverBounds bounds() {
		return this.core.bounds();
	}

	/**
	 * Return the longest silence that is at present taken for slowness (M3). May be
	 * called from any thread.
	 * @return the bound
	 */
	public Duration silenceBound() {
		return this.core.silenceBound();
	}

	/**
	 * Return the claims and leases of this node under quorum.
	 * @return the leases
	 */
	public Leases leases() {
		return this.core.leases();
	}

	@Override
	public Member self() {
		return this.core.self();
	}

	@Override
	public List<Member> members() {
		return this.core.members();
	}

	@Override
	public Quorum quorum() {
		return this.core.quorum();
	}

	@Override
	public boolean awaitQuorum(Duration timeout) throws InterruptedException {
		return this.core.awaitQuorum(timeout);
	}

	@Override
	public void setMembers(Collection<String> addresses) {
		this.core.setMembers(addresses);
	}

	DeclaredMembers declared() {
		return this.core.declared();
	}

	@Override
	public void forget(String memberName) {
		this.core.forget(memberName, false);
	}

	@Override
	public void forgetByForce(String memberName) {
		this.core.forget(memberName, true);
	}

}
