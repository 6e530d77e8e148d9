package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.horde.node.Changed;
import io.horde.process.StartReason;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.TestCluster;
import io.horde.test.SimulatedEventLoop;
import io.horde.test.Simulation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StartPace}, alone and in a cluster.
 */
class StartPaceTests {

	private final Simulation simulation = new Simulation(1);

	private final SimulatedEventLoop loop = this.simulation.eventLoop("n1");

	private final List<Duration> starts = new ArrayList<>();

	@Test
	void aSecondsWorthOfStartsComesAtOnceAndTheRestAtTheRate() {
		start(new StartPace(this.loop, 10), 25);
		this.simulation.run(Duration.ofSeconds(10));
		assertThat(this.starts).hasSize(25).isSorted();
		assertThat(this.starts.get(9)).isEqualTo(this.starts.get(0));
		for (int i = 10; i < 25; i++) {
			assertThat(this.starts.get(i).minus(this.starts.get(i - 1))).isBetween(Duration.ofMillis(99),
					Duration.ofMillis(102));
		}
	}

	@Test
	void aPauseEarnsNoMoreThanASecondsWorth() {
		StartPace pace = new StartPace(this.loop, 10);
		start(pace, 1);
		this.simulation.run(Duration.ofSeconds(60));
		start(pace, 25);
		this.simulation.run(Duration.ofMillis(50));
		assertThat(this.starts).hasSize(11);
	}

	@Test
	void withoutARateAllStartAtOnce() {
		start(new StartPace(this.loop, 0), 1000);
		this.simulation.run(Duration.ofMillis(1));
		assertThat(this.starts).hasSize(1000);
	}

	@Test
	void theChildrenOfANodeThatDiedStartAtTheRateOfTheirNewOne() {
		TestCluster cluster = cluster(2);
		int before = cluster.runs.size();
		int lost = (int) cluster.living().stream().filter((run) -> run.node.name.equals("n2")).count();
		cluster.crash("n2");
		cluster.await("the first is taken over", () -> cluster.runs.size() > before);
		cluster.simulation.run(Duration.ofMillis(50));
		assertThat(lost).isGreaterThan(30);
		assertThat(cluster.runs.size() - before).isBetween(10, 11);
		cluster.simulation.run(Duration.ofSeconds(1));
		assertThat(cluster.runs.size() - before).isBetween(19, 22);
		cluster.awaitRest(100);
		assertThat(cluster.runs).hasSize(100 + lost);
	}

	@Test
	void whatSomebodyWaitsForIsNotHeldUp() {
		TestCluster cluster = cluster(3);
		cluster.crash("n2");
		cluster.await("the first is taken over", () -> cluster.runs.size() > 100);
		Duration asked = cluster.simulation.now();
		cluster.get(cluster.supervisor("n1").startChild(TestCluster.spec("one-more")));
		assertThat(cluster.simulation.now().minus(asked)).isLessThan(Duration.ofMillis(50));
		cluster.awaitRest(101);
	}

	@Test
	void whatIsTerminatedBeforeItsTurnDoesNotStart() {
		TestCluster cluster = cluster(4);
		cluster.crash("n2");
		cluster.await("the first is taken over", () -> cluster.runs.size() > 100);
		String waiting = cluster.supervisor("n1")
			.children()
			.map(ProcessRef::id)
			.filter((id) -> cluster.places(id).isEmpty())
			.findFirst()
			.orElseThrow();
		assertThat(cluster.get(cluster.supervisor("n1").terminateChild(waiting))).isTrue();
		cluster.awaitRest(99);
		assertThat(cluster.runs)
			.noneMatch((run) -> run.id().equals(waiting) && run.context.startReason() == StartReason.TAKEOVER);
	}

	private static TestCluster cluster(long seed) {
		TestCluster cluster = new TestCluster(seed).supervisor((settings) -> Changed.of(settings, "massStartRate", 10))
			.with("n1", "n2");
		cluster.startChildren("n1", 100);
		return cluster;
	}

	private void start(StartPace pace, int count) {
		this.loop.execute(() -> {
			for (int i = 0; i < count; i++) {
				pace.start(() -> this.starts.add(this.simulation.now()));
			}
		});
	}

}
