package io.horde.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.cluster.MemberState;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what replicas know of each other bounded: incarnations that are gone for good are
 * forgotten (R6). Used on the loop only.
 */
final class Forgetting implements MapListener<ForgetRecord> {

	/*
	 * An incarnation is gone when it has left, was replaced by a newer one, or was
	 * forgotten by the membership. The last is written down here too, with the number of
	 * forgets, which all frames carry: who comes back after that finds a higher number
	 * and no record that it knows, and begins anew.
	 *
	 * What was seen of a gone incarnation has to be kept for as long as any member could
	 * conclude something from it: while a value of it is alive (whoever lacks it must be
	 * able to tell whether it is new or removed), and while members have not all seen the
	 * same of it (what it removed has to be removed everywhere). So all members tell the
	 * oldest one of which incarnations nothing is alive there, with a fingerprint of what
	 * they have seen. When all say the same of one, that can never change any more, and
	 * the oldest member writes a record that it is dropped. Whoever merges the record
	 * drops what it kept and takes whatever may yet come for seen.
	 *
	 * A member that was not asked, because it joined in that moment from an older state,
	 * drops it when it has seen the same, or is reconciled with one that has.
	 *
	 * Half of the time of forget-after passes before an incarnation may be dropped, half
	 * before the record goes; and the record stays as long as anybody is missed.
	 *
	 * That half counts from the drop, not from a record that said only that the
	 * incarnation was forgotten. What is on its way when members drop it is taken for
	 * seen only while there is the record; after that, writes that are replayed look new,
	 * and their removals, which were merged before, do not come again (seed 4157).
	 *
	 * Whether anything is dropped is a setting, and off in production: the number of
	 * forgets does not find out all state from before a drop. Two majorities that follow
	 * each other, with members that were restarted in between, can forget each other's
	 * members and count the same; and a joiner may have its snapshot from a forgotten
	 * member and the number from another. Who has dropped an origin for good can't tell a
	 * value of it that they still have from a new one. If nothing is dropped, a dot once
	 * seen is known for ever, and state of any age can be merged.
	 */

	/**
	 * The key of the number of forgets; no node has an empty name.
	 */
	private static final String NUMBER = "";

	private static final Duration LONGEST_PERIOD = Duration.ofSeconds(5);

	private static final int PERIODS = 20;

	private static final Comparator<ReplicaId> OLDEST = Comparator.comparingLong(ReplicaId::incarnation)
		.thenComparing(Comparator.naturalOrder());

	private final EventLoop loop;

	private final Peers membership;

	private final Store store;

	private final PeerTable peers;

	private final Inbox inbox;

	private final boolean dropping;

	private final ReplicatedMap<ForgetRecord> records;

	private final Map<ReplicaId, Long> goneSince = new TreeMap<>();

	private final Map<String, Long> recordSince = new TreeMap<>();

	private final Map<ReplicaId, Map<ReplicaId, Long>> confirmed = new TreeMap<>();

	private boolean running;

	private boolean joined;

	private boolean changed;

	Forgetting(EventLoop loop, Peers membership, Store store, PeerTable peers, Inbox inbox, boolean dropping) {
		this.loop = loop;
		this.membership = membership;
		this.store = store;
		this.peers = peers;
		this.inbox = inbox;
		this.dropping = dropping;
		this.records = store.map("horde:forgotten", ForgetRecord.CODEC, ForgetRecord.ORDER);
		this.records.addListener(this);
	}

	void start() {
		this.running = true;
		schedule();
	}

	void stop() {
		this.running = false;
	}

	ReplicatedMap<ForgetRecord> records() {
		return this.records;
	}

	/**
	 * This node has got the replicated state.
	 */
	void joined() {
		this.joined = true;
		this.store.origins().forgets(number());
		this.loop.execute(() -> {
			if (this.running) {
				tick();
			}
		});
	}

	/**
	 * Compare the number of forgets in a frame with this node's.
	 * @param number the number
	 * @return whether state from there may be merged
	 */
	boolean isCurrent(long number) {
		if (!this.joined) {
			// It has no state that could be older; who told the highest number may be
			// gone
			this.store.origins().forgets(Math.max(number, this.store.origins().forgets()));
			return true;
		}
		return number >= this.store.origins().forgets() || this.store.rules().broken(Rule.R6);
	}

	/**
	 * A member says what may be dropped for its part.
	 */
	void quiet(ReplicaId member, Message.Quiet quiet) {
		this.confirmed.put(member, quiet.digests());
	}

	@Override
	public void changed(String key, @Nullable Versioned<ForgetRecord> before, @Nullable Versioned<ForgetRecord> after) {
		this.changed = true;
		if (after == null) {
			this.recordSince.remove(key);
			if (before != null && !key.equals(NUMBER)) {
				this.store.origins().forgetForGood(before.value().replica());
			}
			return;
		}
		ForgetRecord forgotten = after.value();
		boolean droppedNow = forgotten.dropped() && (before == null || !before.value().dropped());
		if (droppedNow || !this.recordSince.containsKey(key)) {
			this.recordSince.put(key, this.loop.nanoTime());
		}
		if (key.equals(NUMBER)) {
			return;
		}
		if (forgotten.replica().equals(this.store.self())) {
			outdated();
			return;
		}
		if (forgotten.number() > 0) {
			this.membership.forgotten(forgotten.replica());
		}
		if (forgotten.dropped()) {
			drop(forgotten);
		}
	}

	/**
	 * Take notice of what was merged. Not called while a reconciliation is under way:
	 * then the records may be there in part.
	 */
	void check() {
		if (!this.changed || !this.joined || !this.running) {
			return;
		}
		this.changed = false;
		long known = this.store.origins().forgets();
		long number = number();
		if (isMissing(known + 1, number)) {
			outdated();
		}
		else if (number > known) {
			this.store.origins().forgets(number);
		}
	}

