package io.horde.cluster.membership;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.DeclaredMembers;
import io.horde.cluster.protocol.Refusal;
import io.horde.crdt.Fingerprint;
import io.horde.time.EventLoop;
import io.horde.transport.Transport;
import io.horde.transport.TransportHandler.DialFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dials candidates and members, and remembers how that went.
 */
final class Dialling {

	private static final Logger logger = LoggerFactory.getLogger(Dialling.class);

	/** An address without any outcome for so long is not waited for. */
	private static final Duration PATIENCE = Duration.ofSeconds(3);

	/** Puts what was tried more often behind all that was tried less often. */
	private static final long TRY = 1L << 48;

	/** How long outcomes are collected for one line in the log. */
	private static final Duration SUMMARY = Duration.ofSeconds(1);

	private final EventLoop loop;

	private final Transport transport;

	private final Members members;

	private final Topologies topologies;

	private final int most;

	private final long seed;

	private final Map<String, Integer> tries = new HashMap<>();

	private int lonely;

	private final SortedMap<String, Attempt> attempts = new TreeMap<>();

	private final Set<String> aliases = new TreeSet<>();

	private SortedSet<String> candidates = new TreeSet<>();

	private DeclaredMembers declared = DeclaredMembers.NONE;

	private boolean answered;

	private final SortedMap<String, String> unreached = new TreeMap<>();

	private String trouble = "";

	Dialling(MembershipContext context, Topologies topologies, long seed) {
		this.loop = context.loop();
		this.transport = context.transport();
		this.members = context.members();
		this.topologies = topologies;
		this.most = context.settings().overlayAbove();
		this.seed = seed;
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
			boolean kept = peer.isLinked() && this.attempts.containsKey(address);
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
		for (String address : List.copyOf(this.attempts.keySet())) {
			if (!wanted.contains(address)) {
				this.attempts.remove(address);
				this.transport.hangUp(address);
			}
		}
		for (String address : wanted) {
			if (!this.attempts.containsKey(address)) {
				this.attempts.put(address, new Attempt(this.loop.nanoTime()));
				this.transport.dial(address);
			}
		}
	}

	/*
	 * Candidates that are no known members. Of many only some are dialled at a time: one
	 * that answers tells of the others. Those that have failed make room for the next.
	 */
	private void strangers(Set<String> known, SortedSet<String> wanted) {
		List<String> strangers = new ArrayList<>();
		for (String address : this.declared.isDeclared() ? this.declared.addresses() : this.candidates) {
			if (!known.contains(address) && !this.aliases.contains(address)) {
				strangers.add(address);
			}
		}
		if (strangers.size() > this.most) {
			Map<String, Long> order = new HashMap<>();
			strangers.forEach((address) -> order.put(address, this.tries.getOrDefault(address, 0) * TRY
					+ (Fingerprint.mix(address.hashCode() ^ this.seed) >>> 16)));
			strangers.sort(Comparator.comparing(order::get));
			strangers = strangers.subList(0, this.most);
		}
		wanted.addAll(strangers);
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
		long now = this.loop.nanoTime();
		boolean again = alone;
		if (this.candidates.size() + this.declared.addresses().size() > this.most) {
			for (Map.Entry<String, Attempt> entry : this.attempts.entrySet()) {
				Attempt attempt = entry.getValue();
				if (attempt.failure != null && !attempt.counted && now - attempt.dialledAt > PATIENCE.toNanos()) {
					attempt.counted = true;
					this.tries.merge(entry.getKey(), 1, Integer::sum);
					again = true;
				}
			}
		}
		if (again) {
			refresh();
		}
	}

	/**
	 * Give up a link that neither end needs.
	 */
	void part(Peer peer) {
		this.attempts.remove(peer.record().address());
		this.transport.hangUp(peer.record().address());
	}

	void linkUp(String address) {
		Attempt attempt = this.attempts.get(address);
		if (attempt != null) {
			attempt.tried = true;
			attempt.failure = null;
			attempt.refusal = null;
		}
	}

