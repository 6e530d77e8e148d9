package io.horde.foreign;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

import io.horde.registry.NameEvent;
import io.horde.registry.NameQuery;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * DeltaCrdt's cases: {@code aw_lww_map_test.exs}, {@code aw_lww_map_property_test.exs},
 * {@code causal_crdt_test.exs}, {@code delta_subscriber_test.exs}. What a user sees of
 * the replicated map are the metadata of the registry, and its names for who subscribes.
 * <p>
 * The same behaviour of the map by itself, with orders of delivery that these cases don't
 * reach, is held by the {@code DeltaCrdt…Tests} of {@code io.horde.replication}.
 */
@NotMapped(value = "aw_lww_map_test.exs: can compute actual dots present",
		because = "Dots are no API: DeltaCrdtBehaviourTests holds that replaced entries leave nothing behind.")
@NotMapped(value = "causal_crdt_test.exs: storage backend can store and retrieve state",
		because = "No node stores its state: it is on the other ones.")
class DeltaCrdtSuiteTests extends ForeignSuite {

	private static final String[] NODES = { "n1", "n2", "n3" };

	private Map<String, @Nullable Object> map(String node) {
		return registry(node).meta();
	}

	private void put(String node, String key, Object value) {
		registry(node).putMeta(key, value);
	}

	private void delete(String node, String key) {
		registry(node).deleteMeta(key);
	}

	private void three() {
		this.cluster.with(NODES);
	}

	@Test
	@Upstream({ "aw_lww_map_test.exs: can add and read a value",
			"aw_lww_map_property_test.exs: .add/4 > can add an element" })
	void anElementIsAdded() {
		this.cluster.with("n1");
		SplittableRandom random = new SplittableRandom(1);
		for (int i = 0; i < 100; i++) {
			String key = Long.toString(random.nextLong(), 36);
			put("n1", key, i);
			assertThat(map("n1")).hasSize(i + 1).containsEntry(key, i);
		}
	}

	@Test
	@Upstream("aw_lww_map_test.exs: can join two adds")
	void addsOfTwoNodesAreJoined() {
		three();
		put("n1", "1", 2);
		put("n2", "2", 2);
		pass();
		assertThat(map("n1")).isEqualTo(map("n2")).isEqualTo(Map.of("1", 2, "2", 2));
	}

	@Test
	@Upstream({ "aw_lww_map_test.exs: can add multiple values and only read one",
			"causal_crdt_test.exs: can read a single key" })
	void oneOfSeveralKeysIsRead() {
		this.cluster.with("n1");
		put("n1", "key1", "value1");
		put("n1", "key2", "value2");
		assertThat(map("n1").get("key1")).isEqualTo("value1");
		registry("n1").register("key1", "value1");
		registry("n1").register("key2", "value2");
		assertThat(names("n1", NameQuery.name("key1"))).containsExactly("key1");
	}

	@Test
	@Upstream("causal_crdt_test.exs: can read multiple keys")
	void someOfSeveralKeysAreRead() {
		this.cluster.with("n1");
		for (int i = 1; i <= 3; i++) {
			registry("n1").register("key" + i, "value" + i);
		}
		assertThat(names("n1", NameQuery.prefix("key").value(String.class, (value) -> !"value2".equals(value))))
			.containsExactly("key1", "key3");
	}

	@Test
	@Upstream({ "aw_lww_map_test.exs: can remove elements",
			"aw_lww_map_property_test.exs: .remove/3 > can remove an element" })
	void anElementIsRemoved() {
		this.cluster.with("n1");
		put("n1", "1", 2);
		delete("n1", "1");
		assertThat(map("n1")).isEmpty();
	}

	@Test
	@Upstream("aw_lww_map_test.exs: can resolve conflicts")
	void theLaterOfTwoAddsIsRead() {
		this.cluster.with("n1");
		put("n1", "1", 2);
		put("n1", "1", 3);
		assertThat(map("n1")).isEqualTo(Map.of("1", 3));
	}

	@Test
	@Upstream({ "aw_lww_map_test.exs: arbitrary add and remove sequence results in correct map",
			"aw_lww_map_property_test.exs: arbitrary add and remove sequence results in correct map" })
	void anySequenceOfAddsAndRemovalsOnAnyNodesGivesTheRightMap() {
		three();
		SplittableRandom random = new SplittableRandom(3);
		Map<String, Object> expected = new TreeMap<>();
		for (int i = 0; i < 300; i++) {
			String node = NODES[random.nextInt(3)];
			String key = "key-" + random.nextInt(20);
			if (random.nextInt(3) > 0) {
				put(node, key, i);
				expected.put(key, i);
			}
			else {
				delete(node, key);
				expected.remove(key);
			}
			pass(Duration.ofMillis(20));
			assertThat(map(NODES[random.nextInt(3)])).isEqualTo(expected);
		}
	}

