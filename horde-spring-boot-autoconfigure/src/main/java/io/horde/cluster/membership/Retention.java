package io.horde.cluster.membership;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.crdt.ReplicaId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets members that are gone for good (R6).
 */
final class Retention {

	private static final Logger logger = LoggerFactory.getLogger(Retention.class);

	private final Members members;

	private final AwakeClock clock;

	private final long forgetAfter;

	/** Since when members have been {@code DOWN} or {@code LEFT}. */
	private final Map<ReplicaId, Long> goneSince = new HashMap<>();

	private boolean anybodyGone;

	private long lookedAt = -1;

	Retention(Members members, AwakeClock clock, MembershipSettings settings) {
		this.members = members;
		this.clock = clock;
		this.forgetAfter = settings.forgetAfter().toNanos();
	}

	/* One member that sees more than half of the others writes it; all drop it later. */
	void tick() {
		long now = this.clock.now();
		this.members.forgottenIncarnations().tidy(now - 2 * this.forgetAfter);
		if (!this.anybodyGone && this.lookedAt == this.members.population()) {
			return;
		}
		this.lookedAt = this.members.population();
		this.anybodyGone = false;
		this.goneSince.keySet().removeIf((id) -> this.members.peer(id) == null);
		for (Peer peer : List.copyOf(this.members.peers())) {
			this.anybodyGone |= !peer.isLiving();
			if (peer.isLiving()) {
				this.goneSince.remove(peer.id());
				continue;
			}
			long since = this.goneSince.computeIfAbsent(peer.id(), (id) -> now);
			if (now - since > this.forgetAfter) {
				if (peer.hasLeft()) {
					this.goneSince.remove(peer.id());
					this.members.drop(peer, now);
				}
				else if (mayForget()) {
					forget(peer.name());
				}
			}
		}
	}

	void forget(String name) {
		Peer peer = this.members.named(name);
		if (peer != null && !peer.isLiving() && !peer.hasLeft()) {
			logger.info("Member {} is forgotten: it counts as having left, and what it left behind is removed", name);
			peer.life().remark("it is forgotten");
			this.goneSince.remove(peer.id());
			this.members.update(peer, peer.record().forgotten());
		}
	}

	static void requireGone(String name, MembershipView view) {
		boolean known = view.members().stream().anyMatch((member) -> member.name().equals(name));
		if (!known) {
			throw new IllegalArgumentException("There is no member " + name);
		}
		MemberState living = view.living(name);
		if (living != null) {
			throw new IllegalStateException("Member " + name + " is " + living.status()
					+ "; only one that is DOWN can be forgotten, others leave by themselves");
		}
	}

	private boolean mayForget() {
		int living = 1;
		boolean first = true;
		for (Peer peer : this.members.peers()) {
			living += peer.isLiving() ? 1 : 0;
			first &= peer.status() != MemberStatus.UP || peer.id().compareTo(this.members.self()) > 0;
		}
		return first && this.members.own().status() == MemberStatus.UP && living * 2 > this.members.peers().size() + 1;
	}

	/**
	 * The last incarnations of members that are forgotten: up to these none is learned
	 * again (R6).
	 */
	static final class ForgottenIncarnations {

		private final Map<String, Last> last = new TreeMap<>();

		void add(MemberRecord record, long now) {
			this.last.put(record.id().node(), new Last(record.id().incarnation(), now, record.address()));
		}

		boolean isBelow(ReplicaId id) {
			return id.incarnation() <= incarnation(id.node());
		}

		/**
		 * Return the highest incarnation of a name that was dropped.
		 * @param name the name
		 * @return the incarnation, or -1
		 */
		long incarnation(String name) {
			Last last = this.last.get(name);
			return (last != null) ? last.incarnation() : -1;
		}

		@Nullable ReplicaId at(String address, Predicate<String> isTaken) {
			for (Map.Entry<String, Last> entry : this.last.entrySet()) {
				if (entry.getValue().address().equals(address) && !isTaken.test(entry.getKey())) {
					return new ReplicaId(entry.getKey(), entry.getValue().incarnation());
				}
			}
			return null;
		}

		/**
		 * Don't remember any longer who was forgotten before a time. Whoever comes back
		 * even after that learns from the chain of forgets that it is out of date.
		 */
		void tidy(long before) {
			this.last.values().removeIf((last) -> last.since() < before);
		}

		private record Last(long incarnation, long since, String address) {

		}

	}

}