	/* Returns the refusal, so that one that is final can be obeyed. */
	@Nullable Refusal failed(String address, DialFailure failure, String reason) {
		boolean refused = failure == DialFailure.REFUSED_BY_PEER || failure == DialFailure.REFUSED_BY_US;
		Refusal refusal = refused ? Refusal.in(reason) : null;
		if (refusal == Refusal.SELF) {
			this.aliases.add(address);
			refresh();
			return refusal;
		}
		Attempt attempt = this.attempts.get(address);
		if (attempt == null) {
			return refusal;
		}
		boolean again = attempt.failure == failure && Objects.equals(attempt.refusal, refusal);
		attempt.told &= again;
		attempt.failure = failure;
		attempt.refusal = refusal;
		attempt.tried = refusal != Refusal.WAIT;
		// A node that is just starting may be too busy to answer the first time
		if (!attempt.told && (again || failure != DialFailure.FOREIGN)) {
			attempt.told = true;
			log(address, failure, refusal, reason);
		}
		return refusal;
	}

	private void log(String address, DialFailure failure, @Nullable Refusal refusal, String reason) {
		switch (failure) {
			case UNREACHABLE -> {
				if (this.unreached.isEmpty()) {
					this.loop.schedule(SUMMARY, this::logUnreached);
				}
				this.unreached.put(address, reason);
			}
			case FOREIGN -> logger.warn(
					"Whoever listens at {} is no member of this cluster: {}. Check the address, and that horde.cluster.name and horde.transport.secret are the same everywhere. Horde keeps trying",
					address, reason);
			case REFUSED_BY_PEER, REFUSED_BY_US -> {
				if (refusal == Refusal.WAIT) {
					logger.debug("Not yet linked to {}: {}", address, reason);
				}
				else {
					logger.warn("No link to {}: {}. Horde keeps trying", address, reason);
				}
			}
		}
	}

	/*
	 * Many candidates are often absent at once, as when a list has room for nodes to
	 * come: one line for all, and none for members, of which the membership has told.
	 */
	private void logUnreached() {
		for (Peer peer : this.members.peers()) {
			this.unreached.remove(peer.record().address());
		}
		this.unreached.keySet().removeIf((address) -> {
			Attempt attempt = this.attempts.get(address);
			return attempt == null || attempt.failure != DialFailure.UNREACHABLE;
		});
		if (!this.unreached.isEmpty()) {
			logger.info("Nobody is reached so far at {}: {}. Horde keeps trying",
					String.join(", ", this.unreached.keySet()), this.unreached.get(this.unreached.firstKey()));
			this.unreached.clear();
		}
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
		SortedSet<String> linked = new TreeSet<>();
		List<Peer> living = new ArrayList<>();
		int introducing = 0;
		int joining = 0;
		int up = (this.members.own().status() == MemberStatus.UP) ? 1 : 0;
		int selfUp = up;
		for (Peer peer : this.members.peers()) {
			if (!peer.isLiving()) {
				continue;
			}
			living.add(peer);
			if (peer.isLinked()) {
				linked.add(peer.record().address());
				introducing += peer.isIntroduced() ? 0 : 1;
			}
			if (this.topologies.now().isAwaited(peer)) {
				joining += (peer.status() == MemberStatus.JOINING) ? 1 : 0;
			}
			up += (peer.status() == MemberStatus.UP) ? 1 : 0;
		}
		int untried = 0;
		int foreign = 0;
		int incompatible = 0;
		long now = this.loop.nanoTime();
		for (Map.Entry<String, Attempt> entry : this.attempts.entrySet()) {
			Attempt attempt = entry.getValue();
			if (linked.contains(entry.getKey())) {
				continue;
			}
			if (!attempt.tried && (attempt.refusal != null || now - attempt.dialledAt < PATIENCE.toNanos())) {
				untried++;
			}
			foreign += (attempt.failure == DialFailure.FOREIGN) ? 1 : 0;
			incompatible += (attempt.refusal == Refusal.PROTOCOL) ? 1 : 0;
		}
		if (linked.isEmpty() && this.candidates.size() > this.most) {
			untried += (int) this.candidates.stream()
				.filter((address) -> !this.tries.containsKey(address) && !this.attempts.containsKey(address)
						&& !this.aliases.contains(address))
				.count();
		}
		return new BootGate.Facts(sinceStart, this.answered, untried, introducing, foreign, incompatible,
				living.size() + 1, up, joining, selfUp > 0);
	}

	/**
	 * How it went with one address.
	 */
	private static final class Attempt {

		private final long dialledAt;

		private boolean tried;

		private boolean counted;

		private boolean told;

		private @Nullable DialFailure failure;

		private @Nullable Refusal refusal;

		private Attempt(long dialledAt) {
			this.dialledAt = dialledAt;
		}

	}

}