	@Test
	@Upstream({ "causal_crdt_test.exs: with context > basic test case",
			"causal_crdt_test.exs: with context > merge/3" })
	void whatOneNodePutsAllRead() {
		three();
		put("n1", "Derek", "Kraan");
		put("n1", "Tonci", "Galic");
		assertThat(map("n1")).isEqualTo(Map.of("Derek", "Kraan", "Tonci", "Galic"));
		pass();
		assertThat(map("n2")).isEqualTo(map("n1"));
	}

	@Test
	@Upstream("causal_crdt_test.exs: with context > drop/3")
	void anotherNodeDropsSomeKeys() {
		three();
		put("n1", "Netherlands", "Amsterdam");
		put("n1", "Belgium", "Brussel");
		put("n1", "Germany", "Berlin");
		pass();
		delete("n2", "Belgium");
		delete("n2", "Germany");
		pass();
		assertThat(map("n1")).isEqualTo(Map.of("Netherlands", "Amsterdam"));
	}

	@Test
	@Upstream("causal_crdt_test.exs: with context > conflicting updates resolve")
	void ofConflictingUpdatesTheLastWinsEverywhere() {
		three();
		put("n1", "Derek", "one_wins");
		put("n1", "Derek", "two_wins");
		put("n1", "Derek", "three_wins");
		pass();
		assertThat(NODES).allSatisfy((node) -> assertThat(map(node)).isEqualTo(Map.of("Derek", "three_wins")));
	}

	@Test
	@Upstream("causal_crdt_test.exs: with context > add wins")
	void anAddWinsOverARemovalThatHasNotSeenIt() {
		three();
		put("n1", "Derek", "add_wins");
		delete("n2", "Derek");
		pass();
		assertThat(map("n1")).isEqualTo(map("n2")).isEqualTo(Map.of("Derek", "add_wins"));
	}

	@Test
	@Upstream("causal_crdt_test.exs: with context > can remove")
	void aRemovalReachesTheOthers() {
		three();
		put("n1", "Derek", "add_wins");
		pass();
		assertThat(map("n2")).isEqualTo(Map.of("Derek", "add_wins"));
		delete("n1", "Derek");
		pass();
		assertThat(map("n1")).isEqualTo(map("n2")).isEmpty();
	}

	@Test
	@Upstream("causal_crdt_test.exs: synchronization is directional, diffs are sent TO neighbours")
	void updatesGoOneWayWhileTheOtherIsCut() {
		this.cluster.with("n1", "n2");
		this.cluster.simulation.network().cut("n2", "n1");
		put("n1", "Derek", "Kraan");
		put("n2", "Tonci", "Galic");
		pass(Duration.ofMillis(200));
		assertThat(map("n1")).isEqualTo(Map.of("Derek", "Kraan"));
		assertThat(map("n2")).isEqualTo(Map.of("Derek", "Kraan", "Tonci", "Galic"));
	}

	@Test
	@Upstream("causal_crdt_test.exs: can sync to neighbours specified by name")
	void nodesThatAreFoundByTheirAddressesSynchronize() {
		this.cluster.with("n1", "n2");
		members("n1").setMembers(List.of("n1:7420", "n2:7420"));
		put("n1", "Derek", "Kraan");
		put("n2", "Tonci", "Galic");
		pass();
		assertThat(map("n1")).isEqualTo(map("n2")).hasSize(2);
	}

	/**
	 * What a node knew before its crash it gets from the others.
	 */
	@Test
	@Upstream("causal_crdt_test.exs: storage backend is used to rehydrate state after a crash")
	void aNodeThatIsStartedAgainHasItsStateFromTheOthers() {
		this.cluster.with("n1", "n2");
		put("n1", "Derek", "Kraan");
		pass();
		this.cluster.crash("n1");
		pass(Duration.ofSeconds(10));
		this.cluster.with("n1");
		pass();
		assertThat(map("n1")).isEqualTo(Map.of("Derek", "Kraan"));
	}

	@Test
	@Upstream("causal_crdt_test.exs: syncs after adding neighbour")
	void nodesThatMeetLaterExchangeWhatEachHas() {
		apart("n1", "n2");
		put("n1", "CRDT1", "represent");
		put("n2", "CRDT2", "also here");
		heal();
		this.cluster.awaitUp();
		pass();
		assertThat(map("n1")).isEqualTo(map("n2")).isEqualTo(Map.of("CRDT1", "represent", "CRDT2", "also here"));
	}

