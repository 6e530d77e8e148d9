package io.horde.replication;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.Peers;
import io.horde.crdt.DotContext;
import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.Message;
import io.horde.replication.protocol.PruningChain;
import io.horde.replication.protocol.PruningRecord;
import io.horde.replication.protocol.PruningRecord.Kind;
import io.horde.time.EventLoop;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * The chain of what this node has forgotten and dropped, and how it gets on with those of
 * its peers (R6). Used on the loop only.
 */
final class PruningHistory {

	/*
	 * Who has dropped an origin for good can't tell a value of it that somebody still has
	 * from a new one. So state is merged only from those of whom it is certain that they
	 * have dropped all that this node has dropped for good: every frame, and every delta
	 * that travels outside of the replication, carries the last link of its sender's
	 * chain, and that must be one that is kept here. What the links record that are kept
	 * here counts as seen, whatever comes.
	 *
	 * Whoever meets another link tells its chain, and a new one is told to all who are
	 * linked, before anything else is. A node adopts a chain when it has dropped all that
	 * the chain has more than its own. If it has seen something else of an origin than
	 * all others have, it is reconciled with one of them first. If it finds itself
	 * forgotten, or if its chain and a longer one have no link in common, because it was
	 * away for longer than links are kept, then its state is of no use to the others: it
	 * begins anew. A chain makes only those begin anew whose chain is shorter; so those
	 * with the longest one never do.
	 *
	 * So it is where a node has merged more of an origin than a record says that all had
	 * merged: those who wrote it did not know this node.
	 *
	 * A joiner that has merged nothing, but from others who join, adopts any chain, as
	 * long as it is so young that nobody can have forgotten it, nor dropped what it has
	 * written.
	 */

	private static final long PAUSE = 100_000_000;

	private static final long NANOS = 1_000_000;

	private static final long OLDEST = Duration.ofDays(365).toMillis();

	private final EventLoop loop;

	private final Peers membership;

	private final Store store;

	private final PeerTable peers;

	private final Consumer<ReplicaId> dropped;

	private final Runnable outdated;

	private PruningChain chain = PruningChain.EMPTY;

	private @Nullable PruningChain pending;

	private final Map<Long, Long> keptSince = new HashMap<>();

	private final Map<ReplicaId, Long> toldAt = new HashMap<>();

	/** The last link of each linked peer, so that it is told no more than it lacks. */
	private final Map<ReplicaId, Long> heads = new HashMap<>();

	private final Moment started;

	private boolean joined;

	/**
	 * Creates it.
	 * @param membership the members
	 * @param store the state
	 * @param dropped told of each origin of which nothing is to be kept
	 * @param outdated called when this node has to begin anew
	 */
	PruningHistory(EventLoop loop, Peers membership, Store store, PeerTable peers, Consumer<ReplicaId> dropped,
			Runnable outdated) {
		this.loop = loop;
		this.membership = membership;
		this.store = store;
		this.peers = peers;
		this.dropped = dropped;
		this.outdated = outdated;
		this.started = Moment.of(loop);
	}

	PruningChain chain() {
		return this.chain;
	}

	/**
	 * Tell whether this node lags behind a chain that it knows.
	 */
	boolean isBehind() {
		return this.pending != null;
	}

	/**
	 * This node has got the replicated state, and stays with its chain.
	 */
	void joined() {
		this.joined = true;
		this.chain.records().forEach(this::forget);
	}

	/**
	 * Tell a peer to which there is a link now.
	 */
	void linkUp(ReplicationPeer peer) {
		this.heads.remove(peer.id());
		if (this.chain.number() > 0) {
			tell(peer);
		}
	}

	/**
	 * Take notice of the link in a frame of a peer.
	 * @return whether state from there may be merged
	 */
	boolean heard(ReplicationPeer peer, long link) {
		this.heads.put(peer.id(), link);
		if (link != this.chain.head()) {
			offer(peer);
		}
		return isKnown(link);
	}

	/**
	 * Tell whether state that carries a link may be merged: whoever sent it has dropped
	 * all that this node has dropped for good.
	 */
	boolean isKnown(long link) {
		return link == this.chain.head() || this.chain.contains(link) || (this.pending != null
				&& this.pending.after(this.chain.head()).stream().anyMatch((one) -> one.id() == link));
	}

	/**
	 * A peer tells its chain.
	 */
	void received(ReplicationPeer peer, Message.History message) {
		PruningChain theirs = message.chain();
		this.heads.put(peer.id(), theirs.head());
		if (theirs.head() != this.chain.head()) {
			compare(peer, message);
		}
	}

	private void compare(ReplicationPeer peer, Message.History message) {
		PruningChain theirs = message.chain();
		PruningChain joined = isFresh() ? (theirs.isBefore(this.chain) ? theirs : this.chain) : join(theirs);
		if (joined == this.chain) {
			offer(peer);
		}
		else if (joined == null) {
			settle(peer, theirs);
		}
		else if (isNamed(joined)) {
			if (joined.head() == theirs.head()) {
				this.outdated.run();
			}
			else {
				settle(peer, theirs);
			}
		}
		else if (this.pending == null || !this.pending.contains(joined.head())) {
			this.pending = joined;
			note(message);
			adopt();
		}
	}

	/**
	 * Adopt the chain that this node lags behind, if it can by now.
	 */
	void adopt() {
		PruningChain next = this.pending;
		if (next == null) {
			return;
		}
		boolean complete = true;
		for (PruningRecord record : PruningChain.records(next.after(this.chain.head()))) {
			complete &= apply(record);
		}
		if (complete) {
			this.pending = null;
			become(next);
		}
	}

	/**
	 * Write down what is forgotten or dropped.
	 */
	void extend(Collection<PruningRecord> records) {
		records.stream().filter((record) -> record.kind() != Kind.FORGOTTEN).forEach(this::apply);
		become(this.chain.with(records));
	}

