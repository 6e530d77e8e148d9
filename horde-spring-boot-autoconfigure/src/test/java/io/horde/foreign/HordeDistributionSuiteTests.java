package io.horde.foreign;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.distribution.ClusterView;
import io.horde.distribution.DistributionStrategy;
import io.horde.distribution.HashRing;
import io.horde.distribution.PlacementRequest;
import io.horde.distribution.RandomDistribution;
import io.horde.distribution.UniformDistribution;
import io.horde.node.Changed;
import io.horde.supervisor.TestCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Horde's properties of its strategies: {@code uniform_distribution_test.exs},
 * {@code uniform_random_distribution_test.exs},
 * {@code uniform_quorum_distribution_test.exs}.
 */
class HordeDistributionSuiteTests extends ForeignSuite {

	private static final List<MemberStatus> NOT_ALIVE = List.of(MemberStatus.DOWN, MemberStatus.LEAVING,
			MemberStatus.LEFT, MemberStatus.JOINING);

	@Test
	@Upstream("uniform_distribution_test.exs: chooses one of the members")
	void uniformDistributionChoosesALivingMember() {
		choosesALivingMember(new UniformDistribution()::chooseNode);
	}

	@Test
	@Upstream("uniform_distribution_test.exs: returns error if no alive nodes are available")
	void uniformDistributionChoosesNobodyIfNobodyLives() {
		choosesNobodyIfNobodyLives(new UniformDistribution()::chooseNode);
	}

	@Test
	@Upstream("uniform_random_distribution_test.exs: chooses one of the members that is alive")
	void randomDistributionChoosesALivingMember() {
		choosesALivingMember(new RandomDistribution()::chooseNode);
	}

	@Test
	@Upstream("uniform_random_distribution_test.exs: returns error if no alive nodes are available")
	void randomDistributionChoosesNobodyIfNobodyLives() {
		choosesNobodyIfNobodyLives(new RandomDistribution()::chooseNode);
	}

	/**
	 * Whatever the split, one side has quorum and the other has none. It is no matter of
	 * the strategy here, but of the voters: with an even number of nodes both sides may
	 * lack it, never have it.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6 })
	@Upstream("uniform_quorum_distribution_test.exs: chooses one of the members")
	void ofTwoSidesOneHasQuorum(long seed) throws InterruptedException {
		List<String> nodes = List.of("n1", "n2", "n3", "n4", "n5");
		this.cluster = new TestCluster(60 + seed);
		this.cluster.settings((settings) -> settings.with(Changed.of(settings.membership(), "seats", 5))
			.with(Changed.of(settings.supervisor(), "distribution", "quorum")));
		this.cluster.with(nodes.toArray(String[]::new));
		this.cluster.await("all have quorum",
				() -> nodes.stream().allMatch((node) -> members(node).quorum().present()));
		SplittableRandom random = new SplittableRandom(seed);
		TreeSet<String> some = new TreeSet<>();
		nodes.stream().filter((node) -> random.nextBoolean()).forEach(some::add);
		TreeSet<String> others = new TreeSet<>(nodes);
		others.removeAll(some);
		part(List.copyOf(some), List.copyOf(others));
		pass(Duration.ofSeconds(20));
		for (String node : nodes) {
			boolean most = (some.contains(node) ? some : others).size() >= 3;
			assertThat(members(node).awaitQuorum(Duration.ZERO)).as("%s of %s and %s", node, some, others)
				.isEqualTo(most);
		}
	}

	private static void choosesALivingMember(DistributionStrategy strategy) {
		SplittableRandom random = new SplittableRandom(1);
		for (int i = 0; i < 300; i++) {
			List<Member> members = members(random, List.of(MemberStatus.values()));
			members.add(member("own", MemberStatus.UP));
			Optional<Member> chosen = strategy.chooseNode(request(random), new View(members));
			assertThat(chosen).get()
				.satisfies((member) -> assertThat(member.status()).isIn(MemberStatus.UP, MemberStatus.UNREACHABLE))
				.isIn(members);
		}
	}

	private static void choosesNobodyIfNobodyLives(DistributionStrategy strategy) {
		SplittableRandom random = new SplittableRandom(2);
		for (int i = 0; i < 300; i++) {
			assertThat(strategy.chooseNode(request(random), new View(members(random, NOT_ALIVE)))).isEmpty();
		}
	}

	private static List<Member> members(SplittableRandom random, List<MemberStatus> statuses) {
		List<Member> members = new ArrayList<>();
		int count = random.nextInt(20);
		for (int i = 0; i < count; i++) {
			members.add(member("A" + i + random.nextInt(1000), statuses.get(random.nextInt(statuses.size()))));
		}
		return members;
	}

	private static Member member(String name, MemberStatus status) {
		return new Member(name, name + ":7420", status, false, 1, Map.of(), 1, "", Set.of("room"));
	}

	private static PlacementRequest request(SplittableRandom random) {
		return new PlacementRequest(Long.toString(random.nextLong(), 36), "room", 0, Map.of());
	}

	/**
	 * A view as a user would make one to test his own strategy.
	 */
	private record View(List<Member> members) implements ClusterView {

		@Override
		public long version() {
			return 1;
		}

		@Override
		public List<Member> candidates(PlacementRequest request) {
			return this.members.stream()
				.filter((member) -> member.status() == MemberStatus.UP || member.status() == MemberStatus.UNREACHABLE)
				.filter((member) -> member.processTypes().contains(request.processType()))
				.toList();
		}

		@Override
		public HashRing ring(PlacementRequest request) {
			return HashRing.of(candidates(request));
		}

	}

}
