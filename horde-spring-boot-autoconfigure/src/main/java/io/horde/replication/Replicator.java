package io.horde.replication;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.Peers;
import io.horde.crdt.CausalContext;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.replication.protocol.EntryCodec;
import io.horde.replication.protocol.Run;
import io.horde.time.EventLoop;
import io.horde.time.clock.HybridLogicalClock;
import io.horde.transport.Channels;
import io.horde.wire.FrameReader;

/**
 * Keeps several named maps equal on all members: pushes local writes, pulls what was
 * missed, and brings a joiner up to date.
 * <p>
 * Methods are called on the event loop unless they say otherwise.
 */
public final class Replicator {

	/*
	 * Store: the state, the log, the lock. Inbox: deltas that arrive. Peer: what goes
	 * out. AntiEntropy, ReconcileReceiver, ReconcileSender: what was missed. Joiner: the
	 * first state. Holds: who waits for confirmations.
	 *
	 * Every message may be lost: the heartbeats carry a digest of the version vector and
	 * a confirmation, and from these two all else is found out again.
	 */

	private final EventLoop loop;

	private final Exchange exchange;

	/**
	 * Creates a replicator, with its part in the heartbeats of the membership.
	 * @param loop the event loop
	 * @param membership the membership, not started
	 * @param clock the clock of the stamps
	 * @param seed for what is chosen at random
	 */
	public Replicator(EventLoop loop, Membership membership, HybridLogicalClock clock, ReplicationSettings settings,
			long seed) {
		this(loop, membership, clock, settings, seed, new ReentrantLock());
		membership.addListener(this.exchange);
		membership.contribute(this.exchange);
		membership.onFrame(Channels.REPLICATION, this.exchange::frame);
	}

	Replicator(EventLoop loop, Peers membership, HybridLogicalClock clock, ReplicationSettings settings, long seed,
			Lock lock) {
		this.loop = loop;
		this.exchange = new Exchange(loop, membership, clock, settings, seed, lock);
	}

	/**
	 * Create a map. Called before the start.
	 * @param <V> type of the values
	 * @param name the name, the same on all members
	 * @param codec how values look in a frame
	 * @param order the total order of concurrent values, of which the greatest is
	 * visible; {@link Versioned#BY_STAMP} if there is no better one
	 */
	public <V> ReplicatedMap<V> map(String name, EntryCodec<V> codec, Comparator<? super Versioned<V>> order) {
		return store().map(name, codec, order);
	}

	/**
	 * Start. The membership is told by {@link Membership#joined()} when the state is
	 * complete.
	 */
	public void start() {
		this.exchange.start();
	}

	/**
	 * Stop. Reads and local writes remain possible; nothing is sent any more. Futures of
	 * {@link #held(Dot)} complete.
	 */
	public void stop() {
		this.exchange.stop();
	}

	/**
	 * Write to maps of this replicator. All writes of the body become one delta, visible
	 * on this node before the call returns; if the body throws there are none. May be
	 * called from any thread, and not within another body.
	 * @param <R> type of the result
	 * @param body makes the writes, under a lock (N5): it must be quick, must not wait,
	 * and must not call anybody who might
	 * @return the result of the body
	 * @throws io.horde.payload.PayloadTooLargeException if no frame could carry the
	 * writes: there are none then
	 */
	public <R> R write(Function<Writes, R> body) {
		return store().write(body, false).result();
	}

	/**
	 * Make a write for each of several items, in as many deltas as are needed, so that
	 * any number of them travels in frames of ordinary size. The deltas become visible
	 * one after the other; what others write may come in between. Otherwise like
	 * {@link #write}.
	 * @param <T> type of the items
	 * @param items the items
	 * @param body makes the write of one item
	 */
	public <T> void writeEach(Iterable<T> items, BiConsumer<Writes, T> body) {
		Iterator<T> rest = items.iterator();
		while (rest.hasNext()) {
			write((writes) -> {
				while (rest.hasNext() && !writes.isFull()) {
					body.accept(writes, rest.next());
				}
				return true;
			});
		}
	}

	/**
	 * Write, and return the writes in a form that can travel in a message of its own, so
	 * that its receiver has them before it acts (O2). Otherwise like {@link #write}.
	 * @param <R> type of the result
	 * @param body makes the writes
	 * @return the result of the body, and the delta
	 */
	public <R> Written<R> writeAndExport(Function<Writes, R> body) {
		return store().write(body, true);
	}

	/**
	 * Merge an exported delta, with its exact dots (R2), in any order and any number of
	 * times.
	 * @param delta what {@link #writeAndExport} gave somewhere
	 * @throws io.horde.wire.MalformedFrameException if it isn't such a delta; nothing is
	 * merged then
	 */
	public void merge(byte[] delta) {
		if (delta.length > 0) {
			FrameReader reader = new FrameReader(delta);
			reader.array();
			this.exchange.merge(reader.longValue(), Run.read(reader, delta, store().self()));
		}
	}

	/**
	 * Wait until the death of any one node can't lose a write of this node (R10). May be
	 * called from any thread.
	 * @param ownDot the write, see {@link Writes#put}
	 * @return completes on the event loop, when another member that is {@code UP} has
	 * merged the write, or nobody else is {@code UP} and linked; never exceptionally
	 */
	public CompletableFuture<Void> held(Dot ownDot) {
		CompletableFuture<Void> future = new CompletableFuture<>();
		if (this.loop.inLoop()) {
			this.exchange.hold(ownDot, future);
		}
		else {
			this.loop.execute(() -> this.exchange.hold(ownDot, future));
		}
		return future;
	}

	/**
	 * Wait until certain members have merged a write of this node. Called on the loop.
	 * @param ownDot the write
	 * @param enough whether these nodes are enough, this one among them
	 * @return completes on the event loop; never exceptionally. Who completes it waits no
	 * longer
	 */
	public CompletableFuture<Void> held(Dot ownDot, Predicate<Set<String>> enough) {
		CompletableFuture<Void> future = new CompletableFuture<>();
		this.exchange.hold(ownDot, enough, future);
		return future;
	}

	/**
	 * Return what is merged here, for another member to find out whether it has all that
	 * this one had.
	 */
	public CausalContext seen() {
		return this.exchange.seen();
	}

	/**
	 * Tell whether all is merged here that another member had merged.
	 * @param seen what it had
	 */
	public boolean hasSeen(CausalContext seen) {
		return store().context().contains(seen);
	}

	/**
	 * Pull from a member what it had merged, soon, as far as it does not come by itself
	 * (R9).
	 * @param seen what it had
	 */
	public void catchUp(ReplicaId member, CausalContext seen) {
		this.exchange.catchUp(member, seen);
	}

	/**
	 * Return up to which of its writes all of a member's are merged here; of this node:
	 * the last one.
	 */
	public long merged(ReplicaId member) {
		return store().origins().merged(member);
	}

	/**
	 * Tell whether this node has got the replicated state, once. May be called from any
	 * thread.
	 * @return {@code false} while it joins
	 */
	public boolean isSynchronized() {
		return this.exchange.isSynchronized();
	}

	/**
	 * Return what the replicator has done. May be called from any thread.
	 * @return the figures
	 */
	public ReplicationStats stats() {
		return this.exchange.stats();
	}

	/**
	 * Return a fingerprint of the state: equal on two nodes whose maps are equal, and
	 * hardly ever on others. May be called from any thread.
	 * @return 64 bits
	 */
	public long digest() {
		return this.exchange.store().digest();
	}

	Store store() {
		return this.exchange.store();
	}

	Exchange exchange() {
		return this.exchange;
	}

}
