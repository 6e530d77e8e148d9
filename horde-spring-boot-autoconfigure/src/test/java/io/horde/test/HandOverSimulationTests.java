package io.horde.test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.ProcessRef;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hand-overs in a simulated cluster under faults that random schedules have found to
 * hurt.
 */
@ExtendWith(Quiet.class)
class HandOverSimulationTests {

	private final Simulation simulation = new Simulation(60);

	private final SimulatedCluster cluster = new SimulatedCluster(this.simulation);

	private String from;

	private String to;

	@BeforeEach
	void startThreeNodesAndAChild() {
		List.of("a", "b", "c").forEach(this.cluster::start);
		this.simulation.run(Duration.ofSeconds(20));
		this.cluster.supervisor("a").startChild(ChildSpec.of(SimulatedCluster.PERMANENT).id("child").name("child"));
		this.simulation.run(Duration.ofSeconds(5));
		this.from = this.cluster.running().get("child").get(0);
		this.to = this.from.equals("a") ? "b" : "a";
	}

	@Test
	void lostHandOverIsRepeatedSoon() {
		this.simulation.network().faults(this.from, this.to, Faults.NONE.withLoss(1));
		CompletableFuture<ProcessRef> move = this.cluster.supervisor(this.from).moveChild("child", this.to);
		this.simulation.run(Duration.ofMillis(400));
		assertThat(this.cluster.running()).doesNotContainKey("child");
		this.simulation.network().heal();
		this.simulation.run(Duration.ofSeconds(2));
		assertThat(this.cluster.running().get("child")).containsExactly(this.to);
		assertThat(move).isCompleted();
	}

	@Test
	void handOverThatArrivesTwiceIsObeyedOnce() {
		this.simulation.network().faults(this.from, this.to, Faults.NONE.withDuplication(1));
		CompletableFuture<ProcessRef> move = this.cluster.supervisor(this.from).moveChild("child", this.to);
		this.simulation.run(Duration.ofSeconds(2));
		assertThat(this.cluster.running().get("child")).containsExactly(this.to);
		assertThat(move).isCompletedWithValueMatching((moved) -> moved.node().equals(this.to));
	}

}
