package io.horde.cluster.membership;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.cluster.protocol.Refusal;
import io.horde.time.EventLoop;
import io.horde.transport.TransportHandler.DialFailure;
import io.horde.wire.PrintableText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers how it went with the addresses that are dialled, and reports what fails.
 */
final class DialAttempts {

	private static final Logger logger = LoggerFactory.getLogger(DialAttempts.class);

	/** An address without any outcome for so long is not waited for. */
	private static final Duration PATIENCE = Duration.ofSeconds(3);

	private static final int MAX_REASON = 1000;

	/** How long outcomes are collected for one line in the log. */
	private static final Duration SUMMARY = Duration.ofSeconds(1);

	private final EventLoop loop;

	private final Members members;

	private final SortedMap<String, Attempt> attempts = new TreeMap<>();

	private final Map<String, Integer> failures = new HashMap<>();

	private final SortedMap<String, String> unreached = new TreeMap<>();

	DialAttempts(MembershipContext context) {
		this.loop = context.loop();
		this.members = context.members();
	}

	List<String> addresses() {
		return List.copyOf(this.attempts.keySet());
	}

	boolean contains(String address) {
		return this.attempts.containsKey(address);
	}

	/**
	 * Begin to dial an address.
	 * @return whether it was not being dialled already
	 */
	boolean begin(String address) {
		return this.attempts.putIfAbsent(address, new Attempt(this.loop.nanoTime())) == null;
	}

	void end(String address) {
		this.attempts.remove(address);
	}

	void succeeded(String address) {
		Attempt attempt = this.attempts.get(address);
		if (attempt != null) {
			attempt.tried = true;
			attempt.failure = null;
			attempt.refusal = null;
		}
	}

	void failed(String address, DialFailure failure, @Nullable Refusal refusal, String reason) {
		Attempt attempt = this.attempts.get(address);
		if (attempt == null) {
			return;
		}
		boolean again = attempt.failure == failure && Objects.equals(attempt.refusal, refusal);
		attempt.told &= again;
		attempt.failure = failure;
		attempt.refusal = refusal;
		attempt.tried = refusal != Refusal.WAIT;
		// A node that is just starting may be too busy to answer the first time
		if (!attempt.told && (again || failure != DialFailure.FOREIGN)) {
			attempt.told = true;
			log(address, failure, refusal, PrintableText.of(reason, MAX_REASON));
		}
	}

	/**
	 * Count each address that has failed for long, once an attempt.
	 * @return whether there was any
	 */
	boolean countFailures() {
		boolean any = false;
		long now = this.loop.nanoTime();
		for (Map.Entry<String, Attempt> entry : this.attempts.entrySet()) {
			Attempt attempt = entry.getValue();
			if (attempt.failure != null && !attempt.counted && now - attempt.dialledAt > PATIENCE.toNanos()) {
				attempt.counted = true;
				this.failures.merge(entry.getKey(), 1, Integer::sum);
				any = true;
			}
		}
		return any;
	}

	/**
	 * Return how often an address was counted as failed.
	 */
	int failures(String address) {
		return this.failures.getOrDefault(address, 0);
	}

	/**
	 * Return how it went so far.
	 * @param linked the addresses of members with a link, which are not looked at
	 */
	Outcomes outcomes(Set<String> linked) {
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
		return new Outcomes(untried, foreign, incompatible);
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
					logger.warn("No link to {}: {} ({}). Horde keeps trying", address, reason,
							(refusal != null) ? refusal : "refused");
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

	/**
	 * How it went with all addresses.
	 *
	 * @param untried how many have neither been reached nor failed
	 * @param foreign at how many somebody else listens
	 * @param incompatible at how many a peer refuses the protocol
	 */
	record Outcomes(int untried, int foreign, int incompatible) {

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
