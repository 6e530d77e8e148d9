package io.horde.supervisor;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.horde.node.Changed;
import io.horde.process.ProcessState;
import io.horde.process.RestartPolicy;
import io.horde.process.engine.ProcessType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Static children in a cluster (O8).
 */
class StaticChildrenClusterTests {

	private static final ProcessType POLLER = TestCluster.type("poller", 1, RestartPolicy.PERMANENT);

	private static final ProcessType WORKER = TestCluster.type("worker", 5, RestartPolicy.PERMANENT);

	/* In Horde for Elixir each node starts all of them, until they see each other. */
	@Test
	void tenNodesThatBootTogetherStartEachStaticChildOnce() {
		for (long seed = 0; seed < 10; seed++) {
			TestCluster cluster = new TestCluster(seed).types(POLLER, WORKER);
			for (int i = 0; i < 10; i++) {
				cluster.start("n" + i);
			}
			cluster.awaitRest(6);
			cluster.simulation.run(Duration.ofSeconds(10));
			assertThat(cluster.runs).as("seed %s", seed)
				.extracting(TestCluster.Run::id)
				.containsExactlyInAnyOrder("poller", "worker-0", "worker-1", "worker-2", "worker-3", "worker-4");
		}
	}

	@Test
	void nodesThatBootOneAfterTheOtherStartEachStaticChildOnce() {
		for (long seed = 0; seed < 10; seed++) {
			TestCluster cluster = new TestCluster(seed).types(POLLER, WORKER);
			for (int i = 0; i < 4; i++) {
				cluster.start("n" + i);
				cluster.simulation.run(Duration.ofMillis(cluster.simulation.random().nextLong(2000)));
			}
			cluster.awaitRest(6);
			cluster.simulation.run(Duration.ofSeconds(10));
			assertThat(cluster.runs).as("seed %s", seed).hasSize(6);
		}
	}

	@Test
	void aLoneNodeStartsItsStaticChildrenSoon() {
		TestCluster cluster = new TestCluster(1).types(POLLER);
		cluster.start("n1");
		cluster.awaitRest(1);
		assertThat(cluster.simulation.now()).isLessThan(Duration.ofSeconds(1));
		assertThat(cluster.runs.get(0).context.name()).contains("poller");
	}

	@Test
	void instancesAreNumberedAndMembersOfTheGroupOfTheirType() {
		TestCluster cluster = new TestCluster(2).types(WORKER).with("n1", "n2", "n3");
		cluster.awaitRest(5);
		assertThat(cluster.living()
			.stream()
			.collect(Collectors.toMap(TestCluster.Run::id, (run) -> run.context.instance())))
			.isEqualTo(Map.of("worker-0", 0, "worker-1", 1, "worker-2", 2, "worker-3", 3, "worker-4", 4));
		cluster.simulation.run(Duration.ofMillis(100));
		assertThat(cluster.node("n2").registry().group("worker").members())
			.extracting((member) -> member.owner().processId())
			.containsExactlyInAnyOrder("worker-0", "worker-1", "worker-2", "worker-3", "worker-4");
	}

	@Test
	void aCrashedNodesStaticChildrenAreTakenOver() {
		TestCluster cluster = new TestCluster(3).types(WORKER).with("n1", "n2", "n3");
		cluster.awaitRest(5);
		String victim = cluster.places("worker-0").get(0);
		cluster.crash(victim);
		cluster.awaitRest(5);
	}

	@Test
	void aStaticChildThatWasStoppedStaysSoUntilItIsStartedAgain() {
		TestCluster cluster = new TestCluster(4).types(POLLER).with("n1", "n2", "n3");
		cluster.awaitRest(1);
		assertThat(cluster.get(cluster.supervisor("n2").terminateChild("poller"))).isTrue();
		assertThat(cluster.living()).isEmpty();
		assertThat(cluster.supervisor("n2").child("poller")).get()
			.satisfies((child) -> assertThat(child.state()).isEqualTo(ProcessState.STOPPED));
		cluster.crash("n1");
		cluster.with("n4");
		cluster.simulation.run(Duration.ofSeconds(20));
		assertThat(cluster.living()).isEmpty();
		assertThat(cluster.get(cluster.supervisor("n4").startChild(ChildSpec.of("poller").id("poller"))).process())
			.isNotNull();
		cluster.awaitRest(1);
	}

	@Test
	void aStaticTransientChildRunsToItsEndOnce() {
		TestCluster cluster = new TestCluster(5).types(TestCluster.type("boot", 1, RestartPolicy.TRANSIENT))
			.with("n1", "n2");
		cluster.awaitRest(1);
		cluster.living().get(0).context.exit();
		cluster.simulation.run(Duration.ofSeconds(10));
		cluster.crash("n1");
		cluster.simulation.run(Duration.ofSeconds(20));
		assertThat(cluster.runs).hasSize(1);
		assertThat(cluster.living()).isEmpty();
	}

	@Test
	void aTypeThatNobodyAnnouncesAnyMoreIsStoppedAfterItsRetention() {
		TestCluster cluster = new TestCluster(6).types(WORKER)
			.settings((all) -> all.with(Changed.of(all.supervisor(), "staticRetention", Duration.ofSeconds(8)))
				.with(Changed.of(all.membership(), "version", "1")))
			.with("n1", "n2");
		cluster.awaitRest(5);
		cluster.types(TestCluster.type("worker", 2, RestartPolicy.PERMANENT))
			.settings((all) -> all.with(Changed.of(all.supervisor(), "staticRetention", Duration.ofSeconds(8)))
				.with(Changed.of(all.membership(), "version", "2")))
			.with("n3");
		assertThat(cluster.placesById()).hasSize(5);
		cluster.simulation.run(Duration.ofSeconds(10));
		assertThat(new TreeSet<>(cluster.placesById().keySet()))
			.isEqualTo(new TreeSet<>(List.of("worker-0", "worker-1")));
		cluster.awaitRest(2);
	}

}
