package io.horde.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.horde.cluster.ClusterMessage.Expulsion;
import io.horde.cluster.ClusterMessage.Heartbeat;
import io.horde.cluster.ClusterMessage.Records;
import io.horde.cluster.ClusterMessage.Summary;
import io.horde.cluster.ClusterMessage.Told;
import io.horde.crdt.ReplicaId;
import io.horde.time.EventLoop;

/**
 * Spreads records, opinions, the declared member list and what upper floors contribute.
 */
final class Gossip {

	/*
	 * A record travels with the next heartbeat after it has changed, and at once when its
	 * owner says so. Everything else is level-triggered: heartbeats carry a digest of all
	 * known records; where digests differ, summaries are exchanged, and each side sends
	 * what the other lacks. So a record reaches members that its owner has no link to,
	 * and a lost frame costs a heartbeat interval.
	 */

	private final EventLoop loop;

	private final Members members;

	private final Router router;

	private final Detector detector;

	private final Admission admission;

	private final AwakeClock clock;

	private final SortedMap<String, HeartbeatPart> parts = new TreeMap<>();

	private final Complaints complaints;

	private final BiConsumer<Refusal, String> expelled;

	private final Consumer<DeclaredMembers> onDeclared;

	private DeclaredMembers declared = DeclaredMembers.NONE;

	Gossip(EventLoop loop, Members members, Router router, Detector detector, Admission admission, AwakeClock clock,
			Complaints complaints, BiConsumer<Refusal, String> expelled, Consumer<DeclaredMembers> onDeclared) {
		this.loop = loop;
		this.members = members;
		this.router = router;
		this.detector = detector;
		this.admission = admission;
		this.clock = clock;
		this.complaints = complaints;
		this.expelled = expelled;
		this.onDeclared = onDeclared;
		contribute(new DeclaredPart(members, () -> this.declared, this::merge));
	}

	void contribute(HeartbeatPart part) {
		if (this.parts.put(part.name(), part) != null) {
			throw new IllegalStateException("Two heartbeat parts are named " + part.name());
		}
	}

	void declare(List<String> addresses) {
		long stamp = Math.max(this.loop.currentTimeMillis(), this.declared.stamp() + 1);
		merge(new DeclaredMembers(stamp, this.members.self().node(), addresses));
		for (Peer peer : this.members.peers()) {
			this.router.send(peer, summary(false));
		}
	}

	/*
	 * To members that are DOWN too if there is a link: else two sides would never meet
	 * again.
	 */
	void beat() {
		SortedMap<ReplicaId, Hearing> opinions = this.detector.opinions();
		for (Peer peer : List.copyOf(this.members.peers())) {
			if (peer.isLinked() || peer.isLiving()) {
				beat(peer, opinions);
			}
		}
	}

	private void beat(Peer peer, SortedMap<ReplicaId, Hearing> opinions) {
		if (!this.router.isReachable(peer)) {
			return;
		}
		MemberRecord own = this.members.own();
		SortedMap<String, byte[]> written = new TreeMap<>();
		for (HeartbeatPart part : this.parts.values()) {
			byte[] bytes = part.write(peer.id());
			if (bytes.length > 0) {
				written.put(part.name(), bytes);
			}
		}
		MemberRecord record = (peer.recordSent < own.version()) ? own : null;
		Heartbeat heartbeat = new Heartbeat(this.loop.currentTimeMillis(), record, this.members.digest(), opinions,
				written);
		/*
		 * Always over the link too, if there is one: were a peer that says it can't hear
		 * this node reached through relays only, it would never hear it again.
		 */
		boolean direct = this.router.sendDirectly(peer, heartbeat);
		boolean sent = (direct && !peer.accuses(own.id())) || this.router.relay(peer, heartbeat);
		if (sent) {
			peer.recordSent = own.version();
		}
	}

	void introduce(Peer peer) {
		this.router.sendDirectly(peer, summary(false));
		beat(peer, this.detector.opinions());
	}

	void heartbeat(Peer from, Heartbeat heartbeat) {
		if (heartbeat.record() != null && heartbeat.record().id().equals(from.id())) {
			update(from, heartbeat.record());
		}
		from.opinions = heartbeat.opinions();
		from.heartbeatAt = this.clock.now();
		from.sameRecords = heartbeat.digest() == this.members.digest();
		if (this.clock.mayJudge()) {
			from.clockOffset.sample(heartbeat.wallClock() - this.loop.currentTimeMillis());
		}
		if (!from.sameRecords) {
			this.router.send(from, summary(false));
		}
		heartbeat.parts().forEach((name, bytes) -> {
			HeartbeatPart part = this.parts.get(name);
			if (part != null) {
				this.complaints.guard(from.id(), "heartbeat part " + name, () -> part.read(from.id(), bytes));
			}
		});
	}

