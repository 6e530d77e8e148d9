package io.horde.test;

import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.node.Changed;
import io.horde.supervisor.ChildSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of R6 with whole nodes: what they know of former incarnations stays bounded.
 */
@ExtendWith(Quiet.class)
class PruningSimulationTests {

	private static final List<String> NAMES = List.of("a", "b", "c");

	private final Simulation simulation = new Simulation(66);

	private final SimulatedCluster cluster = new SimulatedCluster(this.simulation);

	@BeforeEach
	void start() {
		this.cluster.settings(
				(settings) -> settings.with(Changed.of(settings.membership(), "forgetAfter", Duration.ofSeconds(60))));
		NAMES.forEach(this.cluster::start);
		this.simulation.run(Duration.ofSeconds(20));
	}

	private int origins(String node) {
		return this.cluster.horde(node).replicator().stats().origins();
	}

	@Test
	void aHundredRestartsLeaveBoundedVectors() {
		for (int restart = 0; restart < 100; restart++) {
			String name = NAMES.get(restart % 3);
			this.cluster.registry(name).tryRegister("name-" + restart, 1);
			this.simulation.run(Duration.ofSeconds(2));
			this.cluster.crash(name);
			this.cluster.start(name);
			this.simulation.run(Duration.ofSeconds(15));
			// Living ones, those of the last minute, and those of which something is
			// alive
			assertThat(origins(name)).isLessThanOrEqualTo(14);
		}
		assertThat(this.cluster.awaitRest(Duration.ofSeconds(60))).isEmpty();
	}

	@Test
	void aMemberThatDoesNotComeBackIsForgottenByTheMajority() {
		this.cluster.registry("c").tryRegister("mine", 1);
		this.simulation.run(Duration.ofSeconds(2));
		this.cluster.crash("c");
		this.simulation.run(Duration.ofSeconds(200));
		for (String name : List.of("a", "b")) {
			assertThat(this.cluster.cluster(name).members()).extracting(Member::name).containsExactly("a", "b");
			assertThat(origins(name)).isLessThanOrEqualTo(2);
		}
	}

	@Test
	void anOperatorForgetsWhereThereIsNoMajority() {
		this.cluster.crash("b");
		this.cluster.crash("c");
		this.simulation.run(Duration.ofSeconds(100));
		assertThat(this.cluster.cluster("a").members()).extracting(Member::status)
			.containsExactly(MemberStatus.UP, MemberStatus.DOWN, MemberStatus.DOWN);
		this.cluster.cluster("a").forget("b");
		this.cluster.cluster("a").forget("c");
		this.simulation.run(Duration.ofSeconds(150));
		assertThat(this.cluster.cluster("a").members()).extracting(Member::name).containsExactly("a");
		assertThat(origins("a")).isEqualTo(1);
	}

	@Test
	void aNodeThatWasForgottenWhileItWasAwayBeginsAnewInItsProcess() {
		for (int child = 0; child < 12; child++) {
			startChild("a", "child-" + child);
		}
		this.simulation.run(Duration.ofSeconds(5));
		long former = this.cluster.cluster("c").self().incarnation();
		this.simulation.network().partition(List.of("c"), List.of("a", "b"));
		this.simulation.run(Duration.ofSeconds(20));
		this.cluster.supervisor("a").terminateChild("child-0");
		startChild("b", "later");
		this.simulation.run(Duration.ofSeconds(200));
		assertThat(this.cluster.cluster("a").members()).extracting(Member::name).containsExactly("a", "b");
		this.simulation.network().heal();
		assertThat(this.cluster.awaitRest(Duration.ofSeconds(60))).isEmpty();
		assertThat(this.cluster.cluster("c").self().incarnation()).isGreaterThan(former);
		assertThat(this.cluster.running()).containsKeys("child-1", "child-11", "later").doesNotContainKey("child-0");
		assertThat(this.cluster.registry("c").lookup("child-1")).isPresent();
		for (int child = 0; child < 12; child++) {
			startChild("c", "new-" + child);
		}
		this.simulation.run(Duration.ofSeconds(2));
		assertThat(this.cluster.awaitRest(Duration.ofSeconds(10))).isEmpty();
		assertThat(this.cluster.running()).containsKeys("new-0", "new-11");
		assertThat(this.cluster.running().values()).contains(List.of("c"));
	}

	/*
	 * By an operator on one side, by the majority on the other: each refuses the other's
	 * links.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 30, 100, 160 })
	void ofMembersThatForgotEachOtherTheOldestKeepsTheState(int seconds) {
		for (int child = 0; child < 12; child++) {
			startChild("b", "child-" + child);
		}
		this.simulation.run(Duration.ofSeconds(5));
		SortedMap<Long, String> incarnations = new TreeMap<>();
		NAMES.forEach((name) -> incarnations.put(this.cluster.cluster(name).self().incarnation(), name));
		this.simulation.network().partition(List.of("a"), List.of("b", "c"));
		this.simulation.run(Duration.ofSeconds(70));
		this.cluster.cluster("a").forget("b");
		this.cluster.cluster("a").forget("c");
		this.simulation.run(Duration.ofSeconds(seconds));
		this.simulation.network().heal();
		assertThat(this.cluster.awaitRest(Duration.ofSeconds(240))).isEmpty();
		assertThat(this.cluster.running()).containsKeys("child-0", "child-11");
		String oldest = incarnations.get(incarnations.firstKey());
		assertThat(this.cluster.cluster(oldest).self().incarnation()).isEqualTo(incarnations.firstKey());
	}

	private void startChild(String node, String name) {
		this.cluster.supervisor(node).startChild(ChildSpec.of(SimulatedCluster.PERMANENT).id(name).name(name));
	}

}
