package io.horde.supervisor;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

import io.horde.node.Changed;
import io.horde.process.RestartPolicy;
import io.horde.registry.NameEntry;
import io.horde.test.Faults;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The value of a child's name stays what its process has made it, wherever that runs
 * (N12).
 */
class SupervisorValueTests {

	private static final ChildSpec SPEC = TestCluster.spec("x").id("x").value(0);

	private TestCluster cluster;

	@Test
	void aMoveCarriesTheValue() {
		start(1);
		for (int value = 1; value < 6; value++) {
			update(value);
			String target = other();
			this.cluster.get(this.cluster.supervisor("n1").moveChild("x", target));
			assertThat(this.cluster.places("x")).containsExactly(target);
			assertValue(value);
		}
	}

	@Test
	void aMoveCarriesTheValueThatReplicationHasNotBrought() {
		for (int seed = 0; seed < 30; seed++) {
			start(200 + seed);
			String source = run().node.name;
			this.cluster.simulation.network().faults(Faults.NONE.withLoss(0.5));
			update(7);
			this.cluster.supervisor(source).moveChild("x", other());
			this.cluster.simulation.run(Duration.ofSeconds(5));
			this.cluster.simulation.network().heal();
			assertValue(7);
		}
	}

	@Test
	void aLeavingNodeHandsTheValueOver() {
		start(3);
		update(60);
		leave(run().node.name);
		assertValue(60);
	}

	@Test
	void aRestartInPlaceKeepsTheValue() {
		start(4);
		update(5);
		TestCluster.Run before = run();
		before.context.fail(new IllegalStateException("tried"));
		this.cluster.await("another run", () -> this.cluster.living().stream().anyMatch((run) -> run != before));
		assertThat(run().node.name).isEqualTo(before.node.name);
		assertValue(5);
	}

	@Test
	void theDeathOfTheNodeKeepsTheValueThatWasReplicated() {
		start(5);
		update(8);
		this.cluster.simulation.run(Duration.ofSeconds(1));
		this.cluster.crash(run().node.name);
		assertValue(8);
	}

	@Test
	void aNodeThatIsReplacedAtOnceSweepsNoValueAway() {
		for (int seed = 0; seed < 20; seed++) {
			start(600 + seed);
			update(8);
			this.cluster.simulation.run(Duration.ofSeconds(1));
			String node = run().node.name;
			Duration busy = this.cluster.simulation.now().plusSeconds(4);
			this.cluster.behaviour((run) -> {
				if (this.cluster.simulation.now().compareTo(busy) < 0) {
					throw new IllegalStateException("not yet");
				}
			});
			this.cluster.crash(node);
			this.cluster.simulation.run(Duration.ofMillis(this.cluster.simulation.random().nextLong(1500)));
			this.cluster.start(node);
			assertValue(8);
		}
	}

	@Test
	void theDeathOfTheNodeDuringTheRestartKeepsTheValue() {
		start(7);
		update(9);
		TestCluster.Run before = run();
		before.context.fail(new IllegalStateException("tried"));
		this.cluster.await("the end of the run", () -> !before.isAlive());
		this.cluster.simulation.run(Duration.ofMillis(50));
		this.cluster.crash(before.node.name);
		assertValue(9);
	}

	@Test
	void aNodeThatStopsWithoutHandingOverLeavesTheValue() {
		start(8);
		update(10);
		this.cluster.simulation.run(Duration.ofSeconds(1));
		TestCluster.Node node = run().node;
		node.horde.stop();
		node.left = true;
		this.cluster.simulation.run(Duration.ofSeconds(1));
		this.cluster.crash(node.name);
		assertValue(10);
	}

	@Test
	void aCopyThatAssertsItselfKeepsItsValue() {
		start(9);
		update(11);
		String owner = run().node.name;
		List<String> others = this.cluster.nodes.keySet().stream().filter((name) -> !name.equals(owner)).toList();
		this.cluster.behaviour((run) -> {
			if (!run.node.name.equals(owner)) {
				throw new IllegalStateException("no start elsewhere");
			}
		});
		long epoch = run().context.fencingToken();
		this.cluster.simulation.network().partition(List.of(owner), others);
		this.cluster.simulation.run(Duration.ofSeconds(8));
		this.cluster.simulation.network().heal();
		this.cluster.await("the copy asserts itself", () -> run().context.fencingToken() > epoch);
		assertThat(run().node.name).isEqualTo(owner);
		assertValue(11);
	}

