package io.horde.distribution;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.MembershipView;
import io.horde.cluster.protocol.TypeAnnouncement;
import io.horde.crdt.ReplicaId;
import io.horde.supervisor.ownership.MembershipClusterView;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests of the shipped strategies and of {@link MembershipClusterView}.
 */
class DistributionTests {

	@Test
	void candidatesAreLiveMembersThatCanRunTheTypeAndHaveTheLabels() {
		MembershipClusterView view = MembershipClusterView.of(view(state("a", MemberStatus.UP, Map.of("disk", "ssd")),
				state("b", MemberStatus.UNREACHABLE, Map.of("disk", "ssd")), state("c", MemberStatus.UP, Map.of()),
				state("d", MemberStatus.JOINING, Map.of("disk", "ssd")),
				state("e", MemberStatus.LEAVING, Map.of("disk", "ssd")),
				state("f", MemberStatus.DOWN, Map.of("disk", "ssd"))));
		PlacementRequest request = new PlacementRequest("x", "room", 0, Map.of("disk", "ssd"));
		assertThat(view.candidates(request)).extracting(Member::name).containsExactly("a", "b");
		assertThat(view.excluded(request)).containsOnlyKeys("c", "d", "e", "f")
			.containsEntry("c", "lacks the label disk=ssd")
			.containsEntry("e", "is LEAVING");
		assertThat(view.candidates(new PlacementRequest("x", "other", 0, Map.of()))).isEmpty();
	}

	@Test
	void labelsThatTheTypeRequiresExcludeMembersToo() {
		MemberState picky = new MemberState(new ReplicaId("a", 1), MemberStatus.UP, "a:1", Map.of(), 1, "",
				new TreeMap<>(Map.of("room", new TypeAnnouncement("room", 0, Map.of("gpu", "yes")))), true, "");
		MembershipClusterView view = MembershipClusterView.of(view(picky));
		assertThat(view.candidates(request("x"))).isEmpty();
	}

	@Test
	void theRingIsBuiltOncePerSetOfCandidates() {
		MembershipView view = view(state("a", MemberStatus.UP, Map.of()), state("b", MemberStatus.UP, Map.of()));
		MembershipClusterView first = MembershipClusterView.of(view);
		assertThat(first.ring(request("x"))).isSameAs(first.ring(request("y")));
	}

	@Test
	void aReplacedIncarnationIsNoMember() {
		MembershipView view = new MembershipView(1, new ReplicaId("a", 1),
				List.of(state("a", MemberStatus.UP, Map.of()), state("b", MemberStatus.DOWN, Map.of()), new MemberState(
						new ReplicaId("b", 2), MemberStatus.UP, "b:1", Map.of(), 1, "", new TreeMap<>(), true, "")));
		assertThat(MembershipClusterView.of(view).members()).extracting(Member::name, Member::incarnation)
			.containsExactly(tuple("a", 1L), tuple("b", 2L));
	}

	@Test
	void identicalSpecsSpreadSinceTheKeyIsTheChildId() {
		assertThat(counts(new UniformDistribution())).hasSize(3)
			.allSatisfy((name, count) -> assertThat(count).isBetween(900, 1100));
	}

	@Test
	void randomDistributionSpreadsAndIsTheSameOnEachNode() {
		RandomDistribution strategy = new RandomDistribution();
		assertThat(counts(strategy)).hasSize(3).allSatisfy((name, count) -> assertThat(count).isBetween(850, 1150));
		MembershipView fromA = view(state("a", MemberStatus.UP, Map.of()), state("b", MemberStatus.UP, Map.of()));
		MembershipView fromB = new MembershipView(77, new ReplicaId("b", 1), fromA.members());
		for (int i = 0; i < 100; i++) {
			assertThat(name(strategy, "c" + i, MembershipClusterView.of(fromA)))
				.isEqualTo(name(strategy, "c" + i, MembershipClusterView.of(fromB)));
		}
	}

	@Test
	void onlyTheQuorumStrategyRequiresQuorum() {
		assertThat(new UniformQuorumDistribution().requiresQuorum()).isTrue();
		assertThat(new UniformDistribution().requiresQuorum()).isFalse();
		assertThat(new RandomDistribution().requiresQuorum()).isFalse();
	}

	private static Map<String, Integer> counts(DistributionStrategy strategy) {
		MembershipClusterView view = MembershipClusterView.of(view(state("a", MemberStatus.UP, Map.of()),
				state("b", MemberStatus.UP, Map.of()), state("c", MemberStatus.UP, Map.of())));
		Map<String, Integer> counts = new HashMap<>();
		for (int i = 0; i < 3000; i++) {
			counts.merge(name(strategy, "room-" + i, view), 1, Integer::sum);
		}
		return counts;
	}

	private static String name(DistributionStrategy strategy, String id, ClusterView view) {
		return strategy.chooseNode(request(id), view).orElseThrow().name();
	}

	private static PlacementRequest request(String id) {
		return new PlacementRequest(id, "room", 0, Map.of());
	}

	private static MembershipView view(MemberState... states) {
		return new MembershipView(1, states[0].id(), new ArrayList<>(List.of(states)));
	}

	private static MemberState state(String name, MemberStatus status, Map<String, String> labels) {
		return new MemberState(new ReplicaId(name, 1), status, name + ":1", labels, 1, "",
				new TreeMap<>(Map.of("room", new TypeAnnouncement("room", 0, Map.of()))), true, "");
	}

}
