package io.horde.sample;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A discovery server, a real ZooKeeper, that is down, or cut off together with a
 * minority: what it says makes nobody a member and takes nobody's membership away.
 */
@Timeout(900)
class RegistryFaultsIT {

	private static final int SESSIONS = 100;

	private static final int REGISTRY = 3;

	private static final Duration INTERVAL = Duration.ofMillis(50);

	@BeforeAll
	static void needNamespaces() {
		Namespaces.assumeAvailable();
	}

	@ProfileTest
	void withoutTheRegistryNothingMovesAndADeadNodeIsReplaced() {
		try (NetworkCluster cluster = NetworkCluster.startWithRegistry(3, "registry-down", INTERVAL)) {
			NetworkFaults faults = new NetworkFaults(cluster, SESSIONS);
			Figures without = faults.withoutRegistry(Duration.ofSeconds(15));
			Figures.assertSound(without);
			assertThat(without.down()).isEmpty();
			assertThat(without.overlap()).isZero();
			Figures.assertSound(faults.killWithoutRegistry(Duration.ofSeconds(6)));
		}
	}

	@ProfileTest
	void majorityGoesOnWithoutTheRegistryOfTheMinority() {
		try (NetworkCluster cluster = NetworkCluster.startWithRegistry(3, "registry-minority", INTERVAL)) {
			Figures.assertSound(new NetworkFaults(cluster, SESSIONS).partition(List.of(2, REGISTRY), List.of(0, 1)));
		}
	}

	@ProfileTest
	void registryOfTheMinorityGivesItNoQuorum() {
		try (NetworkCluster cluster = NetworkCluster.startWithRegistry(3, "registry-quorum", INTERVAL,
				"--horde.supervisor.distribution=quorum", "--horde.cluster.expected-size=3")) {
			Figures figures = new NetworkFaults(cluster, SESSIONS).partition(List.of(2, REGISTRY), List.of(0, 1));
			assertThat(Figures.assertNeverTwo(figures).handedOver()).as("the minority stops before the majority starts")
				.isPositive();
		}
	}

}
