package io.horde.cluster.topology;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Overlay}: the graph alone.
 */
class OverlayTests {

	/** Of those with a thousand members, a twentieth. */
	private static final int SEEDS = Integer.getInteger("horde.overlay.seeds", 100_000);

	private static final int[] SIZES = { 17, 18, 24, 32, 33, 40, 50, 64, 65, 100, 128 };

	private static final int LOSSES_PER_GRAPH = 50;

	@ParameterizedTest
	@ValueSource(ints = { 2, 3, 17, 50, 64, 65, 200, 1000 })
	void everyMemberHasAtLeastTwiceTheLogarithmOfTheSizeAsNeighbours(int size) {
		Overlay overlay = draw(size, new SplittableRandom(size), 3);
		int least = Math.min(size - 1, (int) Math.ceil(2 * Math.log(size) / Math.log(2)));
		for (int i = 0; i < size; i++) {
			assertThat(overlay.neighbours(i)).hasSizeGreaterThanOrEqualTo(least).doesNotContain(i);
		}
	}

	@Test
	void linksPerMemberGrowWithTheLogarithmOnly() {
		for (int size : new int[] { 50, 200, 1000, 5000 }) {
			Overlay overlay = draw(size, new SplittableRandom(size), 3);
			int[] degrees = IntStream.range(0, size).map((i) -> overlay.neighbours(i).length).toArray();
			assertThat(Arrays.stream(degrees).average().orElseThrow()).isLessThan(Overlay.degree(size) * 1.25);
			assertThat(Arrays.stream(degrees).max().orElseThrow()).isLessThan(2 * Overlay.degree(size));
		}
	}

	@Test
	void bothEndsAgree() {
		Overlay overlay = draw(200, new SplittableRandom(1), 4);
		for (int i = 0; i < overlay.size(); i++) {
			for (int other : overlay.neighbours(i)) {
				assertThat(overlay.neighbours(other)).contains(i);
			}
		}
	}

	@Test
	void newsTravelsAlongLinks() {
		Overlay overlay = draw(200, new SplittableRandom(1), 4);
		for (int i = 0; i < overlay.size(); i++) {
			for (int other : overlay.news(i)) {
				assertThat(overlay.neighbours(i)).contains(other);
				assertThat(overlay.news(other)).contains(i);
			}
		}
	}

	@Test
	void neighboursAreSpreadOverTheZones() {
		SortedMap<String, String> zones = new TreeMap<>();
		for (int i = 0; i < 200; i++) {
			zones.put("node " + i, "zone " + i % 4);
		}
		Overlay overlay = Overlay.of(zones);
		for (int i = 0; i < overlay.size(); i++) {
			assertThat(Arrays.stream(overlay.neighbours(i)).mapToObj(overlay::zone).distinct())
				.hasSizeGreaterThanOrEqualTo(3);
		}
	}

	@Test
	void aMemberMoreChangesFewLinks() {
		SortedMap<String, String> zones = zones(200, new SplittableRandom(1), 3);
		Overlay before = Overlay.of(zones);
		SortedMap<String, String> more = new TreeMap<>(zones);
		more.put("one more", "zone 1");
		Overlay after = Overlay.of(more);
		int gone = 0;
		for (int i = 0; i < before.size(); i++) {
			int there = after.index(before.name(i));
			List<String> kept = Arrays.stream(after.neighbours(there)).mapToObj(after::name).toList();
			gone += (int) Arrays.stream(before.neighbours(i))
				.mapToObj(before::name)
				.filter((name) -> !kept.contains(name))
				.count();
		}
		assertThat(gone / 2).isLessThan(2 * Overlay.degree(201));
	}

	@Test
	void withoutARandomThirdTheOthersAreConnected() {
		for (int seed = 0; seed < SEEDS; seed += LOSSES_PER_GRAPH) {
			SplittableRandom random = new SplittableRandom(seed);
			Overlay overlay = draw(SIZES[random.nextInt(SIZES.length)], random, random.nextInt(1, 6));
			for (int loss = 0; loss < LOSSES_PER_GRAPH; loss++) {
				BitSet rest = rest(overlay.size(), overlay.size() / 3, random);
				assertThat(isConnected(overlay, rest)).as("seed %d, loss %d, %d members", seed, loss, overlay.size())
					.isTrue();
			}
		}
	}

	@Test
	void withoutARandomThirdOfAThousandTheOthersAreConnected() {
		SplittableRandom random = new SplittableRandom(1);
		Overlay overlay = draw(1000, random, 3);
		for (int loss = 0; loss < SEEDS / 20; loss++) {
			assertThat(isConnected(overlay, rest(1000, 333, random))).as("loss %d", loss).isTrue();
		}
	}

	@Test
	void withoutAnyOneZoneTheOthersAreConnectedHoweverUnequalTheyAre() {
		for (int seed = 0; seed < SEEDS / 20; seed++) {
			SplittableRandom random = new SplittableRandom(seed);
			int size = random.nextInt(17, 150);
			Overlay overlay = draw(size, random, random.nextInt(2, 12));
			SortedMap<String, BitSet> byZone = new TreeMap<>();
			for (int i = 0; i < size; i++) {
				byZone.computeIfAbsent(overlay.zone(i), (zone) -> new BitSet()).set(i);
			}
			for (BitSet lost : byZone.values()) {
				BitSet rest = new BitSet();
				rest.set(0, size);
				rest.andNot(lost);
				assertThat(isConnected(overlay, rest)).as("seed %d, lost %s of %d", seed, lost, size).isTrue();
			}
		}
	}

	@Test
	void withTooFewNeighboursSomeThirdWouldSeparateTheOthers() {
		// The check is checked: a single ring falls apart
		Overlay overlay = draw(50, new SplittableRandom(1), 1);
		BitSet rest = rest(50, 16, new SplittableRandom(1));
		assertThat(isConnected(rest, (member) -> Arrays.stream(overlay.news(member)).limit(1).toArray())).isFalse();
	}

	static Overlay draw(int size, SplittableRandom random, int zones) {
		return Overlay.of(zones(size, random, zones));
	}

	/* Zones of very different sizes. */
	private static SortedMap<String, String> zones(int size, SplittableRandom random, int count) {
		SortedMap<String, String> zones = new TreeMap<>();
		while (zones.size() < size) {
			int zone = (int) Math.floor(count * Math.pow(random.nextDouble(), 2));
			zones.put("node " + random.nextInt(1_000_000), "zone " + zone + "/" + zone % 7);
		}
		return zones;
	}

	static BitSet rest(int size, int lost, SplittableRandom random) {
		BitSet rest = new BitSet(size);
		rest.set(0, size);
		while (rest.cardinality() > size - lost) {
			rest.clear(random.nextInt(size));
		}
		return rest;
	}

	static boolean isConnected(Overlay overlay, BitSet rest) {
		return isConnected(rest, overlay::neighbours);
	}

	private static boolean isConnected(BitSet rest, IntFunction<int[]> neighbours) {
		BitSet reached = new BitSet(rest.length());
		int[] queue = new int[rest.length()];
		int first = rest.nextSetBit(0);
		int end = 0;
		queue[end++] = first;
		reached.set(first);
		for (int i = 0; i < end; i++) {
			for (int other : neighbours.apply(queue[i])) {
				if (rest.get(other) && !reached.get(other)) {
					reached.set(other);
					queue[end++] = other;
				}
			}
		}
		return end == rest.cardinality();
	}

}
