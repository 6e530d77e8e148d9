package io.horde.crdt;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The causal context of a living replica: a version vector and single dots beyond it
 * (R2). Changed by one thread at a time, read by any.
 *
 * @see <a href="https://arxiv.org/abs/1603.01529">Almeida, Shoker, Baquero, Delta State
 * Replicated Data Types (2018)</a>
 */
public final class DotContext {

	/**
	 * How far all is seen of an origin that is gone, and of which nobody has any more
	 * than that (R6). No origin ever writes so much.
	 */
	public static final long CLOSED = Long.MAX_VALUE - 1;

	/*
	 * The vector counts deltas, the singles dots. A dot that is known only because a
	 * removal named it must not be swallowed by the vector before its own delta was
	 * merged: that delta may itself replace older dots. So advance() is called for merged
	 * deltas only, and never looks whether a single would continue the vector.
	 */

	private final Map<ReplicaId, OriginDots> origins = new ConcurrentHashMap<>();

	/*
	 * Origins of which nothing is alive anywhere (R6): all of theirs counts as seen and
	 * nothing is kept.
	 */
	private final Set<ReplicaId> forgotten = ConcurrentHashMap.newKeySet();

	private volatile long digest;

	private volatile int singles;

	/**
	 * Tell whether a write was seen, be it only in its removal.
	 * @param dot the write
	 * @return whether it was
	 */
	public boolean knows(Dot dot) {
		OriginDots origin = this.origins.get(dot.replica());
		return (origin != null && origin.knows(dot.sequence())) || isForgotten(dot.replica());
	}

	/**
	 * Return up to where the writes of an origin were merged.
	 * @param origin the origin
	 * @return the sequence number, 0 if there were none
	 */
	public long covered(ReplicaId origin) {
		if (isForgotten(origin)) {
			return Long.MAX_VALUE;
		}
		OriginDots state = this.origins.get(origin);
		return (state != null) ? state.covered() : 0;
	}

	/**
	 * Return up to where the writes of an origin were merged in truth, where it matters:
	 * not if it is gone and all of it counts as seen.
	 * @param origin the origin
	 * @return the sequence number, 0 if there were none
	 */
	public long merged(ReplicaId origin) {
		return merged(covered(origin));
	}

	static long merged(long covered) {
		return (covered < CLOSED) ? covered : 0;
	}

	/**
	 * Tell whether all was seen that another replica had seen, but for origins that are
	 * gone and all of which counts as seen.
	 * @param theirs the other's context
	 * @return whether nothing is missing
	 */
	public boolean contains(CausalContext theirs) {
		return theirs.vector().keySet().stream().allMatch((origin) -> covered(origin) >= theirs.merged(origin))
				&& theirs.singles().stream().allMatch(this::knows);
	}

	/**
	 * Return one and the same instance for equal ids, so that a million dots share a few.
	 * @param replica an id
	 * @return an equal one
	 */
	public ReplicaId intern(ReplicaId replica) {
		return origin(replica).id();
	}

	/**
	 * Return the instance that is kept here, if there is one.
	 * @param replica an id
	 * @return an equal one, which may be the same
	 */
	public ReplicaId known(ReplicaId replica) {
		OriginDots origin = this.origins.get(replica);
		return (origin != null) ? origin.id() : replica;
	}

	/**
	 * Take notice that all writes of an origin up to a sequence number are merged.
	 * Nothing is ever taken back.
	 * @param replica the origin
	 * @param sequence the sequence number
	 */
	public void advance(ReplicaId replica, long sequence) {
		OriginDots origin = origin(replica);
		if (sequence > origin.covered() && !isForgotten(replica)) {
			long before = origin.digest();
			this.singles -= origin.advance(sequence);
			this.digest += origin.digest() - before;
		}
	}