	private void outdated() {
		if (this.running && !this.store.rules().broken(Rule.R6)) {
			this.running = false;
			this.membership.outdated();
		}
	}

	private boolean isMissing(long from, long to) {
		for (long number = from; number <= to; number++) {
			long wanted = number;
			boolean[] found = new boolean[1];
			this.records
				.forEach((version) -> found[0] |= !version.key().equals(NUMBER) && version.value().number() == wanted);
			if (!found[0]) {
				return true;
			}
		}
		return false;
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
		SortedMap<ReplicaId, Long> quiet = quiet(view);
		this.confirmed.keySet().removeIf((member) -> isGone(view, member));
		this.peers.tidy((member) -> isGone(view, member));
		this.records.forEach((version) -> {
			if (!version.key().equals(NUMBER) && version.value().dropped()) {
				drop(version.value());
			}
		});
		ReplicaId leader = leader(view);
		if (!this.joined || leader == null) {
			return;
		}
		if (leader.equals(this.store.self())) {
			lead(view, quiet);
		}
		else if (!quiet.isEmpty()) {
			this.peers.peer(leader).send(new Message.Quiet(quiet));
		}
	}

	/*
	 * Not the first by name: that one may be restarted again and again, and never see
	 * anybody gone for long.
	 */
	private static @Nullable ReplicaId leader(MembershipView view) {
		return view.up().stream().map(MemberState::id).min(OLDEST).orElse(null);
	}

	/*
	 * Of which gone origins nothing is alive here.
	 */
	private SortedMap<ReplicaId, Long> quiet(MembershipView view) {
		long now = this.loop.nanoTime();
		SortedMap<ReplicaId, Long> quiet = new TreeMap<>();
		List<ReplicaId> origins = new ArrayList<>(this.store.origins().all());
		this.goneSince.keySet().retainAll(origins);
		for (ReplicaId origin : origins) {
			if (origin.equals(this.store.self()) || !isGone(view, origin)) {
				this.goneSince.remove(origin);
			}
			else {
				this.goneSince.putIfAbsent(origin, now);
				Origins.Rest rest = this.store.origins().rest(origin);
				if (rest.living() == 0) {
					quiet.put(origin, rest.digest());
				}
			}
		}
		return quiet;
	}

	private void lead(MembershipView view, Map<ReplicaId, Long> quiet) {
		List<ForgetRecord> written = new ArrayList<>();
		long number = number();
		for (MemberState member : view.members()) {
			if (this.membership.isForgotten(member.id()) && this.records.get(key(member.id())) == null) {
				written.add(new ForgetRecord(member.id(), ++number, false, 0, 0));
			}
		}
		quiet.forEach((origin, digest) -> {
			if (this.dropping && isGoneForLong(origin) && areAllQuiet(view, origin, digest)) {
				Versioned<ForgetRecord> known = this.records.get(key(origin));
				ForgetRecord forgotten = (known != null) ? known.value() : new ForgetRecord(origin, 0, false, 0, 0);
				if (!forgotten.dropped()) {
					written.add(forgotten.withDropped(this.store.origins().rest(origin).covered(), digest));
				}
			}
		});
		List<String> expired = expired(view);
		if (!written.isEmpty() || !expired.isEmpty()) {
			write(written, number, expired);
		}
	}

	private void write(List<ForgetRecord> written, long number, List<String> expired) {
		boolean counted = number > number();
		this.store.write((writes) -> {
			written.forEach((forgotten) -> writes.put(this.records, key(forgotten.replica()), forgotten));
			if (counted) {
				writes.put(this.records, NUMBER, new ForgetRecord(this.store.self(), number, false, 0, 0));
			}
			expired.forEach((key) -> writes.removeSeen(this.records, key));
			return true;
		}, false);
	}

	private boolean isGoneForLong(ReplicaId origin) {
		long now = this.loop.nanoTime();
		return now - this.goneSince.getOrDefault(origin, now) >= half() || this.store.rules().broken(Rule.R6);
	}

	private boolean areAllQuiet(MembershipView view, ReplicaId origin, long digest) {
		if (this.store.rules().broken(Rule.R6)) {
			return true;
		}
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

	private List<String> expired(MembershipView view) {
		List<String> expired = new ArrayList<>();
		boolean missed = view.members()
			.stream()
			.anyMatch((member) -> member.status() == MemberStatus.DOWN || member.status() == MemberStatus.UNREACHABLE);
		if (!missed) {
			long now = this.loop.nanoTime();
			this.records.forEach((version) -> {
				if (!version.key().equals(NUMBER) && !this.membership.isForgotten(version.value().replica())
						&& now - this.recordSince.getOrDefault(version.key(), now) >= half()) {
					expired.add(version.key());
				}
			});
		}
		return expired;
	}

	private void drop(ForgetRecord forgotten) {
		ReplicaId origin = forgotten.replica();
		if (!this.store.context().isForgotten(origin)) {
			this.store.origins().forget(origin, forgotten.digest());
			if (this.store.context().isForgotten(origin)) {
				this.inbox.forget(origin);
			}
		}
	}

	private long number() {
		Versioned<ForgetRecord> number = this.records.get(NUMBER);
		return (number != null) ? number.value().number() : 0;
	}

	private long half() {
		return this.membership.forgetAfter().toNanos() / 2;
	}

	private static boolean isGone(MembershipView view, ReplicaId origin) {
		MemberState member = view.member(origin);
		return member == null || member.status() == MemberStatus.LEFT;
	}

	private static String key(ReplicaId replica) {
		return replica.toString();
	}

}
