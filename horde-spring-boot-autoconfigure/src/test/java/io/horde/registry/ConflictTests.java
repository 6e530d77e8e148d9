package io.horde.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import io.horde.process.NameConflict;
import io.horde.process.NameConflictAware;
import io.horde.process.StopReason;
import io.horde.process.engine.End;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for names that were registered on two nodes at a time (N2, N3).
 */
class ConflictTests {

	private final List<NameConflict> told = new ArrayList<>();

	@Test
	void twoNodesThatRegisterAtOnceBothSucceedAndThenTheLaterOneKeepsTheName() {
		RegistryCluster cluster = new RegistryCluster(3, 3).up();
		assertThat(cluster.node("a").registry.tryRegister("x", 1)).isTrue();
		cluster.run(Duration.ofNanos(1_000_000 / 50));
		assertThat(cluster.node("b").registry.tryRegister("x", 2)).isTrue();
		cluster.settle();
		assertThat(cluster.nodes()).allSatisfy((node) -> {
			assertThat(cluster.whereIs(node.membership.selfId().node(), "x")).isEqualTo("x -> b");
			assertThat(node.engine.stats().names()).isEqualTo(1);
		});
	}

	@Test
	void theLosersOwnNodeIsToldOnce() {
		RegistryCluster cluster = new RegistryCluster(3, 3).up();
		cluster.node("a").registry.tryRegister("x", 1);
		cluster.node("b").registry.tryRegister("x", 2);
		cluster.settle();
		List<String> conflicts = new ArrayList<>();
		cluster.nodes().forEach((node) -> conflicts.addAll(node.conflicts));
		assertThat(conflicts).hasSize(1);
	}

	@Test
	void aProcessThatLosesIsStoppedWithTheReasonNameConflict() {
		RegistryCluster cluster = new RegistryCluster(4, 2).up();
		conflict(cluster, "plain");
		cluster.settle();
		assertThat(cluster.node("a").ended.get("p")).isNotNull()
			.extracting(End::stop)
			.isEqualTo(StopReason.NAME_CONFLICT);
		assertThat(cluster.whereIs("a", "x")).isEqualTo("x -> q on b");
		assertThat(cluster.node("b").isRunning("q")).isTrue();
	}

	@Test
	void aProcessThatIsAwareOfConflictsIsToldOnceAndGoesOn() {
		RegistryCluster cluster = new RegistryCluster(4, 2).up();
		cluster.nodes().forEach((node) -> node.factory.register("aware", (context) -> new Aware()));
		conflict(cluster, "aware");
		cluster.settle();
		assertThat(this.told).singleElement().satisfies((conflict) -> {
			assertThat(conflict.name()).isEqualTo("x");
			assertThat(conflict.registry()).isEqualTo("horde");
			assertThat(conflict.winner()).isEqualTo("b");
		});
		assertThat(cluster.node("a").isRunning("p")).isTrue();
	}

	@Test
	void theConflictCarriesTheValueOfTheLoser() {
		RegistryCluster cluster = new RegistryCluster(4, 2).up();
		cluster.nodes().forEach((node) -> node.factory.register("aware", (context) -> new Aware()));
		cluster.start("a", "p", "aware", "p", 5);
		cluster.partition("a", "b");
		cluster.node("a").ownedBy("p").register("x", "mine");
		cluster.run(Duration.ofMillis(10));
		cluster.node("b").registry.register("x", "yours");
		cluster.heal();
		cluster.settle();
		assertThat(this.told).singleElement().extracting(NameConflict::value).isEqualTo("mine");
	}

	@Test
	void aResolverOfTheUserDecides() {
		RegistryCluster cluster = new RegistryCluster(5, 3, (options) -> options.resolver = (earlier, later) -> earlier)
			.up();
		cluster.node("a").registry.tryRegister("x", 1);
		cluster.run(Duration.ofNanos(20_000));
		cluster.node("b").registry.tryRegister("x", 2);
		cluster.settle();
		assertThat(cluster.whereIs("c", "x")).isEqualTo("x -> a");
		assertThat(cluster.node("b").conflicts).hasSize(1);
	}

