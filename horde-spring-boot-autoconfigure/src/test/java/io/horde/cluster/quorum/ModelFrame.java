package io.horde.cluster.quorum;

import io.horde.cluster.quorum.QuorumMessage.Answer;
import io.horde.cluster.quorum.QuorumMessage.Prepare;
import io.horde.cluster.quorum.QuorumMessage.Propose;
import io.horde.cluster.quorum.QuorumMessage.Request;
import io.horde.crdt.ReplicaId;

/**
 * A frame under way in a {@link ModelWorld}.
 *
 * @param link orders frames by whether they ask or answer, then receiver, then sender
 * @param from the sender
 * @param to the receiver
 * @param message what it says
 * @param late whether it was left behind by those that were sent after it
 */
record ModelFrame(int link, ReplicaId from, ReplicaId to, QuorumMessage message, boolean late) {

	static ModelFrame of(ReplicaId from, ReplicaId to, QuorumMessage message) {
		boolean asks = message instanceof Request || message instanceof Prepare || message instanceof Propose;
		int link = (asks ? 0 : ModelWorld.NODES * ModelWorld.NODES) + ModelWorld.index(to) * ModelWorld.NODES
				+ ModelWorld.index(from);
		return new ModelFrame(link, from, to, message, false);
	}

	ModelFrame delayed() {
		return new ModelFrame(this.link, this.from, this.to, this.message, true);
	}

	/**
	 * Return in which phase of a round it arrives.
	 */
	int phase() {
		return 1 + this.link / ModelWorld.NODES;
	}

	int sender() {
		return this.link % ModelWorld.NODES;
	}

	int receiver() {
		return this.link / ModelWorld.NODES % ModelWorld.NODES;
	}

	static ModelFrame[] with(ModelFrame[] frames, ModelFrame frame) {
		int at = 0;
		while (at < frames.length && frames[at].link <= frame.link) {
			at++;
		}
		ModelFrame[] more = new ModelFrame[frames.length + 1];
		System.arraycopy(frames, 0, more, 0, at);
		more[at] = frame;
		System.arraycopy(frames, at, more, at + 1, frames.length - at);
		return more;
	}

	static ModelFrame[] without(ModelFrame[] frames, int at) {
		ModelFrame[] less = new ModelFrame[frames.length - 1];
		System.arraycopy(frames, 0, less, 0, at);
		System.arraycopy(frames, at + 1, less, at, less.length - at);
		return less;
	}

	/**
	 * Tell whether it can change nothing any more, except that its sender was heard.
	 */
	boolean isStale(ModelWorld world) {
		ModelNode node = world.node(receiver());
		SeatConfiguration known = node.core.configuration();
		if (!node.id.equals(this.to)
				|| known.isNewerThan(this.message.configuration()) && !(this.message instanceof Request)) {
			return true;
		}
		if (this.message.configuration().isNewerThan(known)) {
			return false;
		}
		if (this.message instanceof Request request) {
			Voter.Promise promise = node.core.voter.promises.get(this.from);
			return !world.node(sender()).id.equals(this.from)
					&& node.core.voter.promises.containsKey(world.node(sender()).id)
					|| promise != null && request.round() <= promise.round();
		}
		if (this.message instanceof Answer answer) {
			Contact contact = node.core.claimant.contact(this.from.node());
			return contact == null || !contact.voter.equals(this.from) || !contact.sent.containsKey(answer.round());
		}
		return false;
	}

	/**
	 * Tell whether it says nothing but that its sender is there, or to one that has
	 * nothing that it was heard.
	 */
	boolean isNoNews(ModelWorld world) {
		ModelNode from = world.node(sender());
		ModelNode to = world.node(receiver());
		boolean same = from.core.configuration().equals(to.core.configuration()) && from.id.equals(this.from)
				&& to.id.equals(this.to) && !this.late;
		if (same && this.message instanceof Request request) {
			return from.isSilent() && request.configuration().equals(to.core.configuration()) && request.round() > 0;
		}
		return same && this.message instanceof Answer answer && to.isSilent() && answer.round() > 0
				&& answer.configuration().equals(to.core.configuration());
	}

	@Override
	public String toString() {
		return this.from + " to " + this.to + ": " + this.message.getClass().getSimpleName();
	}

}
