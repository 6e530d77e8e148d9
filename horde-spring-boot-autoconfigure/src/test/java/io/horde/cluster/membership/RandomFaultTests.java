package io.horde.cluster.membership;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

import io.horde.cluster.MemberStatus;
import io.horde.test.Faults;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random schedules of faults, after which all views must agree.
 */
class RandomFaultTests {

	private static final int SEEDS = Integer.getInteger("horde.test.seeds", 60);

	private static final Duration HEALED = Duration.ofSeconds(20);

	static List<Long> seeds() {
		return LongStream.range(0, SEEDS).boxed().toList();
	}

	@ParameterizedTest
	@MethodSource("seeds")
	void afterTheLastFaultAllViewsAgree(long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		String[] names = { "n1", "n2", "n3", "n4", "n5" };
		TestCluster cluster = new TestCluster(seed).up(names);
		for (int i = 0; i < 30; i++) {
			fault(cluster, random, names);
			cluster.run(Duration.ofMillis(random.nextInt(4000)));
		}
		cluster.network().heal();
		for (TestCluster.Node node : cluster.nodes()) {
			cluster.network().dark(node.machine, false);
			node.loop.resume();
			if (!node.loop.isAlive()) {
				cluster.start(node.machine, TestCluster.addresses(names));
			}
		}
		cluster.runUntil(HEALED, () -> cluster.allSee(MemberStatus.UP, names) && cluster.viewsAgree());
		assertThat(cluster.nodes()).allMatch((node) -> node.failure == null);
		cluster.run(Duration.ofSeconds(20));
		assertThat(cluster.allSee(MemberStatus.UP, names)).as(cluster::describe).isTrue();
	}

	private static void fault(TestCluster cluster, SplittableRandom random, String[] names) {
		String name = names[random.nextInt(names.length)];
		String other = names[random.nextInt(names.length)];
		TestCluster.Node node = cluster.node(name);
		switch (random.nextInt(12)) {
			case 0 -> node.kill();
			case 1, 2 -> {
				if (!node.loop.isAlive()) {
					cluster.start(name, TestCluster.addresses(names));
				}
			}
			case 3 -> node.loop.pause();
			case 4, 5 -> node.loop.resume();
			case 6 -> {
				if (!name.equals(other)) {
					cluster.network().cut(name, other);
				}
			}
			case 7 -> cluster.network()
				.partition(List.of(name), List.of(names).stream().filter((n) -> !n.equals(name)).toList());
			case 8 -> cluster.network().heal();
			case 9 -> cluster.network().reset(name, other);
			case 10 -> cluster.network()
				.faults(Faults.NONE.withLoss(random.nextDouble(0.4)).withDuplication(0.1).withReordering(0.1));
			default -> node.loop.clock().step(Duration.ofMillis(random.nextInt(-3000, 60)));
		}
	}

}
