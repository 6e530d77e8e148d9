package io.horde.supervisor;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.horde.cluster.membership.Membership;
import io.horde.node.Changed;
import io.horde.node.HordeSettings;
import io.horde.registry.HordeRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whole nodes whose links are those of a sparse overlay, so that starts, calls and
 * hand-overs go through other nodes.
 */
class SparseClusterTests {

	private static final int NODES = 24;

	private static final int CHILDREN = 48;

	private static final int ZONES = 3;

	private static final int OVERLAY_ABOVE = 8;

	private final TestCluster cluster = new TestCluster(31).settings(SparseClusterTests::sparse);

	private static HordeSettings sparse(HordeSettings all) {
		int number = Integer.parseInt(all.membership().nodeName().substring(1));
		return all.with(Changed.of(all.membership(), "labels", Map.of("zone", "zone-" + number % ZONES), "overlayAbove",
				OVERLAY_ABOVE));
	}

	@BeforeEach
	void startNodesAndChildren() {
		this.cluster.with(IntStream.range(0, NODES).mapToObj(SparseClusterTests::name).toArray(String[]::new));
		this.cluster.startChildren(name(0), CHILDREN);
		this.cluster.awaitRest(CHILDREN);
	}

	@Test
	void nodesAreLinkedWithSomeOfTheOthersOnly() {
		this.cluster.await("links that nobody needs are given up",
				() -> this.cluster.nodes.keySet()
					.stream()
					.allMatch((name) -> membership(name).linked().size() < NODES - 1));
	}

	@Test
	void eachNodeCallsChildrenOfNodesWithoutALinkByName() {
		int relayed = 0;
		for (String caller : this.cluster.nodes.keySet()) {
			for (TestCluster.Run run : this.cluster.living()) {
				if (isApart(caller, run.node.name)) {
					HordeRegistry registry = this.cluster.node(caller).registry();
					long token = this.cluster
						.get(registry.proxy(RoomApi.class, run.context.name().orElseThrow()).token());
					assertThat(token).isEqualTo(run.context.fencingToken());
					relayed++;
				}
			}
		}
		assertThat(relayed).isGreaterThan(NODES);
	}

	@Test
	void childrenOfAKilledNodeRunElsewhereOnce() {
		this.cluster.crash(this.cluster.living().get(0).node.name);
		this.cluster.awaitRest(CHILDREN);
	}

	@Test
	void aMovedChildKeepsItsStateWhereOldAndNewNodeHaveNoLink() {
		TestCluster.Run run = this.cluster.living()
			.stream()
			.filter((candidate) -> apartFrom(candidate.node.name) != null)
			.findFirst()
			.orElseThrow();
		run.state = "what it knows";
		String target = apartFrom(run.node.name);
		this.cluster.get(this.cluster.supervisor(name(0)).moveChild(run.id(), target));
		this.cluster.awaitRest(CHILDREN);
		TestCluster.Run moved = this.cluster.living()
			.stream()
			.filter((candidate) -> candidate.id().equals(run.id()))
			.findFirst()
			.orElseThrow();
		assertThat(moved.node.name).isEqualTo(target);
		assertThat(moved.state).isEqualTo("what it knows");
	}

	@Test
	void aLeavingNodeHandsItsChildrenOver() {
		TestCluster.Node leaving = this.cluster.living().get(0).node;
		this.cluster.living().forEach((run) -> run.state = "state of " + run.id());
		this.cluster.get(leaving.horde.leave());
		leaving.left = true;
		leaving.loop.kill();
		this.cluster.awaitRest(CHILDREN);
		assertThat(this.cluster.living()).allSatisfy((run) -> assertThat(run.state).isEqualTo("state of " + run.id()));
	}

	@Test
	void bothSidesOfACutRunAllChildrenAndAfterItEachRunsOnce() {
		List<String> zone = this.cluster.nodes.keySet().stream().filter((name) -> isInZone(name, 1)).toList();
		List<String> rest = this.cluster.nodes.keySet().stream().filter((name) -> !isInZone(name, 1)).toList();
		this.cluster.simulation.network().partition(zone, rest);
		this.cluster.await("both sides run all", () -> {
			TreeMap<String, List<String>> places = this.cluster.placesById();
			return places.size() == CHILDREN && places.values()
				.stream()
				.allMatch(
						(nodes) -> nodes.stream().anyMatch(zone::contains) && nodes.stream().anyMatch(rest::contains));
		});
		this.cluster.simulation.network().heal();
		this.cluster.awaitRest(CHILDREN);
	}

	private Membership membership(String name) {
		return this.cluster.node(name).horde.membership();
	}

	private boolean isApart(String one, String other) {
		return !one.equals(other) && !membership(one).isLinked(membership(other).selfId());
	}

	private String apartFrom(String name) {
		return this.cluster.nodes.keySet().stream().filter((other) -> isApart(name, other)).findFirst().orElse(null);
	}

	private static boolean isInZone(String name, int zone) {
		return Integer.parseInt(name.substring(1)) % ZONES == zone;
	}

	private static String name(int number) {
		return String.format("n%02d", number);
	}

}
