package io.horde.cluster.quorum;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

import io.horde.cluster.quorum.QuorumMessage.Answer;
import io.horde.cluster.quorum.QuorumMessage.Key;
import io.horde.cluster.quorum.QuorumMessage.Refused;
import io.horde.cluster.quorum.QuorumMessage.Request;
import io.horde.crdt.ReplicaId;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * Makes lease claims for children, holds them under leases, and releases them.
 *
 * @see <a href="https://dl.acm.org/doi/10.1145/74850.74870">Gray, Cheriton, Leases: An
 * Efficient Fault-Tolerant Mechanism for Distributed File Cache Consistency (1989)</a>
 */
final class Claimant {

	/*
	 * The lease of a child runs for one lease duration from the sending of the requests
	 * which a majority answered that knows the child to be ours: voters that accepted the
	 * claim in their present session (Q2, Q4). Each of them refuses every other claim of
	 * this child until its promise has run out, which is later than our lease (Q3). Two
	 * majorities have a voter in common, so there is one owner at a time.
	 */

	private static final int MAX_KEYS = 1000;

	private final QuorumSettings settings;

	private final QuorumListener listener;

	private final SortedMap<String, Contact> contacts = new TreeMap<>();

	private final SortedMap<String, HeldKey> held = new TreeMap<>();

	final SortedMap<String, ReleasedKey> releases = new TreeMap<>();

	private SeatConfiguration configuration = SeatConfiguration.NONE;

	private long standings;

	/** No lease and no deadline ends before this. */
	private @Nullable Moment firstEnd;

	Claimant(QuorumSettings settings, QuorumListener listener) {
		this.settings = settings;
		this.listener = listener;
	}

	/**
	 * Take notice of who holds the seats.
	 * @param incarnations the newest incarnation of each name, this node's included
	 */
	void voters(SeatConfiguration configuration, Map<String, ReplicaId> incarnations) {
		if (!configuration.equals(this.configuration)) {
			this.configuration = configuration;
			this.contacts.values().forEach(Contact::reconfigured);
		}
		this.contacts.keySet().retainAll(configuration.seats());
		for (String name : configuration.seats()) {
			ReplicaId voter = incarnations.get(name);
			Contact contact = this.contacts.get(name);
			if (voter != null && (contact == null || !contact.voter.equals(voter))) {
				this.contacts.put(name, new Contact(voter, ++this.standings, (contact != null) ? contact.round() : 0));
			}
		}
	}

	Collection<Contact> contacts() {
		return this.contacts.values();
	}

	@Nullable Contact contact(String name) {
		return this.contacts.get(name);
	}

	/**
	 * Make a lease claim for a child.
	 */
	void claim(String key, long epoch, Moment now) {
		Moment deadline = now.plus(this.settings.lease());
		this.held.put(key, new HeldKey(key, epoch, deadline));
		ends(deadline);
	}

	/**
	 * Release a child that was claimed or held. Its process has stopped (Q10).
	 */
	void release(String key, long epoch, Moment now) {
		HeldKey child = this.held.get(key);
		if (child != null && child.epoch <= epoch) {
			this.held.remove(key);
		}
		this.releases.put(key, new ReleasedKey(epoch, now, List.of(), false));
		ends(now.plus(this.settings.promise()));
	}

	/**
	 * Write the requests that are due to a voter.
	 * @param all whether to renew, and to repeat what was not answered
	 */
	List<Request> requests(Contact contact, boolean all, Moment now) {
		List<Key> claims = new ArrayList<>();
		for (HeldKey child : this.held.values()) {
			if (!child.isAcceptedBy(contact) && (all || !child.isSentTo(contact))) {
				claims.add(new Key(child.key, child.epoch));
				child.sent.put(contact.voter.node(), contact.standing());
			}
		}
		List<Key> releases = new ArrayList<>();
		boolean news = !claims.isEmpty();
		for (Map.Entry<String, ReleasedKey> release : this.releases.entrySet()) {
			if (!release.getValue().confirmed.contains(contact.voter.node())) {
				releases.add(new Key(release.getKey(), release.getValue().epoch));
				news |= release.getValue().since.equals(now);
			}
		}
		List<Request> requests = new ArrayList<>();
		while (all || news) {
			requests.add(new Request(this.configuration, contact.begin(now), take(claims), take(releases)));
			all = false;
			news = !claims.isEmpty() || !releases.isEmpty();
		}
		return requests;
	}

