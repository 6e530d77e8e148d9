package io.horde.replication;

import java.time.Duration;

import io.horde.replication.protocol.Message;
import io.horde.time.EventLoop;
import io.horde.time.EventLoop.Timer;
import org.jspecify.annotations.Nullable;

/**
 * The request of a session that waits for its answer, and is sent again if none comes.
 * Used on the loop only.
 */
final class RetriedRequest {

	private static final int MAX_FRUITLESS = 6;

	private static final Duration MIN_PATIENCE = Duration.ofMillis(500);

	private final EventLoop loop;

	private final ReplicationPeer peer;

	private final Runnable givenUp;

	private @Nullable Message request;

	private @Nullable Timer retry;

	private int fruitless;

	/**
	 * Creates it.
	 * @param peer who is asked
	 * @param givenUp called when the peer was asked too often in vain
	 */
	RetriedRequest(EventLoop loop, ReplicationPeer peer, Runnable givenUp) {
		this.loop = loop;
		this.peer = peer;
		this.givenUp = givenUp;
	}

	/**
	 * Send a request in the place of the last one, which was answered.
	 */
	void send(Message message) {
		this.request = message;
		this.fruitless = 0;
		this.peer.send(message);
		schedule();
	}

	void cancel() {
		if (this.retry != null) {
			this.retry.cancel();
		}
	}

	private void schedule() {
		cancel();
		Duration patience = this.peer.difference().patience(8);
		this.retry = this.loop.schedule((patience.compareTo(MIN_PATIENCE) > 0) ? patience : MIN_PATIENCE, this::again);
	}

	private void again() {
		if (++this.fruitless > MAX_FRUITLESS) {
			this.givenUp.run();
			return;
		}
		if (this.request instanceof Message.Next next) {
			this.peer.send(new Message.Next(next.session(), next.number(), true));
		}
		else if (this.request != null) {
			this.peer.send(this.request);
		}
		schedule();
	}

}
