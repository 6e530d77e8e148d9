package io.horde.sample;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

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
			Figures.assertNothingMoved(faults.withoutRegistry(Duration.ofSeconds(15)));
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
				NetworkCluster.quorum(3))) {
			Figures
				.assertStopsBefore(new NetworkFaults(cluster, SESSIONS).partition(List.of(2, REGISTRY), List.of(0, 1)));
		}
	}

}
