package io.horde.cluster.quorum;

import java.util.List;

import io.horde.cluster.quorum.QuorumMessage.Answer;
import io.horde.cluster.quorum.QuorumMessage.Key;
import io.horde.cluster.quorum.QuorumMessage.Prepare;
import io.horde.cluster.quorum.QuorumMessage.Promised;
import io.horde.cluster.quorum.QuorumMessage.Request;

/**
 * Tells whether frames that are about to arrive at one node may do so in any order with
 * the same result, so that one order is enough (partial order reduction: Godefroid,
 * Partial-Order Methods for the Verification of Concurrent Systems, 1996).
 */
final class ModelOrder {

	/*
	 * Requests of different senders change the promises to these, and the children that
	 * they name. Answers of different voters extend leases and confirm what was asked;
	 * only refusals can make an owner give up what another answer would have granted. A
	 * first step of an agreement changes nothing of that. Whatever brings a newer
	 * configuration, or accepts one, is tried in all orders.
	 */

	private ModelOrder() {
	}

	static boolean isFree(ModelWorld world) {
		ModelFrame[] frames = world.frames;
		boolean prepared = false;
		for (int i = 0; i < frames.length; i++) {
			if (frames[i].phase() == world.phase) {
				QuorumMessage message = frames[i].message();
				SeatConfiguration known = world.node(frames[i].receiver()).core.configuration();
				boolean first = isFirstStep(message);
				if (frames[i].late() || message.configuration().isNewerThan(known)
						|| (first ? prepared : !isFree(world, frames[i], i))) {
					return false;
				}
				prepared |= message instanceof Prepare;
			}
		}
		return true;
	}

	private static boolean isFirstStep(QuorumMessage message) {
		return message instanceof Prepare || message instanceof Promised promised && promised.accepted() == null;
	}

	private static boolean isFree(ModelWorld world, ModelFrame frame, int before) {
		if (frame.message() instanceof Answer answer) {
			return answer.refused().isEmpty();
		}
		if (frame.message() instanceof Request request) {
			for (int i = 0; i < before; i++) {
				ModelFrame other = world.frames[i];
				if (other.phase() == world.phase && other.sender() != frame.sender()
						&& other.message() instanceof Request each && isConflict(request, each)) {
					return false;
				}
			}
			return true;
		}
		return false;
	}

	private static boolean isConflict(Request request, Request other) {
		return isNamed(request.claims(), other.claims()) || isNamed(request.claims(), other.releases())
				|| isNamed(request.releases(), other.claims());
	}

	private static boolean isNamed(List<Key> keys, List<Key> others) {
		for (Key key : keys) {
			for (Key other : others) {
				if (key.key().equals(other.key())) {
					return true;
				}
			}
		}
		return false;
	}

}
