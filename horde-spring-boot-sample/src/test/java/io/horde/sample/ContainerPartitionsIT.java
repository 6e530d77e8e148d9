package io.horde.sample;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

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
		try (NetworkCluster cluster = NetworkCluster.startContainers(3, "quorum-containers", INTERVAL, quorum(3))) {
			NetworkFaults faults = new NetworkFaults(cluster, SESSIONS);
			assertStopsBefore(faults.partition());
			assertStopsBefore(faults.powerOff());
			assertStopsBefore(faults.pause());
			Figures.assertNeverTwo(faults.kill());
		}
	}

	@ProfileTest
	void bothHalvesOfFourRunAllUntilTheHeal() {
		try (NetworkCluster cluster = NetworkCluster.startContainers(4, "two-two-containers", INTERVAL)) {
			Figures figures = new NetworkFaults(cluster, SESSIONS).partition(List.of(2, 3), List.of(0, 1));
			Figures.assertSound(figures);
			assertThat(figures.overlap()).as("both sides run the children of the other").isPositive();
		}
	}

	@ProfileTest
	void minorityOfFiveRunsAllUntilTheHeal() {
		try (NetworkCluster cluster = NetworkCluster.startContainers(5, "three-two-containers", INTERVAL)) {
			Figures figures = new NetworkFaults(cluster, SESSIONS).partition(List.of(3, 4), List.of(0, 1, 2));
			Figures.assertSound(figures);
			assertThat(figures.overlap()).as("both sides run the children of the other").isPositive();
		}
	}

	@ProfileTest
	void underQuorumThreeOfFiveGoOnAlone() {
		try (NetworkCluster cluster = NetworkCluster.startContainers(5, "quorum-three-two-containers", INTERVAL,
				quorum(5))) {
			assertStopsBefore(new NetworkFaults(cluster, SESSIONS).partition(List.of(3, 4), List.of(0, 1, 2)));
		}
	}

	private static String[] quorum(int size) {
		return new String[] { "--horde.supervisor.distribution=quorum", "--horde.cluster.expected-size=" + size };
	}

	private static void assertStopsBefore(Figures figures) {
		assertThat(Figures.assertNeverTwo(figures).handedOver()).as("whoever was cut off stops before others start")
			.isPositive();
	}

}
