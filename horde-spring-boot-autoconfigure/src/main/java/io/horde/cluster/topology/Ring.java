package io.horde.cluster.topology;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

import io.horde.crdt.Fingerprint;

/**
 * Some members in the order of hashes of their names.
 */
final class Ring {

	/** The low bits of a place on a ring are the index of the member. */
	private static final int INDEX_BITS = 20;

	private static final long INDEX = (1L << INDEX_BITS) - 1;

	private final int number;

	private final long[] hashes;

	private final long[] places;

	/**
	 * Creates a ring.
	 * @param number each has its own order
	 * @param members the indexes of its members
	 * @param hashes the hashes of the names of all members, by index
	 */
	Ring(int number, int[] members, long[] hashes) {
		this.number = number;
		this.hashes = hashes;
		this.places = Arrays.stream(members).mapToLong(this::place).sorted().toArray();
	}

	private long place(int member) {
		return (Fingerprint.of(this.hashes[member], this.number) & ~INDEX) | member;
	}

	int next(int member, int step) {
		int at = Arrays.binarySearch(this.places, place(member));
		return (int) (this.places[Math.floorMod(at + step, this.places.length)] & INDEX);
	}

	/**
	 * Make each member a neighbour of the next one.
	 */
	void join(List<BitSet> joined) {
		for (int i = 0; i < this.places.length; i++) {
			Overlay.join(joined, (int) (this.places[i] & INDEX),
					(int) (this.places[(i + 1) % this.places.length] & INDEX));
		}
	}

}
