package io.horde.replication;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.LoggedDelta;
import io.horde.replication.protocol.Message;
import io.horde.replication.protocol.Message.PullEnd.Outcome;
import io.horde.replication.protocol.Run;
import org.jspecify.annotations.Nullable;

/**
 * Makes the frames that answer a pull from the log, as many as may be on their way at
 * once. Used on the loop only.
 */
final class LogReplay implements ReplicationPeer.FrameSource {

	private static final int MAX_FRAME = 64 << 10;

	private final Store store;

	private final long token;

	private final Iterator<Map.Entry<ReplicaId, Long>> requested;

	private @Nullable ReplicaId origin;

	private long next;

	private int budget;

	private boolean ended;

	LogReplay(Store store, Message.Pull request, int budget) {
		this.store = store;
		this.token = request.token();
		this.requested = request.after().entrySet().iterator();
		this.budget = budget;
	}

	@Override
	public byte @Nullable [] next() {
		while (!this.ended) {
			ReplicaId current = this.origin;
			if (current == null || this.next > this.store.context().covered(current)) {
				if (!this.requested.hasNext()) {
					return end(Outcome.COMPLETE);
				}
				Map.Entry<ReplicaId, Long> entry = this.requested.next();
				this.origin = entry.getKey();
				this.next = entry.getValue() + 1;
			}
			else {
				return (this.budget > 0) ? replay(current) : end(Outcome.MORE);
			}
		}
		return null;
	}

	private byte[] replay(ReplicaId current) {
		List<LoggedDelta> deltas = this.store.logReaches(current, this.next)
				? this.store.logged(current, this.next, Math.min(MAX_FRAME, this.budget)) : List.of();
		if (deltas.isEmpty()) {
			return end(Outcome.TOO_OLD);
		}
		this.next = deltas.get(deltas.size() - 1).last() + 1;
		byte[] frame = this.store.frame(new Message.Deltas(List.of(new Run(current, deltas))));
		this.budget -= frame.length;
		return frame;
	}

	private byte[] end(Outcome outcome) {
		this.ended = true;
		return this.store.frame(new Message.PullEnd(this.token, outcome));
	}

}
