package io.horde.sample;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/**
 * Partitions of real networks with four and five nodes: 2|2, and 3|2.
 */
@Timeout(900)
class LargerPartitionsIT {

	private static final int SESSIONS = 100;

	private static final Duration INTERVAL = Duration.ofMillis(100);

	@BeforeAll
	static void needNamespaces() {
		Namespaces.assumeAvailable();
	}

	@ProfileTest
	void bothHalvesOfFourRunAllUntilTheHeal() {
		try (NetworkCluster cluster = NetworkCluster.start(4, "two-two", INTERVAL)) {
			Figures.assertBothSidesRan(new NetworkFaults(cluster, SESSIONS).partition(List.of(2, 3), List.of(0, 1)));
		}
	}

	@ProfileTest
	void minorityOfFiveRunsAllUntilTheHeal() {
		try (NetworkCluster cluster = NetworkCluster.start(5, "three-two", INTERVAL)) {
			Figures.assertSound(new NetworkFaults(cluster, SESSIONS).partition(List.of(3, 4), List.of(0, 1, 2)));
		}
	}

	/**
	 * Of four seats the first has no vote (Q7), so n2, n3 and n4 are the voters.
	 */
	@ProfileTest
	void underQuorumTheHalfWithTwoOfThreeVotersGoesOnAlone() {
		try (NetworkCluster cluster = NetworkCluster.start(4, "quorum-two-two", INTERVAL, NetworkCluster.quorum(4))) {
			Figures.assertStopsBefore(new NetworkFaults(cluster, SESSIONS).partition(List.of(0, 1), List.of(2, 3)));
		}
	}

	@ProfileTest
	void underQuorumThreeOfFiveGoOnAlone() {
		try (NetworkCluster cluster = NetworkCluster.start(5, "quorum-three-two", INTERVAL, NetworkCluster.quorum(5))) {
			Figures.assertStopsBefore(new NetworkFaults(cluster, SESSIONS).partition(List.of(3, 4), List.of(0, 1, 2)));
		}
	}

}
