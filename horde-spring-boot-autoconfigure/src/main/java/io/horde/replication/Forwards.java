package io.horde.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.horde.cluster.membership.Peers;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.LoggedDelta;
import io.horde.replication.protocol.Message;
import io.horde.replication.protocol.Run;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Deltas of others that this node has merged and passes on, where not all members are
 * linked with all. Used on the loop only.
 */
final class Forwards {

	/*
	 * One sequence for all peers, and for each a cursor into it. A delta is passed on
	 * once, by a node that has merged it, to those that have not sent it themselves: each
	 * entry has a bit for each peer that is known to have it. What a peer misses because
	 * it is too slow, it pulls.
	 */

	private static final int MAX_FRAME = 64 << 10;

	private static final int INITIAL = 64;

	/** What is passed on waits for so long at most for more of it. */
	private static final long PAUSE = 5_000_000;

	/** A ring: an entry is at its number, modulo the size. */
	private @Nullable Entry[] entries = new Entry[INITIAL];

	private final Map<Dot, Entry> byDot = new HashMap<>();

	private final EventLoop loop;

	private final Peers membership;

	private final int limit;

	private long passedOnAt;

	private boolean waiting;

	private @Nullable Cursor sender;

	private long used;

	/** The number of the oldest entry that may be kept. */
	private long start = 1;

	private long end;

	private long released;

	private long bytes;

	/**
	 * Creates it.
	 * @param membership the members
	 * @param limit how many bytes are kept at most for peers that are behind
	 */
	Forwards(EventLoop loop, Peers membership, int limit) {
		this.loop = loop;
		this.membership = membership;
		this.limit = limit;
		this.passedOnAt = loop.nanoTime() - PAUSE;
	}

	/**
	 * Begin or cease to push deltas to a peer, as the overlay wants it.
	 * @param merged the last delta of this node that it has
	 * @param joining whether it will get the others by a snapshot
	 * @param anew whether it has just told what it has
	 */
	void steer(ReplicationPeer peer, long merged, boolean joining, boolean anew) {
		boolean partner = this.membership.isLinked(peer.id()) && this.membership.isPartner(peer.id());
		if (!partner && peer.isPositioned()) {
			peer.withdraw();
		}
		else if (partner && (anew || !peer.isPositioned())) {
			if (!peer.isPositioned()) {
				open(peer.passedOn());
			}
			peer.position(merged, joining);
		}
	}

	/**
	 * Let be sent what was merged: at once, or where there is much, together with what
	 * comes within a few milliseconds.
	 */
	void passOn(PeerTable peers) {
		if (this.waiting || this.released >= this.end) {
			return;
		}
		long wait = this.passedOnAt + PAUSE - this.loop.nanoTime();
		if (wait > 0) {
			this.waiting = true;
			this.loop.schedule(Duration.ofNanos(wait), () -> {
				this.waiting = false;
				passOn(peers);
				peers.pump();
			});
			return;
		}
		this.passedOnAt = this.loop.nanoTime();
		this.released = this.end;
		trim(peers.positioned());
	}

	private void open(Cursor cursor) {
		if (cursor.bit == 0) {
			cursor.bit = Long.lowestOneBit(~this.used);
			this.used |= cursor.bit;
		}
		cursor.position = this.end;
	}

	/**
	 * Pass on nothing more to a peer.
	 */
	void close(ReplicationPeer peer) {
		Cursor cursor = peer.passedOn();
		cursor.position = Long.MAX_VALUE;
		if (cursor.bit != 0) {
			long others = ~cursor.bit;
			this.used &= others;
			forEach((entry) -> entry.known &= others);
			cursor.bit = 0;
		}
	}

	/**
	 * Take notice of a delta that was merged. Without a sparse overlay its origin has
	 * sent it to all.
	 */
	void add(ReplicaId origin, LoggedDelta delta) {
		if (this.membership.reachesAll()) {
			return;
		}
		Entry entry = new Entry(++this.end, origin, delta.detached());
		entry.known = (this.sender != null) ? this.sender.bit : 0;
		if (this.end - this.start >= this.entries.length) {
			grow();
		}
		this.entries[index(entry.number)] = entry;
		this.byDot.put(entry.dot(), entry);
		this.bytes += delta.size();
		while (this.bytes > this.limit) {
			removeFirst();
		}
	}