	@Test
	void aResolverSeesBothClaimsTheEarlierFirst() {
		List<NameClaim> asked = new ArrayList<>();
		RegistryCluster cluster = new RegistryCluster(5, 2, (options) -> options.resolver = (earlier, later) -> {
			asked.add(earlier);
			asked.add(later);
			return ConflictResolver.lastWriteWins().resolve(earlier, later);
		}).up();
		cluster.start("a", "p", "plain", null, 5);
		cluster.partition("a", "b");
		cluster.node("a").ownedBy("p").register("x", 1);
		cluster.run(Duration.ofMillis(1));
		cluster.node("b").registry.register("x", 2);
		cluster.heal();
		cluster.settle();
		assertThat(cluster.whereIs("a", "x")).isEqualTo("x -> b");
		assertThat(asked.get(0)).satisfies((claim) -> {
			assertThat(claim.entry()).hasToString("x -> p on a");
			assertThat(claim.epoch()).isEqualTo(5);
		});
		assertThat(asked.get(1)).satisfies((claim) -> {
			assertThat(claim.entry()).hasToString("x -> b");
			assertThat(claim.epoch()).isZero();
			assertThat(claim.stamp()).isGreaterThan(asked.get(0).stamp());
		});
	}

	@Test
	void betweenRunsOfOneChildTheHigherEpochKeepsTheNameAndNobodyIsStopped() {
		RegistryCluster cluster = new RegistryCluster(6, 2).up();
		cluster.node("b").startProcess("p", "plain", "x", 7);
		cluster.run(Duration.ofNanos(20_000));
		cluster.node("a").startProcess("p", "plain", "x", 5);
		cluster.settle();
		assertThat(cluster.whereIs("a", "x")).isEqualTo("x -> p on b");
		assertThat(cluster.node("a").ended).as("the supervisors decide (O4)").isEmpty();
		assertThat(cluster.node("a").conflicts).isEmpty();
	}

	@Test
	void aClaimThatWasOverwrittenWhileItsOwnerWasHiddenIsAConflict() {
		RegistryCluster cluster = new RegistryCluster(7, 3).up();
		cluster.start("c", "p", "plain", "x", 5);
		cluster.run(Duration.ofMillis(50));
		cluster.partition("ab", "c");
		cluster.awaitDown("a", "c");
		cluster.node("a").registry.register("x", 2);
		cluster.heal();
		cluster.settle();
		assertThat(cluster.whereIs("c", "x")).isEqualTo("x -> a");
		assertThat(cluster.node("c").ended.get("p")).isNotNull()
			.extracting(End::stop)
			.isEqualTo(StopReason.NAME_CONFLICT);
	}

	@Test
	void aClaimThatWasOverwrittenWhileItsOwnerWasHiddenComesBackIfTheResolverWantsIt() {
		RegistryCluster cluster = new RegistryCluster(7, 3, (options) -> options.resolver = (earlier, later) -> earlier)
			.up();
		cluster.start("c", "p", "plain", "x", 5);
		cluster.run(Duration.ofMillis(50));
		cluster.partition("ab", "c");
		cluster.awaitDown("a", "c");
		cluster.node("a").registry.register("x", 2);
		cluster.heal();
		cluster.settle();
		assertThat(cluster.whereIs("a", "x")).isEqualTo("x -> p on c");
		assertThat(cluster.node("a").conflicts).containsExactly("x -> a lost to x -> p on c");
		assertThat(cluster.node("c").isRunning("p")).isTrue();
	}

	@Test
	void aNameThatWasOverwrittenAndGivenUpWhileItsOwnerWasHiddenComesBack() {
		RegistryCluster cluster = new RegistryCluster(7, 3, (options) -> options.resolver = (earlier, later) -> earlier)
			.up();
		cluster.node("c").registry.register("x", 1);
		cluster.run(Duration.ofMillis(50));
		cluster.partition("ab", "c");
		cluster.awaitDown("a", "c");
		cluster.node("a").registry.register("x", 2);
		cluster.run(Duration.ofMillis(50));
		cluster.node("a").registry.unregister("x");
		cluster.heal();
		cluster.settle();
		assertThat(cluster.whereIs("a", "x")).isEqualTo("x -> c");
		assertThat(cluster.node("c").conflicts).isEmpty();
	}

