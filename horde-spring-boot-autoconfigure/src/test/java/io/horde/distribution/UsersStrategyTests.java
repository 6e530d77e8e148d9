package io.horde.distribution;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.node.Changed;
import io.horde.process.RestartPolicy;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.TestCluster;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests of what a strategy of a user is told, and of the ring that it may use.
 */
class UsersStrategyTests {

	@Test
	void aStrategyIsToldWhatIsToBePlaced() {
		List<PlacementRequest> requests = new ArrayList<>();
		TestCluster cluster = cluster((request, view) -> {
			requests.add(request);
			return view.candidates(request).stream().findFirst();
		}).types(TestCluster.type("worker", 2, RestartPolicy.PERMANENT),
				TestCluster.type(TestCluster.ROOM, 0, RestartPolicy.PERMANENT))
			.with("n1");
		cluster.awaitRest(2);
		cluster.get(cluster.supervisor("n1").startChild(ChildSpec.of(TestCluster.ROOM).id("x").label("disk", "ssd")));
		assertThat(requests)
			.extracting(PlacementRequest::childId, PlacementRequest::processType, PlacementRequest::instance,
					PlacementRequest::labels)
			.contains(tuple("worker-0", "worker", 0, Map.of()), tuple("worker-1", "worker", 1, Map.of()),
					tuple("x", "room", 0, Map.of("disk", "ssd")));
	}

	@Test
	void theVersionOfTheViewGrowsWithEachChange() {
		List<Long> versions = new ArrayList<>();
		TestCluster cluster = cluster((request, view) -> {
			if (view.members().stream().anyMatch((member) -> member.self() && member.name().equals("n1"))) {
				versions.add(view.version());
			}
			return view.candidates(request).stream().findFirst();
		}).with("n1");
		cluster.startChildren("n1", 1);
		cluster.with("n2");
		cluster.get(cluster.supervisor("n1").startChild(TestCluster.spec("later")));
		assertThat(versions).isSorted().hasSizeGreaterThan(1);
		assertThat(versions.get(versions.size() - 1)).isGreaterThan(versions.get(0));
	}

	@Test
	void aStrategyCanRefuseToRunAnythingOnASideOfAPartition() {
		TestCluster cluster = cluster(new DistributionStrategy() {

			@Override
			public Optional<Member> chooseNode(PlacementRequest request, ClusterView view) {
				return view.ring(request).ownerOf(request.childId());
			}

			@Override
			public boolean hasQuorum(ClusterView view) {
				return view.members().stream().filter((member) -> member.status() == MemberStatus.UP).count() >= 2;
			}

		}).with("n1", "n2", "n3");
		cluster.startChildren("n1", 20);
		cluster.awaitRest(20);
		cluster.simulation.network().partition(List.of("n1", "n2"), List.of("n3"));
		cluster.simulation.run(Duration.ofSeconds(20));
		assertThat(cluster.living()).hasSize(20).extracting((run) -> run.node.name).containsOnly("n1", "n2");
		cluster.simulation.network().heal();
		cluster.awaitRest(20);
	}

	@Test
	void aStrategyEntitlesEachSideUnlessItSaysOtherwise() {
		DistributionStrategy strategy = (request, view) -> Optional.empty();
		assertThat(strategy.requiresQuorum()).isFalse();
		TestCluster cluster = cluster((request, view) -> {
			assertThat(strategy.hasQuorum(view)).isTrue();
			return view.candidates(request).stream().findFirst();
		}).with("n1");
		cluster.startChildren("n1", 1);
	}

	@Test
	void aRingTakesNewerStatesOfItsMembers() {
		HashRing ring = HashRing.of(List.of(member("b", MemberStatus.UP, 1), member("a", MemberStatus.UP, 2)));
		assertThat(ring.members()).extracting(Member::name).containsExactly("a", "b");
		HashRing newer = ring
			.with(List.of(member("a", MemberStatus.UNREACHABLE, 2), member("b", MemberStatus.UNREACHABLE, 1)));
		for (int i = 0; i < 100; i++) {
			Member owner = newer.ownerOf("key-" + i).orElseThrow();
			assertThat(owner.status()).isEqualTo(MemberStatus.UNREACHABLE);
			assertThat(owner.name()).isEqualTo(ring.ownerOf("key-" + i).orElseThrow().name());
		}
	}

	@Test
	void aRingTakesNoOtherMembers() {
		HashRing ring = HashRing.of(List.of(member("a", MemberStatus.UP, 1), member("b", MemberStatus.UP, 1)));
		assertThatIllegalArgumentException().isThrownBy(() -> ring.with(List.of(member("a", MemberStatus.UP, 1))));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> ring.with(List.of(member("b", MemberStatus.UP, 1), member("a", MemberStatus.UP, 1))));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> ring.with(List.of(member("a", MemberStatus.UP, 2), member("b", MemberStatus.UP, 1))));
	}

	private static TestCluster cluster(DistributionStrategy strategy) {
		return new TestCluster(61).strategy("own", strategy)
			.settings((all) -> all.with(Changed.of(all.membership(), "labels", Map.of("disk", "ssd")))
				.with(Changed.of(all.supervisor(), "distribution", "own")));
	}

	private static Member member(String name, MemberStatus status, int weight) {
		return new Member(name, name + ":7420", status, false, 1, Map.of(), weight, "", Set.of());
	}

}
