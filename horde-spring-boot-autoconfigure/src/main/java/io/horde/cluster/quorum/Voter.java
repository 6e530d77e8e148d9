package io.horde.cluster.quorum;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.cluster.quorum.QuorumMessage.Answer;
import io.horde.cluster.quorum.QuorumMessage.Key;
import io.horde.cluster.quorum.QuorumMessage.Refused;
import io.horde.cluster.quorum.QuorumMessage.Request;
import io.horde.crdt.ReplicaId;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * What one voter has promised to owners, and which child it has accepted for whom.
 *
 * @see <a href="https://dl.acm.org/doi/10.1145/74850.74870">Gray, Cheriton, Leases: An
 * Efficient Fault-Tolerant Mechanism for Distributed File Cache Consistency (1989)</a>
 */
final class Voter {

	/*
	 * A promise belongs to an owner, not to a child: one answer renews it for all
	 * children that the owner has claimed in the present session. A session is the time
	 * in which the promise did not lapse. When it lapses, the children of the owner are
	 * free for others; so a promise that begins anew later must not protect what was
	 * claimed under the old one, and the owner must not count on it. It sees the new
	 * session's number in the answer and claims all it holds once more, at this voter
	 * only.
	 *
	 * That is what Q4 wanted from "the sender's last sequence number", and closes a gap
	 * of it: the answer to a renewal that was sent before a lease claim was granted says
	 * nothing about the child that was claimed.
	 */

	private static final int RETENTION = 10;

	private final QuorumSettings settings;

	final SortedMap<ReplicaId, Promise> promises = new TreeMap<>();

	final SortedMap<String, Entry> entries = new TreeMap<>();

	private long lastSession;

	Voter(QuorumSettings settings) {
		this.settings = settings;
	}

	/**
	 * Answer a request with a vote.
	 * @return the answer, or {@code null} if the request is older than one that was
	 * answered, or its sender was started anew since (Q5)
	 */
	@Nullable Answer answer(ReplicaId owner, Request request, SeatConfiguration configuration, Moment now) {
		Promise before = this.promises.get(owner);
		if (isReplaced(owner) || (before != null && request.round() <= before.round)) {
			return null;
		}
		long session = (before != null && before.isRunning(now)) ? before.session : ++this.lastSession;
		Promise promise = new Promise(session, request.round(), this.settings.endOfPromise(now));
		this.promises.put(owner, promise);
		for (Key release : request.releases()) {
			Entry entry = this.entries.get(release.key());
			if (entry != null && entry.owner.equals(owner) && entry.epoch <= release.epoch()) {
				this.entries.put(release.key(), new Entry(owner, entry.epoch, entry.session, true));
			}
		}
		List<Key> accepted = new ArrayList<>();
		List<Refused> refused = new ArrayList<>();
		for (Key claim : request.claims()) {
			Refused refusal = refusal(owner, claim, now);
			if (refusal == null) {
				this.entries.put(claim.key(), new Entry(owner, claim.epoch(), session, false));
				accepted.add(claim);
			}
			else {
				refused.add(refusal);
			}
		}
		return new Answer(configuration, request.round(), session, "", accepted, refused, request.releases());
	}

	private @Nullable Refused refusal(ReplicaId owner, Key claim, Moment now) {
		Entry entry = this.entries.get(claim.key());
		if (entry == null) {
			return null;
		}
		if (entry.owner.equals(owner)) {
			boolean again = entry.epoch == claim.epoch() && !entry.released;
			return (again || entry.epoch < claim.epoch()) ? null
					: new Refused(claim.key(), claim.epoch(), entry.epoch, null, 0);
		}
		Promise promise = this.promises.get(entry.owner);
		if (promise != null && promise.protects(entry, now)) {
			return new Refused(claim.key(), claim.epoch(), entry.epoch, entry.owner, promise.until - now.nanos());
		}
		return entry.isOlderThan(claim) ? null : new Refused(claim.key(), claim.epoch(), entry.epoch, null, 0);
	}

	private boolean isReplaced(ReplicaId owner) {
		SortedMap<ReplicaId, Promise> later = this.promises
			.tailMap(new ReplicaId(owner.node(), owner.incarnation() + 1));
		return !later.isEmpty() && later.firstKey().node().equals(owner.node());
	}

	/**
	 * Forget what has protected nothing for a long time. The newest incarnation of a name
	 * is kept (Q5).
	 */
	void purge(Moment now) {
		long retention = this.settings.promise() * RETENTION;
		this.promises.entrySet()
			.removeIf((entry) -> now.nanos() - entry.getValue().until > retention && isReplaced(entry.getKey()));
		this.entries.values().removeIf((entry) -> {
			Promise promise = this.promises.get(entry.owner);
			return promise == null || now.nanos() - promise.until > retention;
		});
	}

	/**
	 * Return the promises that are running.
	 * @return owners, each with the nanoseconds that are left
	 */
	SortedMap<ReplicaId, Long> promises(Moment now) {
		SortedMap<ReplicaId, Long> running = new TreeMap<>();
		this.promises.forEach((owner, promise) -> {
			if (promise.isRunning(now)) {
				running.put(owner, promise.until - now.nanos());
			}
		});
		return running;
	}

	long lastSession() {
		return this.lastSession;
	}

	/**
	 * What an owner was promised last.
	 */
	record Promise(long session, long round, long until) {

		boolean isRunning(Moment now) {
			return now.nanos() - this.until < 0;
		}

		boolean protects(Entry entry, Moment now) {
			return entry.session == this.session && !entry.released && isRunning(now);
		}

	}

	/**
	 * Whose a child is, as far as this voter has accepted it.
	 */
	record Entry(ReplicaId owner, long epoch, long session, boolean released) {

		boolean isOlderThan(Key claim) {
			return this.epoch < claim.epoch();
		}

	}

}
