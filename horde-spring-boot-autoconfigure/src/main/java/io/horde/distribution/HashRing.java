package io.horde.distribution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.horde.cluster.Member;

/**
 * A consistent-hash ring: maps keys to members so that each gets a share in proportion to
 * its weight, and a member that joins or goes moves only its own share. Immutable.
 */
public final class HashRing {

	/*
	 * Multi-probe consistent hashing [1] on a ring with many points per member [2]. A key
	 * is hashed to PROBES places and belongs to the member whose point follows one of
	 * them at the least distance. The share of a member is a sum over its points; with
	 * one probe a point's share varies as much as its mean (the gaps are exponential),
	 * with k probes by 1 / sqrt(2k - 1) of it. So the relative deviation of a member's
	 * share is 1 / sqrt(POINTS * (2 * PROBES - 1)) = 0.8 %, for any number of members.
	 *
	 * The points of a member must depend on nothing but the member. A number of points
	 * that shrinks as the cluster grows (40,000 / N is the usual rule) balances as well,
	 * but then each join takes points from all old members, and their keys move among
	 * them.
	 *
	 * [1] Appleton, O'Reilly: Multi-probe consistent hashing (2015), arXiv:1505.00062.
	 * [2] Karger et al.: Consistent Hashing and Random Trees (1997).
	 */

	private static final int POINTS = 512;

	private static final int PROBES = 16;

	private static final int MAX_WEIGHT = 64;

	private static final long MEMBER_SALT = 0x6a09e667f3bcc908L;

	private static final long KEY_SALT = 0xbb67ae8584caa73bL;

	private static final String ZONE = "zone";

	private final List<Member> members;

	private final long[] positions;

	private final int[] holders;

	private HashRing(List<Member> members, long[] positions, int[] holders) {
		this.members = members;
		this.positions = positions;
		this.holders = holders;
	}

	/**
	 * Build a ring.
	 * @param members the members; those of weight 0 get no share, a weight above 64
	 * counts as 64
	 * @return the ring
	 */
	public static HashRing of(Collection<Member> members) {
		List<Member> sorted = new ArrayList<>(members);
		sorted.removeIf((member) -> member.weight() <= 0);
		sorted.sort(Comparator.comparing(Member::name));
		int size = 0;
		for (Member member : sorted) {
			size += points(member);
		}
		Point[] points = new Point[size];
		int next = 0;
		for (int holder = 0; holder < sorted.size(); holder++) {
			long seed = Hash.of(sorted.get(holder).name(), MEMBER_SALT);
			for (int point = points(sorted.get(holder)); point > 0; point--) {
				points[next++] = new Point(Hash.sequence(seed, point), holder);
			}
		}
		Arrays.sort(points);
		long[] positions = new long[size];
		int[] holders = new int[size];
		for (int i = 0; i < size; i++) {
			positions[i] = points[i].position();
			holders[i] = points[i].holder();
		}
		return new HashRing(List.copyOf(sorted), positions, holders);
	}

	/**
	 * Return this ring with the same members in a newer state: another status, other
	 * labels. For implementations of {@link ClusterView}, which would else build a ring
	 * for each change of a member.
	 * @param members the members of this ring, in its order and with its weights
	 * @return a ring that shares its points with this one
	 * @throws IllegalArgumentException if they are other members
	 */
	public HashRing with(List<Member> members) {
		boolean same = members.size() == this.members.size();
		for (int i = 0; same && i < members.size(); i++) {
			same = members.get(i).name().equals(this.members.get(i).name())
					&& members.get(i).weight() == this.members.get(i).weight();
		}
		if (!same) {
			throw new IllegalArgumentException("These are not the members of the ring");
		}
		return new HashRing(List.copyOf(members), this.positions, this.holders);
	}

	private static int points(Member member) {
		return POINTS * Math.min(MAX_WEIGHT, member.weight());
	}

	/**
	 * Return the members on the ring.
	 * @return the members, sorted by name
	 */
	public List<Member> members() {
		return this.members;
	}

	/**
	 * Return the member that a key belongs to.
	 * @param key the key
	 * @return the member, or empty if the ring is
	 */
	public Optional<Member> ownerOf(String key) {
		if (this.positions.length == 0) {
			return Optional.empty();
		}
		long hash = Hash.of(key, KEY_SALT);
		long least = -1;
		int owner = -1;
		for (int probe = 1; probe <= PROBES; probe++) {
			long place = Hash.sequence(hash, probe);
			int index = following(place);
			long distance = this.positions[index] - place;
			if (owner < 0 || Long.compareUnsigned(distance, least) < 0) {
				least = distance;
				owner = this.holders[index];
			}
		}
		return Optional.of(this.members.get(owner));
	}

	/**
	 * Return the members that a key prefers: first its owner, then in each place the one
	 * that would own it if those before were gone. As long as there are zones (the label
	 * {@code zone}) without a copy, members of other zones are passed over.
	 * @param key the key
	 * @param n how many
	 * @return at most {@code n} distinct members
	 */
	public List<Member> preferenceList(String key, int n) {
		long hash = Hash.of(key, KEY_SALT);
		long[] places = new long[PROBES];
		int[] cursors = new int[PROBES];
		for (int probe = 0; probe < PROBES && this.positions.length > 0; probe++) {
			places[probe] = Hash.sequence(hash, probe + 1);
			cursors[probe] = following(places[probe]);
		}
		List<Member> chosen = new ArrayList<>();
		BitSet taken = new BitSet();
		Set<String> zones = new HashSet<>();
		while (chosen.size() < Math.min(n, this.members.size())) {
			BitSet excluded = excluded(taken, zones);
			if (excluded.cardinality() == this.members.size()) {
				zones.clear();
				continue;
			}
			int next = nearest(places, cursors, excluded);
			taken.set(next);
			Member member = this.members.get(next);
			chosen.add(member);
			zones.add(member.labels().getOrDefault(ZONE, ""));
		}
		return chosen;
	}

	private BitSet excluded(BitSet taken, Set<String> zones) {
		BitSet excluded = (BitSet) taken.clone();
		for (int i = 0; i < this.members.size(); i++) {
			String zone = this.members.get(i).labels().get(ZONE);
			if (zone != null && zones.contains(zone)) {
				excluded.set(i);
			}
		}
		return excluded;
	}

	private int nearest(long[] places, int[] cursors, BitSet excluded) {
		long least = -1;
		int owner = -1;
		for (int probe = 0; probe < PROBES; probe++) {
			int index = cursors[probe];
			while (excluded.get(this.holders[index])) {
				index = (index + 1) % this.positions.length;
			}
			long distance = this.positions[index] - places[probe];
			if (owner < 0 || Long.compareUnsigned(distance, least) < 0) {
				least = distance;
				owner = this.holders[index];
			}
		}
		return owner;
	}

	private int following(long place) {
		int index = Arrays.binarySearch(this.positions, place);
		index = (index < 0) ? -index - 1 : index;
		return (index < this.positions.length) ? index : 0;
	}

	private record Point(long position, int holder) implements Comparable<Point> {

		@Override
		public int compareTo(Point other) {
			int order = Long.compare(this.position, other.position);
			return (order != 0) ? order : Integer.compare(this.holder, other.holder);
		}

	}

}
