package io.horde.test;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;

import io.horde.cluster.MemberStatus;
import io.horde.supervisor.ChildSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of the children of a member that is taken off the declared list (M7).
 */
@ExtendWith(Quiet.class)
class DeclaredMembersSimulationTests {

	private static final int CHILDREN = 30;

	private final Simulation simulation = new Simulation(70);

	private final SimulatedCluster cluster = new SimulatedCluster(this.simulation);

	@BeforeEach
	void startThreeNodesAndChildren() {
		List.of("a", "b", "c").forEach(this.cluster::start);
		this.simulation.run(Duration.ofSeconds(20));
		this.cluster.supervisor("a")
			.startChildren(IntStream.range(0, CHILDREN)
				.mapToObj((i) -> ChildSpec.of(SimulatedCluster.PERMANENT).id("child-" + i))
				.toList());
		this.simulation.run(Duration.ofSeconds(5));
		assertThat(children("c")).isPositive();
	}

	@Test
	void livingMemberThatIsRemovedHandsItsChildrenOver() {
		this.cluster.cluster("a").setMembers(List.of("a:7420", "b:7420"));
		awaitChildrenOnAAndBOnly();
		this.simulation.run(Duration.ofSeconds(1));
		assertThat(this.cluster.cluster("c").self().status()).isEqualTo(MemberStatus.LEFT);
	}

	@Test
	void memberThatIsRemovedWhileItIsCutOffStopsItsChildrenWhenItIsBack() {
		this.simulation.network().partition(List.of("c"), List.of("a", "b"));
		this.simulation.run(Duration.ofSeconds(20));
		this.cluster.cluster("a").setMembers(List.of("a:7420", "b:7420"));
		this.simulation.run(Duration.ofSeconds(20));
		assertThat(children("c")).isPositive();
		this.simulation.network().heal();
		awaitChildrenOnAAndBOnly();
	}

	private void awaitChildrenOnAAndBOnly() {
		this.simulation.runUntil(() -> children("c") == 0 && once(), Duration.ofSeconds(60));
		assertThat(children("c")).isZero();
		assertThat(once()).as(this.cluster.running().toString()).isTrue();
	}

	private boolean once() {
		SortedMap<String, List<String>> running = this.cluster.running();
		return IntStream.range(0, CHILDREN).allMatch((i) -> running.getOrDefault("child-" + i, List.of()).size() == 1);
	}

	private long children(String node) {
		return this.cluster.running()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().startsWith("child-"))
			.map(SortedMap.Entry::getValue)
			.flatMap(Collection::stream)
			.filter(node::equals)
			.count();
	}

}