	private static List<Key> take(List<Key> keys) {
		List<Key> head = keys.subList(0, Math.min(MAX_KEYS, keys.size()));
		List<Key> taken = List.copyOf(head);
		head.clear();
		return taken;
	}

	/**
	 * Take an answer. What has ended was ended before (Q4).
	 */
	void answered(ReplicaId voter, Answer answer, Moment now) {
		Contact contact = this.contacts.get(voter.node());
		boolean agrees = answer.configuration().equals(this.configuration);
		if (contact == null || !contact.voter.equals(voter) || !contact.answered(answer, agrees, this.standings + 1)) {
			return;
		}
		this.standings = Math.max(this.standings, contact.standing());
		String name = voter.node();
		for (Key accepted : answer.accepted()) {
			HeldKey child = this.held.get(accepted.key());
			if (child != null && child.epoch == accepted.epoch()) {
				child.accepted.put(name, contact.standing());
				child.refused.remove(name);
			}
		}
		for (Refused refused : answer.refused()) {
			HeldKey child = this.held.get(refused.key());
			if (child != null && child.epoch == refused.epoch()) {
				child.refused.put(name, refused);
			}
		}
		answer.released().forEach((released) -> confirmed(name, released));
		review(now);
	}

	private void confirmed(String voter, Key released) {
		ReleasedKey release = this.releases.get(released.key());
		if (release != null && release.epoch == released.epoch()) {
			ReleasedKey confirmed = release.confirmedBy(voter);
			boolean agreed = !release.agreed && this.configuration.isMajority(confirmed.confirmed);
			this.releases.put(released.key(), agreed ? confirmed.withAgreement() : confirmed);
			if (agreed) {
				this.listener.released(released.key(), release.epoch, true);
			}
			if (confirmed.confirmed.containsAll(this.contacts.keySet())) {
				this.releases.remove(released.key());
			}
		}
	}

	private void review(Moment now) {
		this.firstEnd = null;
		for (HeldKey child : List.copyOf(this.held.values())) {
			Moment end = leaseEnd(child);
			if (end != null && !end.isPast(now) && (child.end == null || end.isAfter(child.end))) {
				boolean granted = !child.isGranted();
				child.end = end;
				if (granted) {
					this.listener.granted(child.key, child.epoch, end);
				}
				else {
					this.listener.extended(child.key, child.epoch, end);
				}
			}
			else if (!child.isGranted() && isHopeless(child)) {
				withdraw(child, now);
			}
			ends((child.end != null) ? child.end : child.deadline);
		}
		this.releases.values().forEach((release) -> ends(release.since.plus(this.settings.promise())));
	}

	/* A promise counts only for what the voter knows to be this node's (Q4). */
	private @Nullable Moment leaseEnd(HeldKey child) {
		return majority(child::isAcceptedBy);
	}

	/**
	 * Return until when a majority has promised not to accept anybody else for what it
	 * knows to be held by this node.
	 * @return the end, or {@code null} if there is no majority
	 */
	@Nullable Moment end() {
		return majority((contact) -> true);
	}

	/**
	 * Return when the requests were sent that a majority answered, of which this node is
	 * one.
	 * @param self this node's name
	 * @param now what counts as its own answer
	 */
	@Nullable Moment answeredWith(String self, Moment now) {
		return latest((contact) -> contact.voter.node().equals(self) ? now : contact.answered());
	}

	/**
	 * Return when the requests were sent to which all holders of seats replied that they
	 * know the same seats and no successor of them.
	 * @param self this node's name
	 * @param now what counts as its own reply
	 * @return the earliest of them, or {@code null} if not all have replied
	 */
	@Nullable Moment agreedWithAll(String self, Moment now) {
		Moment earliest = now;
		for (String name : this.configuration.seats()) {
			Contact contact = this.contacts.get(name);
			Moment agreed = (contact != null) ? contact.agreed() : null;
			if (!name.isEmpty() && !name.equals(self)) {
				if (agreed == null) {
					return null;
				}
				earliest = earliest.earliest(agreed);
			}
		}
		return earliest;
	}