	/**
	 * Pass on nothing more of an origin.
	 */
	void drop(ReplicaId origin) {
		forEach((entry) -> {
			if (entry.origin.equals(origin)) {
				remove(entry);
			}
		});
	}

	/**
	 * What is merged from now on comes from nobody in particular.
	 */
	void received() {
		this.sender = null;
	}

	/**
	 * Take notice that a peer has some deltas, and tells of them now.
	 */
	void known(ReplicationPeer peer, Run run) {
		Cursor cursor = peer.passedOn();
		this.sender = cursor;
		if (!this.byDot.isEmpty()) {
			for (LoggedDelta delta : run.deltas()) {
				Entry entry = this.byDot.get(new Dot(run.origin(), delta.first()));
				if (entry != null) {
					entry.known |= cursor.bit;
				}
			}
		}
	}

	/** What all have got. */
	private void trim(List<ReplicationPeer> peers) {
		long done = this.released;
		for (ReplicationPeer peer : peers) {
			done = Math.min(done, peer.passedOn().position);
		}
		while (this.start <= Math.min(done, this.end)) {
			removeFirst();
		}
	}

	/**
	 * Return the next deltas for a peer.
	 * @return the message, or {@code null} if there is none
	 */
	Message.@Nullable Deltas next(ReplicationPeer peer) {
		Cursor cursor = peer.passedOn();
		if (cursor.position >= this.released) {
			return null;
		}
		Map<ReplicaId, Integer> last = new HashMap<>();
		List<Run> runs = new ArrayList<>();
		int size = 0;
		for (long number = Math.max(this.start, cursor.position + 1); number <= this.released; number++) {
			Entry entry = this.entries[index(number)];
			if (entry == null) {
				continue;
			}
			if (size > 0 && size + entry.delta.size() > MAX_FRAME) {
				break;
			}
			cursor.position = entry.number;
			if ((entry.known & cursor.bit) != 0 || entry.origin.equals(peer.id())) {
				continue;
			}
			entry.known |= cursor.bit;
			size += entry.delta.size();
			Integer index = last.get(entry.origin);
			Run run = (index != null) ? runs.get(index) : null;
			if (run != null && run.deltas().get(run.deltas().size() - 1).last() + 1 == entry.delta.first()) {
				run.deltas().add(entry.delta);
			}
			else {
				last.put(entry.origin, runs.size());
				runs.add(new Run(entry.origin, new ArrayList<>(List.of(entry.delta))));
			}
		}
		if (size == 0) {
			cursor.position = this.released;
			return null;
		}
		return new Message.Deltas(runs);
	}

	private int index(long number) {
		return (int) (number & (this.entries.length - 1));
	}

	private void grow() {
		@Nullable Entry[] before = this.entries;
		this.entries = new Entry[before.length * 2];
		for (Entry entry : before) {
			if (entry != null) {
				this.entries[index(entry.number)] = entry;
			}
		}
	}

	private void forEach(Consumer<Entry> action) {
		for (long number = this.start; number <= this.end; number++) {
			Entry entry = this.entries[index(number)];
			if (entry != null) {
				action.accept(entry);
			}
		}
	}

	private void removeFirst() {
		Entry entry = this.entries[index(this.start)];
		if (entry != null) {
			remove(entry);
		}
		this.start++;
	}

	private void remove(Entry entry) {
		this.entries[index(entry.number)] = null;
		this.byDot.remove(entry.dot(), entry);
		this.bytes -= entry.delta.size();
	}

	/**
	 * What was passed on to one peer.
	 */
	static final class Cursor {

		/** Stands for the peer in entries; 0 if it has none. */
		private long bit;

		private long position = Long.MAX_VALUE;

	}

	/**
	 * A delta on its way.
	 */
	private static final class Entry {

		private final long number;

		private final ReplicaId origin;

		private final LoggedDelta delta;

		private long known;

		Entry(long number, ReplicaId origin, LoggedDelta delta) {
			this.number = number;
			this.origin = origin;
			this.delta = delta;
		}

		Dot dot() {
			return new Dot(this.origin, this.delta.first());
		}

	}

}