	void summary(Peer from, Summary summary) {
		merge(summary.declared());
		List<Told> lacking = new ArrayList<>();
		lacks(summary, this.members.own(), Hearing.HEARD, lacking);
		for (Peer peer : this.members.peers()) {
			lacks(summary, peer.record(), this.detector.hearing(peer), lacking);
		}
		if (!lacking.isEmpty()) {
			this.router.send(from, new Records(lacking));
		}
		if (!offers(summary)) {
			from.introduced = true;
		}
		else if (!summary.reply()) {
			this.router.send(from, summary(true));
		}
	}

	void records(Peer from, Records records) {
		for (Told told : records.records()) {
			learn(told.record(), from, told.hearing());
		}
		from.introduced = true;
	}

	/**
	 * Take a peer's own record from its hello.
	 * @param record the record
	 * @return the peer
	 */
	Peer welcome(MemberRecord record) {
		Peer known = this.members.peer(record.id());
		if (known != null) {
			update(known, record);
			return known;
		}
		return admit(record);
	}

	private Peer admit(MemberRecord record) {
		Peer older = this.members.named(record.id().node());
		if (older != null && older.isLinked()) {
			this.router.sendDirectly(older, new Expulsion(Refusal.REPLACED,
					"A later start of " + older.name() + " has taken this one's place, at " + record.address()));
		}
		return this.members.add(record);
	}

	private void learn(MemberRecord record, Peer teller, Hearing hearing) {
		if (record.id().node().equals(this.members.self().node())) {
			learnOfOwnName(record);
			return;
		}
		Peer known = this.members.peer(record.id());
		if (known != null) {
			update(known, record);
			return;
		}
		if (this.members.isDropped(record.id())) {
			return;
		}
		switch (this.admission.decide(record)) {
			case ADMIT, REPLACE -> this.detector.learned(admit(record), teller, hearing);
			case WAIT, DUPLICATE, STALE, FORGOTTEN -> {
			}
		}
	}

	private void learnOfOwnName(MemberRecord record) {
		int order = record.id().compareTo(this.members.self());
		if (order == 0 && record.isForgotten()) {
			this.expelled.accept(Refusal.FORGOTTEN,
					"This node was declared gone for good while it was not reachable; start it again");
		}
		else if (order > 0 && record.status() == MemberStatus.UP) {
			this.expelled.accept(Refusal.REPLACED, "A later start of " + this.members.self().node() + " is UP at "
					+ record.address() + "; this one must end. Give each node its own horde.node.name");
		}
	}

	private void update(Peer peer, MemberRecord record) {
		if (this.members.update(peer, record) && record.isForgotten() && peer.isLinked()) {
			this.router.sendDirectly(peer,
					new Expulsion(Refusal.FORGOTTEN, "This node was declared gone for good; start it again"));
		}
	}

	/*
	 * M7: also from a member that is not in this node's list. Refusing it at the
	 * handshake would keep one that was removed while it was cut off from ever hearing of
	 * it, and a newer list that it may bring from ever being heard of.
	 */
	private void merge(DeclaredMembers other) {
		if (this.declared.isOverriddenBy(other)) {
			this.declared = other;
			this.onDeclared.accept(other);
		}
	}

	private Summary summary(boolean reply) {
		return new Summary(reply, this.declared, this.members.versions());
	}

	private static void lacks(Summary summary, MemberRecord record, Hearing hearing, List<Told> lacking) {
		Long version = summary.versions().get(record.id());
		if (version == null || version < record.version()) {
			lacking.add(new Told(record, hearing));
		}
	}

	/* Whether it lists something that this node lacks and wants. */
	private boolean offers(Summary summary) {
		for (ReplicaId id : summary.versions().keySet()) {
			if (id.node().equals(this.members.self().node())) {
				continue;
			}
			Peer known = this.members.named(id.node());
			if (known == null) {
				if (!this.members.isDropped(id)) {
					return true;
				}
			}
			else if (known.id().compareTo(id) < 0 || (known.id().equals(id)
					&& known.record().version() < Objects.requireNonNull(summary.versions().get(id)))) {
				return true;
			}
		}
		return false;
	}

}