	@Test
	void aChildThatIsStartedAnewBeginsWithTheValueOfItsSpec() {
		start(10);
		update(12);
		this.cluster.get(this.cluster.supervisor("n1").terminateChild("x"));
		this.cluster.get(this.cluster.supervisor("n2").startChild(SPEC));
		assertValue(0);
	}

	@Test
	void aChildThatIsStartedAnewAfterTheDeathOfItsNodeBeginsWithTheValueOfItsSpec() {
		start(11);
		update(13);
		this.cluster.simulation.run(Duration.ofSeconds(1));
		String node = run().node.name;
		String left = other();
		this.cluster.behaviour((run) -> {
			throw new IllegalStateException("nothing starts");
		});
		this.cluster.crash(node);
		this.cluster.simulation.run(Duration.ofSeconds(1));
		this.cluster.get(this.cluster.supervisor(left).terminateChild("x"));
		this.cluster.behaviour((run) -> {
		});
		this.cluster.get(this.cluster.supervisor(left).startChild(SPEC));
		assertValue(0);
		this.cluster.crash(run().node.name);
		assertValue(0);
	}

	@Test
	void aChildThatIsTakenOverBeforeItsFirstRunHasNothingOfTheFormerOneOfItsId() {
		this.cluster = new TestCluster(18).with("n1", "n2", "n3", "n4");
		this.cluster.get(this.cluster.supervisor("n1").startChild(SPEC));
		assertValue(0);
		update(18);
		this.cluster.simulation.run(Duration.ofSeconds(1));
		String former = run().node.name;
		this.cluster.nodes.values().forEach(SupervisorValueTests::startNothing);
		this.cluster.crash(former);
		this.cluster.simulation.run(Duration.ofSeconds(1));
		String caller = other(former);
		this.cluster.supervisor(caller).terminateChild("x");
		this.cluster.simulation.run(Duration.ofSeconds(1));
		this.cluster.supervisor(caller).startChild(SPEC);
		this.cluster.simulation.run(Duration.ofSeconds(1));
		String owner = this.cluster.supervisor(caller).child("x").orElseThrow().node();
		assertThat(this.cluster.living()).isEmpty();
		this.cluster.nodes.values().forEach((node) -> node.elsewhere = null);
		this.cluster.crash(owner);
		assertValue(0);
	}

	@Test
	void nothingIsLeftOfTheNameOfATerminatedChild() {
		start(12);
		update(14);
		this.cluster.simulation.run(Duration.ofSeconds(1));
		String node = run().node.name;
		String left = other();
		this.cluster.behaviour((run) -> {
			throw new IllegalStateException("nothing starts");
		});
		this.cluster.crash(node);
		this.cluster.start(node);
		this.cluster.simulation.run(Duration.ofSeconds(5));
		assertThat(this.cluster.node(left).horde.registry().stats().names()).isEqualTo(1);
		this.cluster.get(this.cluster.supervisor(left).terminateChild("x"));
		this.cluster.await("nothing is left of the name",
				() -> this.cluster.nodes.values()
					.stream()
					.allMatch((each) -> each.horde.registry().stats().names() == 0));
	}

	@Test
	void theValueOfAStaticChildIsCarriedToo() {
		this.cluster = new TestCluster(13).types(TestCluster.type("x", 1, RestartPolicy.PERMANENT))
			.with("n1", "n2", "n3");
		this.cluster.await("x runs", () -> !this.cluster.places("x").isEmpty());
		this.cluster.awaitRest(1);
		update(15);
		this.cluster.get(this.cluster.supervisor("n1").moveChild("x", other()));
		assertValue(15);
		update(16);
		this.cluster.simulation.run(Duration.ofSeconds(1));
		this.cluster.crash(run().node.name);
		assertValue(16);
	}