	/**
	 * Keep no longer the links that nobody needs any more.
	 * @param age how old these are
	 */
	void trim(long age) {
		long now = this.loop.nanoTime();
		this.toldAt.keySet().removeIf((peer) -> !this.membership.isLinked(peer));
		this.heads.keySet().removeIf((peer) -> !this.membership.isLinked(peer));
		List<PruningChain.Link> links = this.chain.links();
		int old = 0;
		while (old < links.size() && now - this.keptSince.getOrDefault(links.get(old).id(), now) >= age
				&& links.get(old).records().stream().noneMatch((one) -> this.membership.isForgotten(one.replica()))) {
			old++;
		}
		if (old > 0 && this.pending == null) {
			PruningChain before = this.chain;
			this.chain = before.without(old);
			release(before);
		}
	}

	private void become(PruningChain next) {
		long now = this.loop.nanoTime();
		PruningChain before = this.chain;
		this.chain = next;
		next.links().forEach((link) -> this.keptSince.putIfAbsent(link.id(), now));
		release(before);
		this.store.origins().link(next.head());
		this.membership.linked().forEach((id) -> tell(this.peers.peer(id)));
	}

	private void release(PruningChain before) {
		Set<Long> kept = new HashSet<>();
		this.chain.links().forEach((link) -> kept.add(link.id()));
		this.keptSince.keySet().retainAll(kept);
		before.records().forEach((record) -> {
			if (record.isDropped() && !this.chain.isDropped(record.replica())) {
				this.store.origins().dropName(record.replica());
			}
		});
	}

	private boolean apply(PruningRecord record) {
		switch (record.kind()) {
			case FORGOTTEN -> forget(record);
			case DROPPED -> {
				return drop(record);
			}
			case CLOSED -> close(record);
		}
		return true;
	}

	/** Not what a joiner has from a chain that it may yet give up for another one. */
	private void forget(PruningRecord record) {
		if (this.joined && record.kind() == Kind.FORGOTTEN) {
			this.membership.forgotten(record.replica());
		}
	}

	private boolean drop(PruningRecord record) {
		ReplicaId origin = record.replica();
		if (!this.store.context().isForgotten(origin)) {
			this.store.origins().drop(origin, record.digest());
			if (!this.store.context().isForgotten(origin)) {
				return false;
			}
			this.dropped.accept(origin);
		}
		return true;
	}

	/**
	 * Whoever has not seen the same yet learns it from the others, like all they have.
	 */
	private void close(PruningRecord record) {
		if (this.store.origins().close(record.replica(), record.digest())) {
			this.dropped.accept(record.replica());
		}
	}

	/**
	 * Where this node has merged more of an origin than all those who took the rest for
	 * seen, one side has to begin anew: what it has acknowledged would be lost.
	 */
	private @Nullable PruningChain join(PruningChain theirs) {
		PruningChain joined = this.chain.joined(theirs);
		return (joined == null || joined == this.chain
				|| PruningChain.records(joined.after(this.chain.head())).stream().noneMatch(this::isContradicted))
						? joined : null;
	}

	private boolean isContradicted(PruningRecord record) {
		if (record.kind() == Kind.FORGOTTEN || record.covered() >= DotContext.CLOSED) {
			return false;
		}
		long covered = this.store.context().covered(record.replica());
		return (covered < DotContext.CLOSED) ? covered > record.covered()
				: this.chain.records()
					.stream()
					.anyMatch((own) -> own.kind() == Kind.CLOSED && own.replica().equals(record.replica())
							&& (own.covered() != record.covered() || own.digest() != record.digest()));
	}

	/** What cannot be joined: the longer one counts. */
	private void settle(ReplicationPeer peer, PruningChain theirs) {
		if (theirs.isBefore(this.chain)) {
			this.outdated.run();
		}
		else {
			offer(peer);
		}
	}

	private boolean isNamed(PruningChain next) {
		return PruningChain.records(next.after(this.chain.head()))
			.stream()
			.anyMatch((record) -> record.replica().equals(this.store.self()));
	}

	private boolean isFresh() {
		return !this.joined && isYoung() && this.store.origins().areOnly((origin) -> {
			MemberState member = this.membership.view().member(origin);
			return origin.equals(this.store.self()) || (member != null && member.status() == MemberStatus.JOINING);
		});
	}

	private boolean isYoung() {
		return !this.started.plus(this.membership.forgetAfter().toNanos()).isPast(Moment.of(this.loop));
	}

	/** A link that was told of is as old as with the others. */
	private void note(Message.History message) {
		long now = this.loop.nanoTime();
		List<PruningChain.Link> links = message.chain().links();
		for (int i = 0; i < links.size(); i++) {
			long age = Math.max(0, Math.min(message.ages().get(i), OLDEST));
			this.keptSince.putIfAbsent(links.get(i).id(), now - age * NANOS);
		}
	}

	private void offer(ReplicationPeer peer) {
		Long last = this.toldAt.get(peer.id());
		if (last == null || this.loop.nanoTime() - last >= PAUSE) {
			tell(peer);
		}
	}

	private void tell(ReplicationPeer peer) {
		this.toldAt.put(peer.id(), this.loop.nanoTime());
		long now = this.loop.nanoTime();
		Long head = this.membership.isLinked(peer.id()) ? this.heads.get(peer.id()) : null;
		PruningChain lacking = (head != null && this.chain.contains(head)) ? this.chain.since(head) : this.chain;
		peer.send(new Message.History(lacking,
				lacking.links()
					.stream()
					.map((link) -> (now - this.keptSince.getOrDefault(link.id(), now)) / NANOS)
					.toList()));
	}

}
