package io.horde.distribution;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link HashRing}.
 */
class HashRingTests {

	private static final int KEYS = 100_000;

	@ParameterizedTest
	@ValueSource(ints = { 2, 3, 10, 16 })
	void sharesOfEqualMembersExceedTheMeanByAtMostFivePercent(int size) {
		for (String prefix : List.of("n", "node-", "10.0.0.", "app-7f9c6d-")) {
			Map<String, Integer> shares = shares(HashRing.of(members(prefix, size)), "session-");
			int peak = shares.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
			assertThat(peak / ((double) KEYS / size)).as("peak to mean of %s members %s*", size, prefix)
				.isLessThanOrEqualTo(1.05);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3, 9 })
	void aJoinMovesTheNewMembersShareAndNothingElse(int size) {
		List<Member> before = members("n", size);
		List<Member> after = members("n", size + 1);
		HashRing old = HashRing.of(before);
		HashRing young = HashRing.of(after);
		String joiner = after.get(size).name();
		int moved = 0;
		int astray = 0;
		for (int key = 0; key < KEYS; key++) {
			String from = old.ownerOf("k" + key).orElseThrow().name();
			String to = young.ownerOf("k" + key).orElseThrow().name();
			if (!from.equals(to)) {
				moved++;
				astray += to.equals(joiner) ? 0 : 1;
			}
		}
		double ideal = (double) KEYS / (size + 1);
		assertThat(astray).isZero();
		assertThat(moved / ideal).isBetween(0.97, 1.03);
	}

	@Test
	void aMemberThatGoesLeavesItsKeysToTheNextOfTheirPreferenceLists() {
		List<Member> members = members("n", 5);
		HashRing whole = HashRing.of(members);
		HashRing rest = HashRing.of(members.subList(0, 4));
		for (int key = 0; key < 2000; key++) {
			List<Member> preferred = whole.preferenceList("k" + key, 2);
			String owner = rest.ownerOf("k" + key).orElseThrow().name();
			assertThat(owner).isEqualTo(preferred.get(preferred.get(0).name().equals("n4") ? 1 : 0).name());
		}
	}

	@Test
	void weightsScaleTheShares() {
		List<Member> members = List.of(member("a", 1, Map.of()), member("b", 2, Map.of()), member("c", 3, Map.of()),
				member("d", 0, Map.of()));
		Map<String, Integer> shares = shares(HashRing.of(members), "k");
		assertThat(shares.get("a") / (KEYS / 6.0)).isBetween(0.94, 1.06);
		assertThat(shares.get("b") / (KEYS / 3.0)).isBetween(0.95, 1.05);
		assertThat(shares.get("c") / (KEYS / 2.0)).isBetween(0.95, 1.05);
		assertThat(shares).doesNotContainKey("d");
	}

	@Test
	void thePreferenceListHasDistinctMembersBeginningWithTheOwner() {
		HashRing ring = HashRing.of(members("n", 7));
		for (int key = 0; key < 500; key++) {
			List<Member> preferred = ring.preferenceList("k" + key, 7);
			assertThat(preferred).doesNotHaveDuplicates().hasSize(7);
			assertThat(preferred.get(0)).isEqualTo(ring.ownerOf("k" + key).orElseThrow());
		}
	}

	@Test
	void thePreferenceListPrefersZonesWithoutACopy() {
		List<Member> members = new ArrayList<>();
		for (int i = 0; i < 9; i++) {
			members.add(member("n" + i, 1, Map.of("zone", "z" + i % 3)));
		}
		HashRing ring = HashRing.of(members);
		for (int key = 0; key < 500; key++) {
			List<Member> preferred = ring.preferenceList("k" + key, 4);
			Set<String> zones = new HashSet<>();
			preferred.subList(0, 3).forEach((member) -> zones.add(member.labels().get("zone")));
			assertThat(zones).hasSize(3);
			assertThat(preferred).doesNotHaveDuplicates().hasSize(4);
		}
	}

	@Test
	void anEmptyRingHasNoOwner() {
		HashRing ring = HashRing.of(List.of());
		assertThat(ring.ownerOf("k")).isEmpty();
		assertThat(ring.preferenceList("k", 3)).isEmpty();
	}

	@Test
	void theOrderOfTheMembersDoesNotMatter() {
		List<Member> members = members("n", 4);
		List<Member> reversed = new ArrayList<>(members);
		Collections.reverse(reversed);
		HashRing one = HashRing.of(members);
		HashRing other = HashRing.of(reversed);
		for (int key = 0; key < 1000; key++) {
			assertThat(one.ownerOf("k" + key)).isEqualTo(other.ownerOf("k" + key));
		}
	}

	@Test
	void ownersAreTheSameInEveryRelease() {
		HashRing ring = HashRing.of(members("n", 3));
		StringBuilder owners = new StringBuilder();
		for (int key = 0; key < 20; key++) {
			owners.append(ring.ownerOf("session-" + key).orElseThrow().name().substring(1));
		}
		assertThat(owners).hasToString("11002221210101212200");
	}

	static List<Member> members(String prefix, int size) {
		return IntStream.range(0, size).mapToObj((i) -> member(prefix + i, 1, Map.of())).toList();
	}

	static Member member(String name, int weight, Map<String, String> labels) {
		return new Member(name, name + ":7420", MemberStatus.UP, false, 1, labels, weight, "", Set.of("room"));
	}

	private static Map<String, Integer> shares(HashRing ring, String prefix) {
		Map<String, Integer> shares = new HashMap<>();
		for (int key = 0; key < KEYS; key++) {
			shares.merge(ring.ownerOf(prefix + key).orElseThrow().name(), 1, Integer::sum);
		}
		return shares;
	}

}
