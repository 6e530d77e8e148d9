package io.horde.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.MembershipView;
import io.horde.cluster.membership.Peers;
import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.Message;
import io.horde.replication.protocol.PruningRecord;
import io.horde.replication.protocol.PruningRecord.Kind;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what replicas know of each other bounded: incarnations that are gone for good are
 * forgotten (R6). Used on the loop only.
 */
final class Pruning {

	/*
	 * An incarnation is gone when it has left, was replaced by a newer one, or was
	 * forgotten by the membership. The last is recorded in a chain, see PruningHistory,
	 * so that who comes back after that finds out and begins anew.
	 *
	 * What was seen of a gone incarnation has to be kept for as long as any member could
	 * conclude something from it: while a value of it is alive (whoever lacks it must be
	 * able to tell whether it is new or removed), and while members have not all seen the
	 * same of it (what it removed has to be removed everywhere). So all members tell the
	 * oldest one of which incarnations nothing is alive there, with a fingerprint of what
	 * they have seen. When all say the same of one, that can never change any more, and
	 * the oldest member records that it is dropped. Whoever adopts that drops what it
	 * kept and takes whatever may yet come for seen.
	 *
	 * If some of its values are alive, and all have seen the same of it, but not all that
	 * came before the last of it, then nobody has that: its origin died when it was with
	 * nobody. All of it counts as seen then, which is recorded too, so that no single
	 * dots are kept.
	 *
	 * A member that was not asked, because it joined in that moment from an older state,
	 * drops it when it has seen the same, or is reconciled with one that has.
	 *
	 * Half of the time of forget-after passes before an incarnation may be dropped, half
	 * before a link of the chain is no longer kept; and all are kept as long as anybody
	 * is missed. Then not even the name is known: whoever still has a value of it has a
	 * link by then that nobody knows.
	 */

	private static final Duration LONGEST_PERIOD = Duration.ofSeconds(5);

	private static final int PERIODS = 20;

	private final EventLoop loop;

	private final Peers membership;

	private final Store store;

	private final PeerTable peers;

	private final PruningHistory history;

	private final Map<ReplicaId, Long> goneSince = new TreeMap<>();

	private final Map<ReplicaId, Map<ReplicaId, Long>> confirmed = new TreeMap<>();

	private boolean running;

	private boolean joined;

	/**
	 * Creates it.
	 * @param membership the members
	 * @param store the state
	 * @param dropped told of each origin of which nothing is to be kept
	 */
	Pruning(EventLoop loop, Peers membership, Store store, PeerTable peers, Consumer<ReplicaId> dropped) {
		this.loop = loop;
		this.membership = membership;
		this.store = store;
		this.peers = peers;
		this.history = new PruningHistory(loop, membership, store, peers, dropped, this::outdated);
	}

	void start() {
		this.running = true;
		schedule();
	}

	void stop() {
		this.running = false;
	}

	PruningHistory history() {
		return this.history;
	}

	/**
	 * This node has got the replicated state.
	 */
	void joined() {
		this.joined = true;
		this.history.joined();
		this.loop.execute(() -> {
			if (this.running) {
				tick();
			}
		});
	}

	/**
	 * A member says what may be dropped for its part.
	 */
	void prunable(ReplicaId member, Message.Prunable message) {
		this.confirmed.put(member, message.digests());
	}

	private void outdated() {
		if (this.running) {
			this.running = false;
			this.membership.outdated();
		}
	}

	private void schedule() {
		Duration period = this.membership.forgetAfter().dividedBy(PERIODS);
		this.loop.schedule((period.compareTo(LONGEST_PERIOD) < 0) ? period : LONGEST_PERIOD, () -> {
			if (this.running) {
				tick();
				schedule();
			}
		});
	}

