package io.horde.cluster.membership;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.DeclaredMembers;
import io.horde.cluster.protocol.Refusal;
import io.horde.crdt.Fingerprint;
import io.horde.transport.Transport;
import io.horde.transport.TransportHandler.DialFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dials candidates and members.
 */
final class Dialling {

	private static final Logger logger = LoggerFactory.getLogger(Dialling.class);

	/** Puts what was tried more often behind all that was tried less often. */
	private static final long TRY = 1L << 48;

	private final Transport transport;

	private final Members members;

	private final Topologies topologies;

	private final int most;

	private final long seed;

	private int lonely;

	final DialAttempts attempts;

	private final Set<String> aliases = new TreeSet<>();

	private SortedSet<String> candidates = new TreeSet<>();

	private DeclaredMembers declared = DeclaredMembers.NONE;

	private boolean answered;

	private String trouble = "";

	Dialling(MembershipContext context, Topologies topologies, long seed) {
		this.transport = context.transport();
		this.members = context.members();
		this.topologies = topologies;
		this.most = context.settings().overlayAbove();
		this.seed = seed;
		this.attempts = new DialAttempts(context);
	}

	/* An empty answer is no news: it must never dissolve a cluster. */
	void candidates(List<String> addresses) {
		if (addresses.isEmpty()) {
			trouble("Discovery lists nobody; keeping the last " + this.candidates.size() + " candidates");
			return;
		}
		trouble("");
		this.answered = true;
		this.candidates = new TreeSet<>(addresses);
		refresh();
	}

	void candidatesFailed(String reason) {
		trouble("Discovery failed: " + reason + "; keeping the last " + this.candidates.size() + " candidates");
	}

	void declared(DeclaredMembers declared) {
		this.declared = declared;
		this.answered = true;
		refresh();
	}

	/* Candidates, and the members whom others have told of. */
	void refresh() {
		SortedSet<String> wanted = new TreeSet<>();
		Set<String> known = new HashSet<>();
		for (Peer peer : this.members.peers()) {
			String address = peer.record().address();
			boolean kept = peer.isLinked() && this.attempts.contains(address);
			if (kept || (peer.tie().isNeighbour() && !peer.hasLeft())) {
				wanted.add(address);
			}
			if (!peer.hasLeft()) {
				known.add(address);
			}
		}
		strangers(known, wanted);
		if (this.members.linked().isEmpty()) {
			anybody(wanted);
		}
		wanted.remove(this.members.own().address());
		wanted.removeAll(this.aliases);
		for (String address : this.attempts.addresses()) {
			if (!wanted.contains(address)) {
				this.attempts.end(address);
				this.transport.hangUp(address);
			}
		}
		wanted.stream().filter(this.attempts::begin).forEach(this.transport::dial);
	}

	/*
	 * Candidates that are no known members. Of many only some are dialled at a time: one
	 * that answers tells of the others. Those that have failed make room for the next.
	 */
	private void strangers(Set<String> known, SortedSet<String> wanted) {
		Collection<String> listed = this.declared.isDeclared() ? this.declared.addresses() : this.candidates;
		listed.stream()
			.filter((address) -> !known.contains(address) && !this.aliases.contains(address))
			.sorted(Comparator.comparingLong(this::turn))
			.limit(this.most)
			.forEach(wanted::add);
	}

	/* Those that have failed come last; besides, each node has an order of its own. */
	private long turn(String address) {
		return this.attempts.failures(address) * TRY + (Fingerprint.mix(address.hashCode() ^ this.seed) >>> 16);
	}

	/* A node without any link does not wait until it finds its neighbours gone. */
	private void anybody(SortedSet<String> wanted) {
		List<Peer> others = this.members.peers().stream().filter((peer) -> !peer.hasLeft()).toList();
		for (int i = 0; i < Math.min(this.most, others.size()); i++) {
			long place = Fingerprint.of(this.seed, this.lonely + i);
			wanted.add(others.get((int) Math.floorMod(place, (long) others.size())).record().address());
		}
	}

	/**
	 * See whether others should be dialled than now. Called with each heartbeat.
	 */
	void tick() {
		boolean alone = this.members.linked().isEmpty();
		this.lonely = alone ? this.lonely + 1 : 0;
		boolean many = this.candidates.size() + this.declared.addresses().size() > this.most;
		if ((many && this.attempts.countFailures()) || alone) {
			refresh();
		}
	}

	/**
	 * Give up a link that neither end needs.
	 */
	void part(Peer peer) {
		this.attempts.end(peer.record().address());
		this.transport.hangUp(peer.record().address());
	}

	void failed(String address, DialFailure failure, @Nullable Refusal refusal, String reason) {
		if (refusal == Refusal.SELF) {
			this.aliases.add(address);
			refresh();
			return;
		}
		this.attempts.failed(address, failure, refusal, reason);
	}

	private void trouble(String trouble) {
		if (!trouble.isEmpty() && !trouble.equals(this.trouble)) {
			logger.warn("{}", trouble);
		}
		this.trouble = trouble;
	}

	/**
	 * Return what is known about the boot.
	 * @param sinceStart the time since the start
	 * @return the facts
	 */
	BootGate.Facts facts(Duration sinceStart) {
		List<Peer> living = this.members.peers().stream().filter(Peer::isLiving).toList();
		Set<String> linked = living.stream()
			.filter(Peer::isLinked)
			.map((peer) -> peer.record().address())
			.collect(Collectors.toSet());
		int introducing = count(living, (peer) -> peer.isLinked() && !peer.isIntroduced());
		int joining = count(living,
				(peer) -> peer.status() == MemberStatus.JOINING && this.topologies.now().isAwaited(peer));
		boolean selfUp = this.members.own().status() == MemberStatus.UP;
		int up = count(living, (peer) -> peer.status() == MemberStatus.UP) + (selfUp ? 1 : 0);
		DialAttempts.Outcomes outcomes = this.attempts.outcomes(linked);
		int untried = outcomes.untried();
		if (linked.isEmpty() && this.candidates.size() > this.most) {
			untried += count(this.candidates, (address) -> this.attempts.failures(address) == 0
					&& !this.attempts.contains(address) && !this.aliases.contains(address));
		}
		return new BootGate.Facts(sinceStart, this.answered, untried, introducing, outcomes.foreign(),
				outcomes.incompatible(), living.size() + 1, up, joining, selfUp);
	}

	private static <T> int count(Collection<T> all, Predicate<T> predicate) {
		return (int) all.stream().filter(predicate).count();
	}

}
