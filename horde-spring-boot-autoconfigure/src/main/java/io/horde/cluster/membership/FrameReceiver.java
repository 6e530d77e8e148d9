package io.horde.cluster.membership;

import io.horde.crdt.ReplicaId;

/**
 * Receives the frames of one channel. Called on the event loop.
 */
@FunctionalInterface
public interface FrameReceiver {

	/**
	 * A frame has arrived.
	 * @param from the member that sent it, directly or through a relay
	 * @param frame the frame, owned by the receiver, from outside: it may be malformed
	 */
	void frame(ReplicaId from, byte[] frame);

}