	@Test
	@Upstream("causal_crdt_test.exs: can sync after network partition")
	void addsAndRemovalsDuringAPartitionHoldAfterIt() {
		this.cluster.with("n1", "n2");
		put("n1", "CRDT1", "represent");
		put("n2", "CRDT2", "also here");
		pass();
		assertThat(map("n1")).isEqualTo(Map.of("CRDT1", "represent", "CRDT2", "also here"));
		part(List.of("n1"), List.of("n2"));
		put("n1", "CRDTa", "only present in 1");
		put("n1", "CRDTb", "only present in 1");
		delete("n1", "CRDT1");
		pass();
		assertThat(map("n1")).containsKey("CRDTa");
		assertThat(map("n2")).doesNotContainKey("CRDTa");
		heal();
		this.cluster.awaitUp();
		pass(Duration.ofSeconds(5));
		assertThat(map("n1")).isEqualTo(map("n2")).containsOnlyKeys("CRDT2", "CRDTa", "CRDTb");
	}

	@Test
	@Upstream("causal_crdt_test.exs: syncing when values happen to be the same")
	void aValueThatBothHaveWrittenIsRemovedForBoth() {
		this.cluster.with("n1", "n2");
		put("n1", "key", "value");
		put("n2", "key", "value");
		pass();
		delete("n1", "key");
		pass();
		assertThat(map("n1")).isEqualTo(map("n2")).isEmpty();
	}

	/**
	 * A value of {@code null} is one like others here, and no removal.
	 */
	@Test
	@Upstream({ "delta_subscriber_test.exs: receives deltas updates with MFA",
			"delta_subscriber_test.exs: receives deltas updates with function" })
	void whoWatchesIsToldOfChangesOnly() {
		this.cluster.with("n1");
		List<String> diffs = watch("n1");
		registry("n1").register("Derek", "Kraan");
		pass();
		assertThat(diffs).containsExactly("add Derek Kraan");
		registry("n1").tryRegister("Derek", "Kraan");
		pass();
		assertThat(diffs).hasSize(1);
		registry("n1").unregister("Derek");
		pass();
		assertThat(diffs).containsExactly("add Derek Kraan", "remove Derek");
	}

	@Test
	@Upstream("delta_subscriber_test.exs: updates are bundled")
	void whoWatchesIsToldOfAllThatAJoinBrings() {
		apart("n1", "n2");
		registry("n1").register("Derek", "Kraan");
		registry("n1").register("Andrew", "Kraan");
		registry("n1").register("Nathan", "Kraan");
		List<String> diffs = watch("n2");
		heal();
		this.cluster.awaitUp();
		pass();
		assertThat(diffs).containsExactlyInAnyOrder("add Derek Kraan", "add Andrew Kraan", "add Nathan Kraan");
	}

	@Test
	@Upstream("delta_subscriber_test.exs: add and remove operations result in correct map")
	void whatWatchesAreToldGivesTheRightMap() {
		three();
		Map<String, String> told = new TreeMap<>();
		registry("n3").watch(NameQuery.all(), (event) -> {
			if (event.type() == NameEvent.Type.UNREGISTERED) {
				told.remove(event.entry().name());
			}
			else {
				told.put(event.entry().name(), String.valueOf((Object) event.entry().value(String.class)));
			}
		});
		SplittableRandom random = new SplittableRandom(5);
		Map<String, String> expected = new TreeMap<>();
		for (int i = 0; i < 300; i++) {
			String key = "key-" + random.nextInt(20);
			String value = "value-" + i;
			if (random.nextInt(3) == 0) {
				registry("n1").unregister(key);
				expected.remove(key);
			}
			else if (expected.containsKey(key)) {
				registry("n1").updateValue(key, String.class, (before) -> value);
				expected.put(key, value);
			}
			else {
				registry("n1").register(key, value);
				expected.put(key, value);
			}
			pass(Duration.ofMillis(random.nextInt(5)));
		}
		pass();
		assertThat(told).isEqualTo(expected);
	}

	private List<String> watch(String node) {
		List<String> diffs = new ArrayList<>();
		registry(node).watch(NameQuery.all(),
				(event) -> diffs.add((event.type() == NameEvent.Type.UNREGISTERED) ? "remove " + event.entry().name()
						: "add " + event.entry().name() + " " + event.entry().value(String.class)));
		pass(Duration.ofMillis(10));
		return diffs;
	}

}
