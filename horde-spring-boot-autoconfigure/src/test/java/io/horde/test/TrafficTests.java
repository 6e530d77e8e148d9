package io.horde.test;

import java.time.Duration;
import java.util.List;

import io.horde.cluster.MemberStatus;
import io.horde.registry.HordeRegistry;
import io.horde.registry.NameQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of how many bytes a cluster of whole nodes sends: all frames on all channels, as
 * they are handed to the transport.
 */
@ExtendWith(Quiet.class)
class TrafficTests {

	private static final List<String> NODES = List.of("a", "b", "c");

	private static final int NAMES = 10_000;

	private static final int KEY = 20;

	private static final int VALUE = 20;

	private final Simulation simulation = new Simulation(1);

	private final SimulatedCluster cluster = new SimulatedCluster(this.simulation);

	private void startAll() {
		NODES.forEach(this.cluster::start);
		assertThat(this.simulation.runUntil(() -> NODES.stream().allMatch(this::seesAllUp), Duration.ofSeconds(30)))
			.isTrue();
		assertThat(this.cluster.awaitRest(Duration.ofSeconds(60))).isEmpty();
		this.simulation.run(Duration.ofSeconds(5));
	}

	private boolean seesAllUp(String node) {
		return this.cluster.cluster(node)
			.members()
			.stream()
			.filter((member) -> member.status() == MemberStatus.UP)
			.count() == NODES.size();
	}

	private void registerAll() {
		HordeRegistry registry = this.cluster.registry("a");
		for (int i = 0; i < NAMES; i++) {
			// Text of 19 bytes is 20 bytes of CBOR
			registry.register(String.format("name-%0" + (KEY - 5) + "d", i),
					String.format("value-%0" + (VALUE - 7) + "d", i));
		}
		assertThat(this.simulation.runUntil(() -> NODES.stream().allMatch(this::hasAll), Duration.ofSeconds(10)))
			.isTrue();
	}

	private boolean hasAll(String node) {
		return this.cluster.registry(node).count(NameQuery.prefix("name-")) == NAMES;
	}

	@Test
	void aNewNameCostsFewBytes() {
		startAll();
		long before = this.simulation.network().bytes();
		registerAll();
		this.simulation.run(Duration.ofSeconds(1));
		double each = (this.simulation.network().bytes() - before) / (double) NAMES;
		assertThat(each).isLessThanOrEqualTo(1.25 * (KEY + VALUE + 12) * 2);
	}

	@Test
	void anIdleNodeWithManyNamesSendsLittleMoreThanHeartbeats() {
		startAll();
		registerAll();
		this.simulation.run(Duration.ofSeconds(10));
		long before = this.simulation.network().bytes();
		this.simulation.run(Duration.ofSeconds(60));
		long each = (this.simulation.network().bytes() - before) / 60 / NODES.size();
		assertThat(each).isLessThanOrEqualTo(1500);
	}

	@Test
	void whatIdleNodesSendDoesNotGrowWithTheNames() {
		startAll();
		long before = this.simulation.network().bytes();
		this.simulation.run(Duration.ofSeconds(60));
		long without = this.simulation.network().bytes() - before;
		registerAll();
		this.simulation.run(Duration.ofSeconds(10));
		before = this.simulation.network().bytes();
		this.simulation.run(Duration.ofSeconds(60));
		long with = this.simulation.network().bytes() - before;
		assertThat(with).isLessThanOrEqualTo(without + without / 10);
	}

}
