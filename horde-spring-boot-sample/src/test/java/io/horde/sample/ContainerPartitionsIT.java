package io.horde.sample;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/**
 * Containers under quorum, and partitions of four and five of them: 2|2, and 3|2.
 */
@Timeout(900)
class ContainerPartitionsIT {

	private static final int SESSIONS = 100;

	private static final Duration INTERVAL = Duration.ofMillis(100);

	@BeforeAll
	static void needContainers() {
		ContainerNetwork.assumeAvailable();
	}

	@ProfileTest
	void underQuorumWhoeverIsCutOffStopsBeforeOthersStart() {
		try (NetworkCluster cluster = NetworkCluster.startContainers(3, "quorum-containers", INTERVAL,
				NetworkCluster.quorum(3))) {
			NetworkFaults faults = new NetworkFaults(cluster, SESSIONS);
			Figures.assertStopsBefore(faults.partition());
			Figures.assertStopsBefore(faults.powerOff());
			Figures.assertStopsBefore(faults.pause());
			Figures.assertNeverTwo(faults.kill());
		}
	}

	@ProfileTest
	void bothHalvesOfFourRunAllUntilTheHeal() {
		try (NetworkCluster cluster = NetworkCluster.startContainers(4, "two-two-containers", INTERVAL)) {
			Figures.assertBothSidesRan(new NetworkFaults(cluster, SESSIONS).partition(List.of(2, 3), List.of(0, 1)));
		}
	}

	@ProfileTest
	void minorityOfFiveRunsAllUntilTheHeal() {
		try (NetworkCluster cluster = NetworkCluster.startContainers(5, "three-two-containers", INTERVAL)) {
			Figures.assertBothSidesRan(new NetworkFaults(cluster, SESSIONS).partition(List.of(3, 4), List.of(0, 1, 2)));
		}
	}

	@ProfileTest
	void underQuorumThreeOfFiveGoOnAlone() {
		try (NetworkCluster cluster = NetworkCluster.startContainers(5, "quorum-three-two-containers", INTERVAL,
				NetworkCluster.quorum(5))) {
			Figures.assertStopsBefore(new NetworkFaults(cluster, SESSIONS).partition(List.of(3, 4), List.of(0, 1, 2)));
		}
	}

}
