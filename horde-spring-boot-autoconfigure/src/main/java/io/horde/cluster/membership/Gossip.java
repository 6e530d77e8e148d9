package io.horde.cluster.membership;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.ClusterMessage.Buckets;
import io.horde.cluster.protocol.ClusterMessage.Expulsion;
import io.horde.cluster.protocol.ClusterMessage.Heartbeat;
import io.horde.cluster.protocol.ClusterMessage.Records;
import io.horde.cluster.protocol.ClusterMessage.Summary;
import io.horde.cluster.protocol.ClusterMessage.Told;
import io.horde.cluster.protocol.ClusterMessage.Versions;
import io.horde.cluster.protocol.DeclaredMembers;
import io.horde.cluster.protocol.Hello;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.cluster.protocol.Reachability;
import io.horde.cluster.protocol.Refusal;
import io.horde.cluster.protocol.Refused;
import io.horde.cluster.protocol.Report;
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
	 *
	 * In a sparse overlay there are many records, and each member is heard by few. So
	 * records that are new are passed on to the neighbours that have not told of them
	 * themselves, a little later, in one frame. While that goes on, digests differ all
	 * the time; summaries are exchanged only if neither side changes any more, and only
	 * of those buckets of names that differ. Heartbeats that come at once, after a pause
	 * or a cut, are old.
	 */

	private final EventLoop loop;

	private final Members members;

	private final Router router;

	private final Topologies topologies;

	private final Detector detector;

	private final Admission admission;

	private final AwakeClock clock;

	private final SortedMap<String, HeartbeatPart> parts = new TreeMap<>();

	private final PeerErrorLog errors;

	private final MembershipEvents events;

	private final long interval;

	private DeclaredMembers declared = DeclaredMembers.NONE;

	Gossip(MembershipContext context, Router router, Topologies topologies, Detector detector, Admission admission,
			PeerErrorLog errors, MembershipEvents events) {
		this.loop = context.loop();
		this.members = context.members();
		this.router = router;
		this.topologies = topologies;
		this.detector = detector;
		this.admission = admission;
		this.clock = context.clock();
		this.errors = errors;
		this.events = events;
		this.interval = context.settings().heartbeatInterval().toNanos();
		contribute(new DeclaredPart(this.members, () -> this.declared, (told) -> merge(told, false)));
	}

	void contribute(HeartbeatPart part) {
		if (this.parts.put(part.name(), part) != null) {
			throw new IllegalStateException("Two heartbeat parts are named " + part.name());
		}
	}

	DeclaredMembers declared() {
		return this.declared;
	}

	void declare(List<String> addresses) {
		long stamp = Math.max(this.loop.currentTimeMillis(), this.declared.stamp() + 1);
		merge(new DeclaredMembers(stamp, this.members.self().node(), addresses), true);
	}

	void beat() {
		SortedMap<ReplicaId, Reachability> opinions = this.detector.opinions();
		Topology topology = this.topologies.now();
		Set<Peer> asked = topology.asked();
		topology.heartbeatReceivers().forEach((peer) -> beat(peer, opinions, asked.contains(peer)));
	}

	private void beat(Peer peer, SortedMap<ReplicaId, Reachability> opinions, boolean asked) {
		if (!this.router.isReachable(peer)) {
			return;
		}
		Topology topology = this.topologies.now();
		MemberRecord own = this.members.own();
		SortedMap<String, byte[]> written = new TreeMap<>();
		for (HeartbeatPart part : this.parts.values()) {
			byte[] bytes = part.write(peer.id());
			if (bytes.length > 0) {
				written.put(part.name(), bytes);
			}
		}
		MemberRecord record = (peer.recordSent() < own.version()) ? own : null;
		Heartbeat heartbeat = new Heartbeat(this.loop.currentTimeMillis(), record, this.members.digests().all(),
				opinions, written, topology.use(peer, asked));
		/*
		 * Always over the link too, if there is one: were a peer that says it can't hear
		 * this node reached through relays only, it would never hear it again.
		 */
		boolean direct = this.router.sendDirectly(peer, heartbeat);
		boolean sent = (direct && !(topology.isHeartbeatRelayed() && this.router.isDeaf(peer)))
				|| this.router.relay(peer, heartbeat);
		if (sent) {
			peer.conversation().recordSent(own.version());
		}
	}

	/* It may believe that nothing it sends gets here, and take a way round. */
	void heardAgain(Peer peer) {
		beat(peer, this.detector.opinions(), false);
	}

	/**
	 * Take what a member says in the handshake of a link.
	 * @return the member
	 */
	Peer welcome(Hello hello) {
		Peer peer = welcome(hello.member());
		peer.conversation().clockOffset().first(hello.wallClock() - this.loop.currentTimeMillis());
		return peer;
	}

	/**
	 * Tell a member what is new of others.
	 * @return whether it was sent
	 */
	boolean tell(Peer peer, Records news) {
		boolean sent = this.router.sendDirectly(peer, news);
		if (sent) {
			peer.conversation().recordSent(this.members.own().version());
		}
		return sent;
	}

	void introduce(Peer peer) {
		long summarized = this.topologies.now().summarized();
		if (summarized != 0 || this.declared.isDeclared()) {
			this.router.sendDirectly(peer, summary(false, summarized));
		}
		beat(peer, this.detector.opinions(), false);
	}

	void heartbeat(Peer from, Heartbeat heartbeat) {
		MemberRecord record = heartbeat.record();
		if (record != null && record.id().equals(from.id())) {
			this.topologies.told(from, () -> update(from, record));
		}
		Conversation conversation = from.conversation();
		from.tie().used(heartbeat.use());
		conversation.heartbeat(heartbeat.opinions(), this.members.self());
		boolean old = Peer.age(this.clock.now(), conversation.heartbeatAt()) < this.interval / 2;
		conversation.heartbeat(this.clock.now(), heartbeat.digest() == this.members.digest());
		if (this.clock.mayJudge()) {
			conversation.clockOffset().sample(heartbeat.wallClock() - this.loop.currentTimeMillis());
		}
		compare(from, heartbeat.digest(), old);
		heartbeat.parts().forEach((name, bytes) -> {
			HeartbeatPart part = this.parts.get(name);
			if (part != null) {
				this.errors.guard(from.id(), "heartbeat part " + name, () -> part.read(from.id(), bytes));
			}
		});
	}

	private void compare(Peer from, long digest, boolean old) {
		if (from.hasSameRecords()) {
			from.conversation().introduced();
			from.tie().agreed();
			return;
		}
		switch (this.topologies.now().differs(from, digest, old)) {
			case WAIT -> {
			}
			case SUMMARIZE -> this.router.send(from, summary(false, Summary.ALL));
			case COMPARE -> this.router.sendDirectly(from, new Buckets(this.members.digests().buckets()));
		}
	}

	void buckets(Peer from, Buckets buckets) {
		long[] own = this.members.digests().buckets();
		long differing = 0;
		for (int i = 0; i < own.length && i < buckets.digests().length; i++) {
			differing |= (own[i] != buckets.digests()[i]) ? 1L << i : 0;
		}
		if (differing != 0) {
			this.router.send(from, summary(false, differing));
		}
	}

	void summary(Peer from, Summary summary) {
		merge(summary.declared(), false);
		if (summary.buckets() == 0) {
			return;
		}
		List<Told> lacking = new ArrayList<>();
		Map<Long, Report> reports = new LinkedHashMap<>();
		if (this.members.isOwnIn(summary.buckets())) {
			lacks(summary, this.members.own(), Reachability.HEARD, lacking);
			lacks(summary, this.members.self(), this.members.fingerprint(), this.members.report(), reports);
		}
		for (Peer peer : this.members.peers()) {
			if (Digests.isIn(summary.buckets(), peer.bucket())) {
				lacks(summary, peer.record(), this.detector.reachability(peer), lacking);
				lacks(summary, peer.id(), peer.fingerprint(), peer.report(), reports);
			}
		}
		for (int i = 0; i < lacking.size(); i += Records.BATCH) {
			List<Told> some = lacking.subList(i, Math.min(lacking.size(), i + Records.BATCH));
			this.router.send(from, new Records(some, Map.of()));
			some.forEach((told) -> from.tie().records().remove(told.record().id().node()));
		}
		if (!reports.isEmpty()) {
			this.router.send(from, new Records(List.of(), reports));
		}
		if (!offers(summary)) {
			from.conversation().introduced();
		}
		else if (!summary.reply()) {
			this.router.send(from, summary(true, summary.buckets()));
		}
	}

	void records(Peer from, Records records) {
		this.topologies.told(from, () -> {
			records.records().forEach((told) -> learn(told.record(), from, told.reachability()));
			records.reports().forEach((by, report) -> learn(by, report, from));
		});
		from.conversation().introduced();
	}

	private Peer welcome(MemberRecord record) {
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
			this.router.sendDirectly(older, new Expulsion(
					Refused.replaced("A later start of " + older.name() + " is a member now", record.address())));
		}
		Peer added = this.members.add(record);
		this.topologies.added(added);
		return added;
	}

	private void learn(MemberRecord record, Peer teller, Reachability reachability) {
		if (record.id().node().equals(this.members.self().node())) {
			learnOfOwnName(record, reachability);
			return;
		}
		Peer known = this.members.peer(record.id());
		if (known != null) {
			if (record.version() >= known.record().version()) {
				teller.tie().records().remove(record.id().node());
			}
			update(known, record);
			return;
		}
		if (this.members.forgottenIncarnations().isBelow(record.id())) {
			return;
		}
		switch (this.admission.decide(record)) {
			case ADMIT, REPLACE -> this.detector.learned(admit(record), teller, reachability);
			case WAIT, DUPLICATE, STALE, BEHIND, FORGOTTEN -> {
			}
		}
	}

	/* Of somebody not known here it comes again: the digests differ. */
	private void learn(long by, Report report, Peer teller) {
		Peer known = this.members.peer(by);
		if (known != null) {
			if (report.version() >= known.report().version()) {
				teller.tie().reports().remove(known.name());
			}
			this.members.update(known, report);
		}
	}

	private void learnOfOwnName(MemberRecord record, Reachability reachability) {
		MemberRecord own = this.members.own();
		boolean gone = reachability == Reachability.LOST || reachability == Reachability.CLOSED
				|| record.address().equals(own.address());
		int order = record.id().compareTo(this.members.self());
		if (order == 0 && record.isForgotten()) {
			this.events
				.expelled(new Refused(Refusal.FORGOTTEN, "It was declared gone for good while it was not reachable"));
		}
		else if (order > 0 && own.status() == MemberStatus.JOINING && gone) {
			this.events.expelled(Refused.behind("It", record.id().incarnation()));
		}
		else if (order > 0 && record.status() == MemberStatus.UP) {
			this.events.expelled(
					Refused.replaced("A later start of " + this.members.self().node() + " is UP", record.address()));
		}
	}

	private void update(Peer peer, MemberRecord record) {
		if (this.members.update(peer, record) && record.isForgotten() && peer.isLinked()) {
			this.router.sendDirectly(peer,
					new Expulsion(new Refused(Refusal.FORGOTTEN, "It was declared gone for good")));
		}
	}

	/*
	 * M7: also from a member that is not in this node's list. Refusing it at the
	 * handshake would keep one that was removed while it was cut off from ever hearing of
	 * it, and a newer list that it may bring from ever being heard of.
	 */
	private void merge(DeclaredMembers other, boolean own) {
		if (this.declared.isOverriddenBy(other)) {
			this.declared = other;
			Topology topology = this.topologies.now();
			for (Peer peer : topology.toldOfList(own)) {
				this.router.send(peer, summary(false, topology.summarized()));
			}
			this.events.declared(other);
		}
	}

	private Summary summary(boolean reply, long buckets) {
		return new Summary(reply, this.declared, this.members.versions(buckets), buckets);
	}

	private static void lacks(Summary summary, MemberRecord record, Reachability reachability, List<Told> lacking) {
		Versions versions = summary.versions().get(record.id());
		if (versions == null || versions.record() < record.version()) {
			lacking.add(new Told(record, reachability));
		}
	}

	private static void lacks(Summary summary, ReplicaId by, long fingerprint, Report report,
			Map<Long, Report> lacking) {
		Versions versions = summary.versions().get(by);
		if ((versions != null) ? versions.report() < report.version() : report.version() > 0) {
			lacking.put(fingerprint, report);
		}
	}

	/* Whether it lists something that this node lacks and wants. */
	private boolean offers(Summary summary) {
		for (Map.Entry<ReplicaId, Versions> entry : summary.versions().entrySet()) {
			ReplicaId id = entry.getKey();
			if (id.node().equals(this.members.self().node())) {
				continue;
			}
			Peer known = this.members.named(id.node());
			if (known == null) {
				if (!this.members.forgottenIncarnations().isBelow(id)) {
					return true;
				}
			}
			else if (known.id().compareTo(id) < 0
					|| (known.id().equals(id) && (known.record().version() < entry.getValue().record()
							|| known.report().version() < entry.getValue().report()))) {
				return true;
			}
		}
		return false;
	}

}
