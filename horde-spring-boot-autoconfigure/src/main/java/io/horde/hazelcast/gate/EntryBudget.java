package io.horde.hazelcast.gate;

import java.net.InetAddress;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * How many connections may wait for a proof, and how many handshakes may begin: so many
 * from one source, so many in all, and more from where peers are (G4).
 */
final class EntryBudget {

	/*
	 * A first message costs a few milliseconds of a processor, a waiting connection a
	 * descriptor and some kilobytes.
	 */

	static final int MAX_UNPROVED = 256;

	static final int MAX_UNPROVED_OF_STRANGER = 32;

	static final int MAX_UNPROVED_OF_KNOWN = 192;

	private static final int KNOWN_BURST = 128;

	private static final int KNOWN_PER_SECOND = 64;

	private static final int STRANGERS_BURST = 32;

	private static final int STRANGERS_PER_SECOND = 16;

	private static final int STRANGER_BURST = 8;

	private static final int STRANGER_PER_SECOND = 4;

	private static final int REMEMBERED = 1024;

	/**
	 * So few, for so long, after descriptors have run out.
	 */
	static final int MAX_UNPROVED_IN_NEED = 16;

	private static final long NEED = TimeUnit.MINUTES.toNanos(1);

	/** Of so many descriptors one may be a stranger's: even to load a class takes one. */
	private static final int DESCRIPTORS = 8;

	private final LongSupplier nanoTime;

	private final int most;

	private final Allowance knownSources;

	private final Allowance strangers;

	private final Map<InetAddress, Allowance> bySource = new LinkedHashMap<>(16, 0.75f, true);

	private final Set<InetAddress> known = new LinkedHashSet<>();

	private long lastNeed;

	/**
	 * Creates a budget of which nothing is used.
	 * @param nanoTime a monotonic clock
	 * @param descriptors how many descriptors this process may have
	 */
	EntryBudget(LongSupplier nanoTime, long descriptors) {
		this.most = (int) Math.max(MAX_UNPROVED_IN_NEED, Math.min(MAX_UNPROVED, descriptors / DESCRIPTORS));
		this.nanoTime = nanoTime;
		this.lastNeed = nanoTime.getAsLong() - NEED;
		this.knownSources = new Allowance(KNOWN_BURST, KNOWN_PER_SECOND, nanoTime);
		this.strangers = new Allowance(STRANGERS_BURST, STRANGERS_PER_SECOND, nanoTime);
	}

	/**
	 * Remember where a peer is: somebody whom this node dials, or who was proved.
	 * @param source an address
	 */
	void know(InetAddress source) {
		this.known.remove(source);
		this.known.add(source);
		shorten(this.known);
	}

	boolean isKnown(InetAddress source) {
		return this.known.contains(source);
	}

	/**
	 * Descriptors have run out: leave some to the rest of the application.
	 */
	void save() {
		this.lastNeed = this.nanoTime.getAsLong();
	}

	private int maxUnproved() {
		return (this.nanoTime.getAsLong() - this.lastNeed < NEED) ? MAX_UNPROVED_IN_NEED : this.most;
	}

	/**
	 * Tell whether more wait than may.
	 * @param waiting how many wait
	 * @return {@code true} if some have to go
	 */
	boolean isExceededBy(int waiting) {
		return waiting > maxUnproved();
	}

	/**
	 * Let a handshake begin.
	 * @param source where it comes from
	 * @return whether it may; else later
	 */
	boolean begin(InetAddress source) {
		if (isKnown(source)) {
			return this.knownSources.use();
		}
		Allowance own = this.bySource.computeIfAbsent(source,
				(key) -> new Allowance(STRANGER_BURST, STRANGER_PER_SECOND, this.nanoTime));
		shorten(this.bySource.keySet());
		return own.use() && this.strangers.use();
	}

	/**
	 * Find who has to go when one more comes.
	 * @param source where it comes from
	 * @param waiting all who wait for a proof, in the order of their arrival
	 * @return who has to go, {@code null} if there is room
	 */
	@Nullable Waiting victim(InetAddress source, Collection<? extends Waiting> waiting) {
		int limit = isKnown(source) ? MAX_UNPROVED_OF_KNOWN : MAX_UNPROVED_OF_STRANGER;
		if (waiting.stream().filter((other) -> other.source().equals(source)).count() >= limit) {
			return least(waiting, source);
		}
		if (waiting.size() < maxUnproved()) {
			return null;
		}
		for (Waiting other : waiting) {
			if (!isKnown(other.source())) {
				return other;
			}
		}
		return least(waiting, null);
	}

	/* Who has got nowhere yet, and has had the most time for it. */
	private static @Nullable Waiting least(Collection<? extends Waiting> waiting, @Nullable InetAddress source) {
		Waiting least = null;
		for (Waiting other : waiting) {
			if ((source == null || other.source().equals(source))
					&& (least == null || other.progress() < least.progress())) {
				least = other;
			}
		}
		return least;
	}

	private static void shorten(Set<InetAddress> addresses) {
		if (addresses.size() > REMEMBERED) {
			addresses.remove(addresses.iterator().next());
		}
	}

	/**
	 * A connection that waits for a proof.
	 */
	interface Waiting {

		InetAddress source();

		/**
		 * Tell how far it is.
		 * @return more is further
		 */
		int progress();

	}

}