	private void tick() {
		MembershipView view = this.membership.view();
		SortedMap<ReplicaId, Long> prunable = prunable(view);
		this.confirmed.keySet().removeIf((member) -> isGone(view, member));
		this.peers.tidy((member) -> isGone(view, member));
		this.history.adopt();
		prune(view, prunable);
	}

	private void prune(MembershipView view, SortedMap<ReplicaId, Long> prunable) {
		if (!isMissed(view)) {
			this.history.trim(half());
		}
		ReplicaId leader = leader(view);
		if (!this.joined || leader == null) {
			return;
		}
		if (leader.equals(this.store.self())) {
			lead(view, prunable);
		}
		else if (!prunable.isEmpty()) {
			this.peers.peer(leader).send(new Message.Prunable(prunable));
		}
	}

	/**
	 * Not the first by name: that one may be restarted again and again, and never see
	 * anybody gone for long.
	 */
	private static @Nullable ReplicaId leader(MembershipView view) {
		return view.up().stream().map(MemberState::id).min(ReplicaId.OLDEST_FIRST).orElse(null);
	}

	/**
	 * Of which gone origins nothing is alive here, or not all was seen; the latter with
	 * another digest, lest they be dropped.
	 */
	private SortedMap<ReplicaId, Long> prunable(MembershipView view) {
		long now = this.loop.nanoTime();
		SortedMap<ReplicaId, Long> prunable = new TreeMap<>();
		List<ReplicaId> origins = new ArrayList<>(this.store.origins().all());
		this.goneSince.keySet().retainAll(origins);
		for (ReplicaId origin : origins) {
			if (origin.equals(this.store.self()) || !isGone(view, origin)) {
				this.goneSince.remove(origin);
			}
			else {
				this.goneSince.putIfAbsent(origin, now);
				OriginTable.Rest rest = this.store.origins().rest(origin);
				if (rest.living() == 0) {
					prunable.put(origin, rest.digest());
				}
				else if (rest.hasGaps()) {
					prunable.put(origin, ~rest.digest());
				}
			}
		}
		return prunable;
	}

	private void lead(MembershipView view, Map<ReplicaId, Long> prunable) {
		if (this.history.isBehind()) {
			return;
		}
		List<PruningRecord> records = new ArrayList<>();
		for (MemberState member : view.members()) {
			if (this.membership.isForgotten(member.id()) && !this.history.chain().isRecorded(member.id())) {
				records.add(PruningRecord.forgotten(member.id()));
			}
		}
		prunable.forEach((origin, digest) -> {
			if (isGoneForLong(origin) && isPrunableForAll(view, origin, digest)) {
				OriginTable.Rest rest = this.store.origins().rest(origin);
				records.add(new PruningRecord(origin, (rest.living() == 0) ? Kind.DROPPED : Kind.CLOSED, rest.covered(),
						rest.digest()));
			}
		});
		if (!records.isEmpty()) {
			this.history.extend(records);
		}
	}

	private boolean isGoneForLong(ReplicaId origin) {
		long now = this.loop.nanoTime();
		return now - this.goneSince.getOrDefault(origin, now) >= half();
	}

	private boolean isPrunableForAll(MembershipView view, ReplicaId origin, long digest) {
		for (MemberState member : view.members()) {
			if (member.status() != MemberStatus.LEFT && !member.id().equals(this.store.self())) {
				Long theirs = this.confirmed.getOrDefault(member.id(), Map.of()).get(origin);
				if (theirs == null || theirs != digest) {
					return false;
				}
			}
		}
		return true;
	}

	private static boolean isMissed(MembershipView view) {
		return view.members()
			.stream()
			.anyMatch((member) -> member.status() == MemberStatus.DOWN || member.status() == MemberStatus.UNREACHABLE);
	}

	private long half() {
		return this.membership.forgetAfter().toNanos() / 2;
	}

	private static boolean isGone(MembershipView view, ReplicaId origin) {
		MemberState member = view.member(origin);
		return member == null || member.status() == MemberStatus.LEFT;
	}

}