	/**
	 * Take notice of a single write.
	 * @param dot the write
	 */
	public void add(Dot dot) {
		OriginDots origin = origin(dot.replica());
		if (dot.sequence() <= origin.covered() || isForgotten(dot.replica())) {
			return;
		}
		long before = origin.digest();
		if (origin.add(dot.sequence())) {
			this.digest += origin.digest() - before;
			this.singles++;
		}
	}

	/**
	 * Return a fingerprint of the context: equal for equal ones, and hardly ever for
	 * others.
	 * @return 64 bits
	 */
	public long digest() {
		return this.digest;
	}

	/**
	 * Return how many single dots there are.
	 * @return their number
	 */
	public int singles() {
		return this.singles;
	}

	/**
	 * Return how many origins the version vector has.
	 * @return their number
	 */
	public int size() {
		return (int) this.origins.values().stream().filter((origin) -> origin.covered() > 0).count();
	}

	/**
	 * Return what is seen now. Of writes that are made meanwhile it may contain some.
	 * @return an immutable copy
	 */
	public CausalContext snapshot() {
		SortedMap<ReplicaId, Long> vector = new TreeMap<>();
		SortedMap<ReplicaId, long[]> beyond = new TreeMap<>();
		this.origins.forEach((id, origin) -> {
			Set<Long> extra = origin.singles();
			if (origin.covered() > 0) {
				vector.put(id, origin.covered());
			}
			if (!extra.isEmpty()) {
				beyond.put(id, extra.stream().mapToLong(Long::longValue).sorted().toArray());
			}
		});
		return new CausalContext(vector, beyond);
	}

	/**
	 * Return the origins of which something is kept.
	 * @return their ids, in no particular order
	 */
	public Collection<ReplicaId> origins() {
		return this.origins.values().stream().filter(OriginDots::isKept).map(OriginDots::id).toList();
	}

	/**
	 * Tell whether there are single dots of an origin.
	 * @param replica the origin
	 * @return whether some of its writes were seen and earlier ones were not
	 */
	public boolean hasGaps(ReplicaId replica) {
		OriginDots origin = this.origins.get(replica);
		return origin != null && !origin.singles().isEmpty();
	}

	/**
	 * Return a fingerprint of what was seen of one origin.
	 * @param replica the origin
	 * @return 64 bits, 0 if nothing was seen
	 */
	public long digest(ReplicaId replica) {
		OriginDots origin = this.origins.get(replica);
		return (origin != null) ? origin.digest() : 0;
	}

	/**
	 * Keep nothing of an origin any more, and take all that may yet come for seen (R6).
	 * @param replica the origin
	 */
	public void forget(ReplicaId replica) {
		this.forgotten.add(replica);
		OriginDots origin = this.origins.remove(replica);
		if (origin != null) {
			this.digest -= origin.digest();
			this.singles -= origin.singles().size();
		}
	}

	/**
	 * Keep not even the name of a forgotten origin.
	 * @param replica the origin
	 */
	public void forgetForGood(ReplicaId replica) {
		this.forgotten.remove(replica);
	}

	/**
	 * Tell whether an origin is forgotten.
	 * @param replica the origin
	 * @return whether all of it counts as seen
	 */
	public boolean isForgotten(ReplicaId replica) {
		return !this.forgotten.isEmpty() && this.forgotten.contains(replica);
	}

	/**
	 * Return what another replica has seen, without the origins that are forgotten here.
	 * @param theirs the other's context
	 * @return the context
	 */
	public CausalContext remembered(CausalContext theirs) {
		return this.forgotten.isEmpty() ? theirs : theirs.without(this.forgotten);
	}

	/**
	 * Keep no objects for origins of which nothing was seen.
	 */
	public void trim() {
		this.origins.values().removeIf((origin) -> !origin.isKept());
	}

	private OriginDots origin(ReplicaId replica) {
		OriginDots origin = this.origins.get(replica);
		return (origin != null) ? origin : this.origins.computeIfAbsent(replica, OriginDots::new);
	}

}