	@Test
	void theEndOfALeaseKeepsTheValue() {
		this.cluster = new TestCluster(14)
			.settings((all) -> all.with(Changed.of(all.membership(), "expectedSize", 3, "seats", 3))
				.with(Changed.of(all.supervisor(), "distribution", "quorum")))
			.with("n1", "n2", "n3");
		this.cluster.get(this.cluster.supervisor("n1").startChild(SPEC));
		this.cluster.awaitRest(1);
		update(17);
		this.cluster.simulation.run(Duration.ofSeconds(1));
		TestCluster.Run before = run();
		String owner = before.node.name;
		List<String> others = this.cluster.nodes.keySet().stream().filter((name) -> !name.equals(owner)).toList();
		this.cluster.simulation.network().partition(List.of(others.get(0)), List.of(owner, others.get(1)));
		this.cluster.simulation.network().partition(List.of(others.get(1)), List.of(owner));
		this.cluster.await("its lease ends", () -> !before.isAlive());
		this.cluster.simulation.run(Duration.ofSeconds(5));
		this.cluster.simulation.network().heal();
		assertValue(17);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 })
	void whateverHappensToItsNodesAChildHasTheValueThatItWasGivenLast(int seed) {
		SplittableRandom random = new SplittableRandom(seed);
		start(700 + seed);
		int value = 0;
		for (int step = 1; step <= 12; step++) {
			if (random.nextInt(3) > 0) {
				value = 100 * seed + step;
				update(value);
				this.cluster.simulation.run(Duration.ofMillis(random.nextInt(1000)));
			}
			TestCluster.Run before = run();
			switch (random.nextInt(6)) {
				case 0, 1 -> this.cluster.get(this.cluster.supervisor(before.node.name).moveChild("x", other()));
				case 2 -> {
					before.context.fail(new IllegalStateException("tried"));
					this.cluster.await("another run",
							() -> this.cluster.living().stream().anyMatch((run) -> run != before));
				}
				case 3 -> {
					leave(before.node.name);
					this.cluster.start(before.node.name);
				}
				case 4 -> {
					this.cluster.simulation.run(Duration.ofSeconds(1));
					this.cluster.crash(before.node.name);
					this.cluster.simulation.run(Duration.ofMillis(random.nextInt(8000)));
					this.cluster.start(before.node.name);
				}
				default -> {
					value = 0;
					this.cluster.get(this.cluster.supervisor(other()).terminateChild("x"));
					this.cluster.get(this.cluster.supervisor(other("")).startChild(SPEC));
				}
			}
			assertValue(value);
			this.cluster.awaitUp();
		}
	}

	private static void startNothing(TestCluster.Node node) {
		node.elsewhere = (start) -> startNothing(node);
	}

	private void start(long seed) {
		this.cluster = new TestCluster(seed).with("n1", "n2", "n3");
		this.cluster.get(this.cluster.supervisor("n1").startChild(SPEC));
		assertValue(0);
	}

	private void leave(String node) {
		this.cluster.get(this.cluster.supervisor(node).leave());
		this.cluster.node(node).left = true;
		this.cluster.node(node).horde.stop();
		this.cluster.simulation.run(Duration.ofSeconds(1));
		this.cluster.crash(node);
	}

	private void update(int value) {
		TestCluster.Run run = run();
		run.node.registry().ownedBy(run.context).updateValue("x", Integer.class, (before) -> value);
	}

	private void assertValue(int value) {
		this.cluster.awaitRest(1);
		this.cluster.await("all nodes read " + value + " and not " + values(),
				() -> values().stream().allMatch((read) -> read.equals(value)));
	}

	private List<Integer> values() {
		return this.cluster.nodes.values()
			.stream()
			.filter((node) -> node.loop.isAlive() && !node.left)
			.map((node) -> node.registry()
				.lookup("x")
				.filter((entry) -> entry.node().equals(run().node.name))
				.map(SupervisorValueTests::value)
				.orElse(-1))
			.toList();
	}

	private static Integer value(NameEntry entry) {
		Integer value = entry.value(Integer.class);
		return (value != null) ? value : -2;
	}

	private TestCluster.Run run() {
		return this.cluster.living().get(0);
	}

	private String other() {
		return other(run().node.name);
	}

	private String other(String node) {
		return this.cluster.nodes.values()
			.stream()
			.filter((each) -> each.loop.isAlive() && !each.left && !each.name.equals(node))
			.map((each) -> each.name)
			.findFirst()
			.orElseThrow();
	}

}
