package io.horde.cluster.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.horde.crdt.Fingerprint;

/**
 * Who is linked with whom where a full mesh would take too many links: a graph that
 * follows from the names and zones of the members alone, so that all who know the same
 * members agree on it without a word. Immutable.
 *
 * @see <a href="https://doi.org/10.1109/INFCOM.2003.1209234">Law and Siu, Distributed
 * Construction of Random Expander Networks (2003)</a>
 */
final class Overlay {

	/*
	 * Each member stands on several rings, on each at a place that is a hash of its name,
	 * and is linked with the member before and after it. The union of random rings is an
	 * expander with high probability (Law and Siu), and a member that comes or goes
	 * changes its own links and a few others only.
	 *
	 * Chance alone says nothing where one zone is much larger than the others. So two of
	 * the rings are drawn in each zone by itself, and the zones stand on a ring of their
	 * own on which neighbouring zones are joined by bridges between three pairs of
	 * members: each zone is connected in itself, and if any zone is lost the other zones
	 * are a path. That holds always, not only with high probability.
	 *
	 * The degree is 2 log2 N and some more: of 100,000 random thirds of 50 members, some
	 * would contain all neighbours of a survivor if it had only 12. Where rings give the
	 * same neighbour twice, a member goes on to further rings; its new neighbours there
	 * need not do the same, so some members have a few links more.
	 */

	private static final int LOCAL_RINGS = 2;

	private static final int BRIDGES = 3;

	private static final int SPARE = 4;

	/** Of so few members a third is less than the neighbours of each. */
	private static final int SMALL = 16;

	/** News is passed on along the links of so many of the rings. */
	private static final int NEWS_RINGS = 2;

	private static final int MAX_RINGS = 64;

	private final String[] names;

	private final String[] zones;

	private final long[] hashes;

	private final int[][] neighbours;

	private final int[][] news;

	private Overlay(SortedMap<String, String> zones) {
		this.names = zones.keySet().toArray(String[]::new);
		this.zones = zones.values().toArray(String[]::new);
		this.hashes = Arrays.stream(this.names).mapToLong(Overlay::hash).toArray();
		int[] all = IntStream.range(0, this.names.length).toArray();
		List<Ring> rings = new ArrayList<>();
		for (int i = 0; i < NEWS_RINGS; i++) {
			rings.add(new Ring(i, all, this.hashes));
		}
		List<BitSet> base = nobody();
		joinZones(base);
		List<BitSet> joined = nobody();
		for (int member : all) {
			BitSet chosen = choose(member, base.get(member), rings, all);
			joined.get(member).or(chosen);
			chosen.stream().forEach((other) -> joined.get(other).set(member));
		}
		this.neighbours = toArrays(joined);
		List<BitSet> told = nobody();
		rings.subList(0, NEWS_RINGS).forEach((ring) -> ring.join(told));
		this.news = toArrays(told);
	}

	/**
	 * Draw the graph.
	 * @param zones the names of all members, each with its zone, or an empty string
	 * @return the graph
	 */
	static Overlay of(SortedMap<String, String> zones) {
		return new Overlay(zones);
	}

	/**
	 * Tell whether it is the graph of these members.
	 * @param zones the names of all members, each with its zone, or an empty string
	 */
	boolean isOf(SortedMap<String, String> zones) {
		return zones.size() == this.names.length && Arrays.equals(this.names, zones.keySet().toArray())
				&& Arrays.equals(this.zones, zones.values().toArray());
	}

	/**
	 * Return how many neighbours each member has at least, if there are so many others.
	 * @param size the number of members
	 * @return at least twice the binary logarithm of the size
	 */
	static int degree(int size) {
		int logarithm = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, size - 1));
		return 2 * logarithm + ((size > SMALL) ? SPARE : 0);
	}

	int size() {
		return this.names.length;
	}

	String name(int index) {
		return this.names[index];
	}

	String zone(int index) {
		return this.zones[index];
	}

	/**
	 * Return the place of a member in the order of the names.
	 * @param name the name
	 * @return its index, negative if it is no member
	 */
	int index(String name) {
		return Arrays.binarySearch(this.names, name);
	}

	/**
	 * Return the neighbours of a member, of each of which it is a neighbour too.
	 * @param index the index of the member
	 * @return their indexes, ascending; not to be changed
	 */
	int[] neighbours(int index) {
		return this.neighbours[index];
	}

	/**
	 * Return those neighbours of a member to which it passes news on.
	 * @param index the index of the member
	 * @return their indexes, ascending; not to be changed
	 */
	int[] news(int index) {
		return this.news[index];
	}

	private BitSet choose(int member, BitSet base, List<Ring> rings, int[] all) {
		int degree = Math.min(all.length - 1, degree(all.length));
		BitSet chosen = (BitSet) base.clone();
		for (int i = 0; i < MAX_RINGS && (i < NEWS_RINGS || chosen.cardinality() < degree); i++) {
			if (rings.size() == i) {
				rings.add(new Ring(i, all, this.hashes));
			}
			chosen.set(rings.get(i).next(member, -1));
			chosen.set(rings.get(i).next(member, 1));
			chosen.clear(member);
		}
		for (int i = 1; chosen.cardinality() < degree; i++) {
			chosen.set((member + i) % all.length);
		}
		return chosen;
	}

	private void joinZones(List<BitSet> joined) {
		SortedMap<Long, int[]> zones = new TreeMap<>();
		SortedMap<String, BitSet> members = new TreeMap<>();
		for (int i = 0; i < this.zones.length; i++) {
			members.computeIfAbsent(this.zones[i], (zone) -> new BitSet()).set(i);
		}
		members.forEach((zone, indexes) -> zones.put(hash(zone), indexes.stream().toArray()));
		if (zones.isEmpty()) {
			return;
		}
		long lastHash = zones.lastKey();
		int[] last = Objects.requireNonNull(zones.get(lastHash));
		for (SortedMap.Entry<Long, int[]> zone : zones.entrySet()) {
			for (int i = 1; i <= LOCAL_RINGS && zones.size() > 1; i++) {
				new Ring(-i, zone.getValue(), this.hashes).join(joined);
			}
			for (int i = 0; i < BRIDGES && zones.size() > 1; i++) {
				long salt = Fingerprint.of(lastHash + zone.getKey(), i);
				join(joined, least(last, salt), least(zone.getValue(), salt));
			}
			last = zone.getValue();
			lastHash = zone.getKey();
		}
	}

	/* Rendezvous: the one with the least hash. */
	private int least(int[] members, long salt) {
		int least = members[0];
		for (int member : members) {
			if (Fingerprint.mix(this.hashes[member] ^ salt) < Fingerprint.mix(this.hashes[least] ^ salt)) {
				least = member;
			}
		}
		return least;
	}

	private List<BitSet> nobody() {
		return Arrays.stream(this.names).map((name) -> new BitSet()).toList();
	}

	static void join(List<BitSet> joined, int one, int other) {
		if (one != other) {
			joined.get(one).set(other);
			joined.get(other).set(one);
		}
	}

	private static int[][] toArrays(List<BitSet> joined) {
		return joined.stream().map((others) -> others.stream().toArray()).toArray(int[][]::new);
	}

	/* FNV-1a: String.hashCode() has too few bits. */
	private static long hash(String text) {
		long hash = 0xcbf29ce484222325L;
		for (int i = 0; i < text.length(); i++) {
			hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
		}
		return Fingerprint.mix(hash);
	}

}
