package io.horde.crdt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a replica has seen at one moment: for each origin all writes up to a sequence
 * number, and single ones beyond (R2). Immutable; iterates in the order of the replicas.
 *
 * @see <a href="https://arxiv.org/abs/1011.5808">Preguiça, Baquero, Almeida, Fonte,
 * Gonçalves, Dotted Version Vectors: Logical Clocks for Optimistic Replication (2010)</a>
 */
public final class CausalContext {

	/**
	 * The context of a replica that has seen nothing.
	 */
	public static final CausalContext EMPTY = new CausalContext(Collections.emptySortedMap(),
			Collections.emptySortedMap());

	private final Map<ReplicaId, Long> vector;

	private final Map<ReplicaId, long[]> singles;

	/**
	 * Creates a context.
	 * @param vector for each origin the last sequence number up to which all is seen
	 * @param singles for each origin the sequence numbers beyond that are seen, ascending
	 */
	public CausalContext(SortedMap<ReplicaId, Long> vector, SortedMap<ReplicaId, long[]> singles) {
		this.vector = new LinkedHashMap<>(vector);
		this.singles = new LinkedHashMap<>(singles);
	}

	/**
	 * Make a context.
	 * @param vector the version vector
	 * @param singles the single dots, in any order
	 * @return the context
	 */
	public static CausalContext of(SortedMap<ReplicaId, Long> vector, Collection<Dot> singles) {
		SortedMap<ReplicaId, SortedSet<Long>> sequences = new TreeMap<>();
		singles.forEach(
				(dot) -> sequences.computeIfAbsent(dot.replica(), (origin) -> new TreeSet<>()).add(dot.sequence()));
		SortedMap<ReplicaId, long[]> sorted = new TreeMap<>();
		sequences
			.forEach((origin, ofOrigin) -> sorted.put(origin, ofOrigin.stream().mapToLong(Long::longValue).toArray()));
		return new CausalContext(vector, sorted);
	}

	/**
	 * Tell whether a write was seen.
	 * @param dot the write
	 * @return whether it was
	 */
	public boolean knows(Dot dot) {
		if (dot.sequence() <= covered(dot.replica())) {
			return true;
		}
		if (this.singles.isEmpty()) {
			return false;
		}
		long[] beyond = this.singles.get(dot.replica());
		return beyond != null && Arrays.binarySearch(beyond, dot.sequence()) >= 0;
	}

	/**
	 * Return up to where the writes of an origin were seen.
	 * @param origin the origin
	 * @return the sequence number, 0 if nothing was seen
	 */
	public long covered(ReplicaId origin) {
		Long covered = this.vector.get(origin);
		return (covered != null) ? covered : 0;
	}

	/**
	 * Return up to where the writes of an origin were merged in truth, where it matters:
	 * not if it is gone and all of it counts as seen.
	 * @param origin the origin
	 * @return the sequence number, 0 if nothing was merged
	 */
	public long merged(ReplicaId origin) {
		return DotContext.merged(covered(origin));
	}

	/**
	 * Return the version vector.
	 * @return an unmodifiable map in the order of the replicas
	 */
	public Map<ReplicaId, Long> vector() {
		return Collections.unmodifiableMap(this.vector);
	}

	/**
	 * Return the single dots.
	 * @return the dots in order
	 */
	public List<Dot> singles() {
		List<Dot> dots = new ArrayList<>();
		this.singles.forEach((origin, sequences) -> {
			for (long sequence : sequences) {
				dots.add(new Dot(origin, sequence));
			}
		});
		return dots;
	}

	/**
	 * Return this context without those single dots that are too many. A replica that has
	 * seen more than it says is sent what it has, and nothing worse.
	 * @param most how many single dots remain at most
	 * @return a context that this one contains
	 */
	public CausalContext bounded(int most) {
		SortedMap<ReplicaId, long[]> kept = new TreeMap<>();
		int room = most;
		for (Map.Entry<ReplicaId, long[]> entry : this.singles.entrySet()) {
			long[] sequences = entry.getValue();
			if (room > 0) {
				kept.put(entry.getKey(), Arrays.copyOf(sequences, Math.min(room, sequences.length)));
			}
			room -= Math.min(room, sequences.length);
		}
		return new CausalContext(new TreeMap<>(this.vector), kept);
	}

	/**
	 * Return this context without some origins.
	 * @param origins the origins
	 * @return a context that this one contains
	 */
	public CausalContext without(Collection<ReplicaId> origins) {
		SortedMap<ReplicaId, Long> fewer = new TreeMap<>(this.vector);
		SortedMap<ReplicaId, long[]> fewerSingles = new TreeMap<>(this.singles);
		origins.forEach((origin) -> {
			fewer.remove(origin);
			fewerSingles.remove(origin);
		});
		return new CausalContext(fewer, fewerSingles);
	}

	/**
	 * Tell whether anything of an origin was seen.
	 * @param origin the origin
	 * @return whether there is
	 */
	public boolean mentions(ReplicaId origin) {
		return this.vector.containsKey(origin) || this.singles.containsKey(origin);
	}

	/**
	 * Return this context with all that some origins may ever have written.
	 * @param origins the origins
	 * @return a context that contains this one
	 */
	public CausalContext withAllOf(Collection<ReplicaId> origins) {
		SortedMap<ReplicaId, Long> more = new TreeMap<>(this.vector);
		origins.forEach((origin) -> more.put(origin, Long.MAX_VALUE));
		return new CausalContext(more, new TreeMap<>(this.singles));
	}

	/**
	 * Tell whether another context contains nothing that this one doesn't.
	 * @param other the other one
	 * @return whether all that it has seen was seen
	 */
	public boolean contains(CausalContext other) {
		return other.vector.entrySet().stream().allMatch((entry) -> covered(entry.getKey()) >= entry.getValue())
				&& other.singles().stream().allMatch(this::knows);
	}

	@Override
	public String toString() {
		return this.vector + " and " + singles();
	}

}
