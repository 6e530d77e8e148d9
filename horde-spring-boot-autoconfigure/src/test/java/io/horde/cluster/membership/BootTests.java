package io.horde.cluster.membership;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import io.horde.cluster.MemberStatus;
import io.horde.node.Changed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of how nodes boot (M6).
 */
class BootTests {

	private static final String[] TEN = IntStream.rangeClosed(10, 19).mapToObj((i) -> "n" + i).toArray(String[]::new);

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5 })
	void tenNodesThatBootTogetherKnowEachOtherBeforeAnyIsBooted(long seed) {
		TestCluster cluster = new TestCluster(seed);
		for (String name : TEN) {
			cluster.start(name, TestCluster.addresses(TEN));
		}
		while (cluster.nodes().stream().noneMatch((node) -> node.bootedAt != null)) {
			assertThat(cluster.simulation.step()).isTrue();
		}
		TestCluster.Node first = cluster.nodes()
			.stream()
			.filter((node) -> node.bootedAt != null)
			.findFirst()
			.orElseThrow();
		assertThat(first.bootedAt).isLessThan(Duration.ofSeconds(2));
		assertThat(first.membership.view().up()).hasSize(10);
		cluster.runUntil(Duration.ofSeconds(2), () -> cluster.allSee(MemberStatus.UP, TEN));
	}

	@Test
	void whoBootsWhileOthersAreUpKnowsThemFirst() {
		TestCluster cluster = new TestCluster(6).up("n1", "n2", "n3");
		TestCluster.Node late = cluster.start("n4", TestCluster.addresses("n1", "n2", "n3", "n4"));
		cluster.runUntil(Duration.ofSeconds(2), () -> late.settledAt != null);
		assertThat(late.membership.view().up()).hasSize(3);
	}

	@Test
	void aRegistryThatShowsNobodyIsWaitedForUntilTheJoinTimeout() {
		TestCluster cluster = new TestCluster(7);
		TestCluster.Node node = cluster.start("n1", List.of());
		cluster.runUntil(Duration.ofSeconds(20), () -> node.settledAt != null);
		assertThat(node.settledAt).isBetween(Duration.ofSeconds(10), Duration.ofMillis(10_300));
	}

	@Test
	void aRegistryThatShowsOthersInTimeLetsAllBootTogether() {
		TestCluster cluster = new TestCluster(8);
		for (String name : TEN) {
			cluster.start(name, List.of());
		}
		cluster.run(Duration.ofSeconds(6));
		cluster.nodes().forEach((node) -> node.discover(TestCluster.addresses(TEN)));
		cluster.runUntil(Duration.ofSeconds(2), () -> cluster.allSee(MemberStatus.UP, TEN));
		assertThat(cluster.node("n10").bootedAt).isLessThan(Duration.ofSeconds(8));
	}

	@Test
	void expectedSizeIsWaitedForWhateverTheRegistryShows() {
		TestCluster cluster = new TestCluster(9).with((settings) -> Changed.of(settings, "expectedSize", 3));
		cluster.start("n1", List.of("n1:7420"));
		cluster.start("n2", List.of("n1:7420", "n2:7420"));
		cluster.run(Duration.ofSeconds(5));
		assertThat(cluster.node("n1").bootedAt).isNull();
		cluster.start("n3", List.of("n1:7420", "n3:7420"));
		cluster.runUntil(Duration.ofSeconds(3),
				() -> cluster.nodes().stream().allMatch((node) -> node.bootedAt != null));
		assertThat(cluster.node("n1").membership.view().up()).hasSize(3);
	}

	@Test
	void expectedSizeIsNotWaitedForBeyondTheJoinTimeout() {
		TestCluster cluster = new TestCluster(10).with((settings) -> Changed.of(settings, "expectedSize", 3));
		TestCluster.Node node = cluster.start("n1", List.of("n1:7420"));
		cluster.run(Duration.ofSeconds(11));
		assertThat(node.bootedAt).isBetween(Duration.ofSeconds(10), Duration.ofMillis(10_300));
	}

	@Test
	void candidatesThatAreGoneDoNotHoldTheBootUp() {
		TestCluster cluster = new TestCluster(11);
		cluster.network().dark("n3", true);
		TestCluster.Node node = cluster.start("n1", TestCluster.addresses("n1", "n2", "n3"));
		cluster.run(Duration.ofSeconds(5));
		assertThat(node.bootedAt).isLessThan(Duration.ofSeconds(2));
	}

	@Test
	void withoutAJoinTimeoutNobodyIsWaitedFor() {
		TestCluster cluster = new TestCluster(12)
			.with((settings) -> Changed.of(settings, "joinTimeout", Duration.ZERO));
		TestCluster.Node node = cluster.start("n1", List.of());
		cluster.run(Duration.ofMillis(200));
		assertThat(Objects.requireNonNull(node.bootedAt)).isLessThan(Duration.ofMillis(200));
	}

	@Test
	void anEmptyOrFailedAnswerKeepsTheLastCandidates() {
		TestCluster cluster = new TestCluster(13).up("n1", "n2", "n3");
		for (TestCluster.Node node : cluster.nodes()) {
			node.discover(List.of());
			node.membership.candidatesFailed("the registry doesn't answer");
		}
		cluster.network().partition(List.of("n1"), List.of("n2", "n3"));
		cluster.run(Duration.ofSeconds(30));
		cluster.network().heal();
		cluster.runUntil(Duration.ofSeconds(5), () -> cluster.allSee(MemberStatus.UP, "n1", "n2", "n3"));
	}

	@Test
	void aForeignListenerIsReportedAndDoesNotHoldTheClusterUp() {
		TestCluster cluster = new TestCluster(14);
		cluster.network().occupy("n9:7420");
		cluster.start("n1", TestCluster.addresses("n1", "n2", "n9"));
		cluster.start("n2", TestCluster.addresses("n1", "n2", "n9"));
		cluster.runUntil(Duration.ofSeconds(12), () -> cluster.allSee(MemberStatus.UP, "n1", "n2"));
	}

}