	private @Nullable Moment majority(Predicate<Contact> known) {
		Moment sent = latest((contact) -> known.test(contact) ? contact.answered() : null);
		return (sent != null) ? sent.plus(this.settings.lease()) : null;
	}

	private @Nullable Moment latest(Answered of) {
		List<Moment> answers = new ArrayList<>(SeatConfiguration.MAX_SEATS);
		for (String name : this.configuration.voters()) {
			Contact contact = this.contacts.get(name);
			Moment answered = (contact != null) ? of.moment(contact) : null;
			if (answered != null) {
				answers.add(answered);
			}
		}
		int required = this.configuration.required();
		if (answers.size() < required || !this.configuration.isKnown()) {
			return null;
		}
		long base = answers.get(0).nanos();
		answers.sort(Comparator.comparingLong((answer) -> base - answer.nanos()));
		Moment sent = answers.get(0);
		for (Moment answer : answers.subList(0, required)) {
			sent = sent.earliest(answer);
		}
		return sent;
	}

	/*
	 * An epoch that is too low stays so. A holder's promise may end in time: then the
	 * claim waits, unless voters that have accepted it keep others from the same.
	 */
	private boolean isHopeless(HeldKey child) {
		int open = 0;
		int waiting = 0;
		boolean accepted = false;
		for (String name : this.configuration.voters()) {
			Contact contact = this.contacts.get(name);
			boolean accepts = contact != null && child.isAcceptedBy(contact);
			Refused refused = child.refused.get(name);
			accepted |= accepts;
			open += (accepts || refused == null) ? 1 : 0;
			waiting += (!accepts && refused != null && refused.holder() != null) ? 1 : 0;
		}
		int required = this.configuration.required();
		return open + waiting < required || (accepted && open < required);
	}

	private void withdraw(HeldKey child, Moment now) {
		release(child.key, child.epoch, now);
		this.listener.refused(child.key, child.epoch, ClaimRefusal.of(child, this.configuration, this.contacts));
	}

	/**
	 * End what has ended. Called before anything else is done with a new point in time.
	 */
	void expire(Moment now) {
		if (this.firstEnd == null || !this.firstEnd.isPast(now)) {
			return;
		}
		this.firstEnd = null;
		for (HeldKey child : List.copyOf(this.held.values())) {
			Moment end = child.end;
			if (end != null && end.isPast(now)) {
				this.held.remove(child.key);
				this.listener.lost(child.key, child.epoch);
			}
			else if (end == null && child.deadline.isPast(now)) {
				withdraw(child, now);
			}
			else {
				ends((end != null) ? end : child.deadline);
			}
		}
		/*
		 * A voter that has answered anything since has seen the release, and the promise
		 * of one that has not is over.
		 */
		List.copyOf(this.releases.entrySet()).forEach((release) -> {
			Moment over = release.getValue().since.plus(this.settings.promise());
			if (over.isPast(now)) {
				this.releases.remove(release.getKey());
				if (!release.getValue().agreed) {
					this.listener.released(release.getKey(), release.getValue().epoch, false);
				}
			}
			else {
				ends(over);
			}
		});
	}

	private void ends(Moment end) {
		this.firstEnd = (this.firstEnd != null) ? this.firstEnd.earliest(end) : end;
	}

	/**
	 * Return the first point in time at which something ends.
	 */
	@Nullable Moment firstEnd() {
		return this.firstEnd;
	}

	Collection<HeldKey> held() {
		return this.held.values();
	}

	private interface Answered {

		@Nullable Moment moment(Contact contact);

	}

	/**
	 * A child that was released.
	 */
	record ReleasedKey(long epoch, Moment since, List<String> confirmed, boolean agreed) {

		ReleasedKey confirmedBy(String voter) {
			if (this.confirmed.contains(voter)) {
				return this;
			}
			List<String> confirmed = new ArrayList<>(this.confirmed);
			confirmed.add(voter);
			return new ReleasedKey(this.epoch, this.since, List.copyOf(confirmed), this.agreed);
		}

		ReleasedKey withAgreement() {
			return new ReleasedKey(this.epoch, this.since, this.confirmed, true);
		}

	}

}
