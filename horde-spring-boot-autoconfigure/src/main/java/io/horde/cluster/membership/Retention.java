package io.horde.cluster.membership;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.horde.cluster.MemberStatus;
import io.horde.crdt.ReplicaId;
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

}
