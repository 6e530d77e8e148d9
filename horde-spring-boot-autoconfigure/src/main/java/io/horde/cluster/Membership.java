package io.horde.cluster;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

import io.horde.Internal;
import io.horde.crdt.ReplicaId;
import io.horde.time.EventLoop;
import io.horde.transport.Transport;

/**
 * The members of the cluster and their state, as one node finds out.
 * <p>
 * Methods are called on the event loop unless they say otherwise.
 */
@Internal
public final class Membership implements HordeCluster {

	/**
	 * Creates a membership.
	 * @param loop the event loop
	 * @param transport the links, not started
	 * @param settings the settings
	 * @param seed for what is chosen at random
	 */
	public Membership(EventLoop loop, Transport transport, MembershipSettings settings, long seed) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Set the process types that this node can run. Called before the start.
	 * @param types the types
	 */
	public void announce(Collection<TypeAnnouncement> types) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Add a part to every heartbeat. Called before the start.
	 * @param part the part
	 */
	public void contribute(HeartbeatPart part) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Set the receiver of a channel. Called before the start.
	 * @param channel the channel
	 * @param receiver the receiver
	 */
	public void onFrame(int channel, FrameReceiver receiver) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Add a listener. Listeners are called in the order in which they were added. Called
	 * before the start.
	 * @param listener the listener
	 */
	public void addListener(MembershipListener listener) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Start the transport, and begin to look for members. The status is {@code JOINING}.
	 */
	public void start() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Stop at once, without a word to the others. Idempotent.
	 */
	public void stop() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Take the answer of a discovery round.
	 * @param candidates addresses to dial; an empty collection keeps the last ones
	 */
	public void candidates(Collection<MemberSource.Candidate> candidates) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Take notice that a discovery round failed. The last candidates are kept.
	 * @param reason a sentence
	 */
	public void candidatesFailed(String reason) {
		throw new UnsupportedOperationException();
	}

	/**
	 * The replicated state is complete: this node goes from {@code JOINING} to
	 * {@code UP}.
	 */
	public void joined() {
		throw new UnsupportedOperationException();
	}

	/**
	 * This node begins to hand over: it is {@code LEAVING}.
	 */
	public void leaving() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Say good-bye to all: this node is {@code LEFT}.
	 */
	public void left() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return this incarnation. May be called from any thread.
	 * @return the replica id
	 */
	public ReplicaId selfId() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return the members as this node sees them. May be called from any thread.
	 * @return the view
	 */
	public MembershipView view() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Tell whether the gate of M6 is open: the first discovery round was tried against
	 * every candidate, or {@code expected-size} members are there, or the join timeout
	 * has passed. Then static children may start, and a node that is alone may declare
	 * itself {@code UP}. May be called from any thread.
	 * @return whether it is open
	 */
	public boolean settled() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Send a frame to a member, directly or through a relay.
	 * @param to the member
	 * @param channel the channel
	 * @param frame the frame, not to be changed afterwards
	 * @return {@code false} if it was certainly not sent
	 */
	public boolean send(ReplicaId to, int channel, byte[] frame) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Tell whether there is a direct link to a member.
	 * @param member the member
	 * @return whether there is one
	 */
	public boolean isLinked(ReplicaId member) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return the members with a direct link, sorted.
	 * @return the members
	 */
	public Collection<ReplicaId> linked() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return the bounds of a failover under the present settings. May be called from any
	 * thread.
	 * @return the bounds
	 */
	public FailoverBounds bounds() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Member self() {
		throw new UnsupportedOperationException();
	}

	@Override
	public List<Member> members() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Quorum quorum() {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean awaitQuorum(Duration timeout) throws InterruptedException {
		throw new UnsupportedOperationException();
	}

	@Override
	public void setMembers(Collection<String> addresses) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void forget(String memberName) {
		throw new UnsupportedOperationException();
	}

}