	@Test
	void resolversThatDisagreeDoNotFightForEver() {
		RegistryCluster cluster = new RegistryCluster(8, 2, (options) -> options.resolver = (earlier,
				later) -> (System.identityHashCode(earlier) % 2 == 0) ? earlier : later)
			.up();
		cluster.node("a").registry.tryRegister("x", 1);
		cluster.node("b").registry.tryRegister("x", 2);
		cluster.settle();
		long frames = cluster.simulation.network().frames();
		cluster.run(Duration.ofSeconds(5));
		assertThat(cluster.simulation.network().frames() - frames).isLessThan(200);
		assertThat(cluster.whereIs("a", "x")).isEqualTo(cluster.whereIs("b", "x"));
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 })
	void afterAStormOfConflictsEachNameHasOneOwnerAndEachLoserWasToldOnce(long seed) {
		ConflictResolver resolver = (seed % 3 == 0) ? (earlier, later) -> earlier : ConflictResolver.lastWriteWins();
		RegistryCluster cluster = new RegistryCluster(100 + seed, 5, (options) -> options.resolver = resolver).up();
		SplittableRandom random = new SplittableRandom(seed);
		cluster.nodes().forEach((node) -> node.factory.register("aware", (context) -> new Aware()));
		List<String> nodes = List.of("a", "b", "c", "d", "e");
		nodes.forEach((node) -> {
			for (int i = 0; i < 4; i++) {
				cluster.start(node, node + i, "aware", null, 1);
			}
		});
		int granted = 0;
		for (int round = 0; round < 4; round++) {
			if (random.nextBoolean()) {
				cluster.partition("abc".substring(random.nextInt(3)), "de");
				cluster.run(Duration.ofMillis(random.nextInt(8000)));
			}
			for (int i = 0; i < 60; i++) {
				String node = nodes.get(random.nextInt(nodes.size()));
				String process = node + random.nextInt(4);
				if (cluster.node(node).ownedBy(process).tryRegister("name-" + random.nextInt(15), process)) {
					granted++;
				}
				cluster.run(Duration.ofNanos(random.nextInt(300_000)));
			}
			cluster.heal();
			cluster.settle();
			cluster.settle();
			cluster.settle();
		}
		RegistryNode a = cluster.node("a");
		for (RegistryNode node : cluster.nodes()) {
			assertThat(table(node)).isEqualTo(table(a));
		}
		a.registry.find(NameQuery.all()).forEach((entry) -> assertThat(owns(cluster, entry)).isTrue());
		assertThat(held(cluster)).isEqualTo(a.registry.count(NameQuery.all()));
		assertThat(this.told).as("each claim that was granted lives, or its owner was told")
			.hasSize(granted - (int) a.registry.count(NameQuery.all()));
	}

	private static List<String> table(RegistryNode node) {
		return node.registry.find(NameQuery.all()).map(Object::toString).sorted().toList();
	}

	private static boolean owns(RegistryCluster cluster, NameEntry entry) {
		ClaimCheck check = new ClaimCheck(cluster.node(entry.node()), entry);
		return check.holds();
	}

	private static long held(RegistryCluster cluster) {
		return cluster.nodes().stream().mapToLong((node) -> node.engine.stats().ownNames()).sum();
	}

	private void conflict(RegistryCluster cluster, String type) {
		cluster.node("a").startProcess("p", type, "x", 5);
		cluster.run(Duration.ofNanos(20_000));
		cluster.node("b").startProcess("q", type, "x", 5);
		cluster.run(Duration.ofNanos(20_000));
	}

	private record ClaimCheck(RegistryNode node, NameEntry entry) {

		boolean holds() {
			return this.entry.owner().processId() != null && this.node.isRunning(this.entry.owner().processId());
		}

	}

	private final class Aware implements NameConflictAware {

		@Override
		public void onNameConflict(NameConflict conflict) {
			ConflictTests.this.told.add(conflict);
		}

	}

}
