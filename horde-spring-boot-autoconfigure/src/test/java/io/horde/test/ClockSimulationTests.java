package io.horde.test;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.node.Changed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of R7: a node whose wall clock is off neither wins nor loses all conflicts.
 */
@ExtendWith(Quiet.class)
class ClockSimulationTests {

	private static final Duration KEPT = Duration.ofSeconds(1);

	private static final Duration BROKEN = Duration.ofDays(1000);

	/*
	 * One clock is off by minutes or hours; of two writes on the two sides of a
	 * partition, three seconds apart, the later one has to be seen in the end.
	 */
	private static boolean laterWriteWins(long seed, Duration maxClockOffset) {
		SplittableRandom random = new SplittableRandom(seed);
		Simulation simulation = new Simulation(seed);
		SimulatedCluster cluster = new SimulatedCluster(simulation);
		cluster
			.settings((settings) -> settings.with(Changed.of(settings.membership(), "maxClockOffset", maxClockOffset)));
		List<String> names = List.of("a", "b", "c", "d").subList(0, 3 + random.nextInt(2));
		String off = names.get(random.nextInt(names.size()));
		String other = names.get((names.indexOf(off) + 1) % names.size());
		boolean ahead = random.nextBoolean();
		Duration offset = Duration.ofSeconds(random.nextInt(20, 20_000));
		simulation.clock(off).step(ahead ? offset : offset.negated());
		for (String name : names) {
			cluster.start(name);
			simulation.run(Duration.ofMillis(random.nextInt(2000)));
		}
		simulation.run(Duration.ofSeconds(20));
		TreeSet<String> others = new TreeSet<>(names);
		others.remove(off);
		simulation.network().partition(List.of(off), others);
		cluster.registry(ahead ? off : other).putMeta("key", "early");
		simulation.run(Duration.ofSeconds(3));
		cluster.registry(ahead ? other : off).putMeta("key", "late");
		simulation.run(Duration.ofSeconds(1));
		simulation.network().heal();
		simulation.run(Duration.ofSeconds(40));
		List<Object> seen = names.stream().map((name) -> cluster.registry(name).meta().get("key")).distinct().toList();
		return seen.equals(List.of("late"));
	}

	/*
	 * M5: by its wall clock alone a node that starts again would be an older incarnation
	 * than the one that the others know.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 10, 200 })
	void nodeWhoseClockWentBackSinceItsLastStartBeginsAboveThat(int downtime) {
		Simulation simulation = new Simulation(7);
		SimulatedCluster cluster = new SimulatedCluster(simulation);
		cluster.settings(
				(settings) -> settings.with(Changed.of(settings.membership(), "forgetAfter", Duration.ofSeconds(60))));
		List.of("a", "b", "c").forEach(cluster::start);
		simulation.run(Duration.ofSeconds(20));
		long before = cluster.cluster("b").self().incarnation();
		cluster.crash("b");
		simulation.clock("b").step(Duration.ofHours(-1));
		simulation.run(Duration.ofSeconds(downtime));
		cluster.start("b");
		simulation.run(Duration.ofSeconds(20));
		assertThat(cluster.cluster("b").self().incarnation()).isGreaterThan(before);
		for (String name : List.of("a", "b", "c")) {
			assertThat(cluster.cluster(name).members()).as("members of %s", name)
				.allMatch((member) -> member.status() == MemberStatus.UP)
				.extracting(Member::name)
				.containsExactlyInAnyOrder("a", "b", "c");
		}
		assertThat(cluster.awaitRest(Duration.ofSeconds(60))).isEmpty();
	}

	@Test
	void theLaterOfTwoWritesIsSeenThoughAClockIsOff() {
		for (long seed = 1; seed <= 40; seed++) {
			assertThat(laterWriteWins(seed, KEPT)).as("seed %s", seed).isTrue();
		}
	}

	@Test
	void withoutTheCorrectionAViolationIsFound() {
		long seed = 1;
		while (seed < 10_000 && laterWriteWins(seed, BROKEN)) {
			seed++;
		}
		assertThat(seed).isLessThan(10_000);
	}

}
