package io.horde.sample;

import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The faults of {@link NetworkFaultsIT} on three containers of the sample, judged alike.
 */
@Timeout(900)
class ContainersIT {

	private static final int SESSIONS = 100;

	private static NetworkCluster cluster;

	private static NetworkFaults faults;

	@BeforeAll
	static void start() {
		ContainerNetwork.assumeAvailable();
		cluster = NetworkCluster.startContainers(3, "containers", Duration.ofMillis(50));
		faults = new NetworkFaults(cluster, SESSIONS);
	}

	@AfterAll
	static void close() {
		if (cluster != null) {
			cluster.close();
		}
	}

	@Test
	void killedContainerIsReplacedAndStartsAgain() {
		Figures figures = Figures.assertSound(faults.kill());
		assertThat(figures.overlap()).as("a dead node owns nothing").isZero();
	}

	@Test
	void containerWhoseLinkIsDownIsReplacedAndComesBackWithoutSecondCopies() {
		Figures figures = Figures.assertSound(faults.powerOff());
		assertThat(figures.down()).contains("n3 by n1", "n3 by n2");
	}

	@ProfileTest
	void terminatedContainerHandsOverAndStartsAgain() {
		Figures figures = Figures.assertSound(faults.terminate());
		assertThat(figures.overlap()).as("the old owner stops before the new one starts").isZero();
	}

	@ProfileTest
	void partitionHealsToOneCopyOfEach() {
		Figures.assertBothSidesRan(faults.partition());
	}

	@ProfileTest
	void pausedContainerIsReplacedAndComesBackWithoutSecondCopies() {
		Figures.assertSound(faults.pause());
	}

	@ProfileTest
	void linkThatIsBrokenInOneDirectionKillsNobody() {
		Figures.assertNothingMoved(faults.oneWayCut(Duration.ofSeconds(10)));
	}

	@ProfileTest
	void linkThatIsRejectedKillsNobody() {
		Figures.assertNothingMoved(faults.reject(Duration.ofSeconds(8)));
	}

	@ProfileTest
	void flappingLinkLosesAndDoublesNothing() {
		Figures.assertSound(faults.flapping(10, Duration.ofSeconds(2)));
	}

	@ProfileTest
	void lossOf30PercentLosesAndDoublesNothing() {
		Figures.assertSound(faults.loss(30, Duration.ofSeconds(60)));
	}

	@ProfileTest
	void deathOfAnotherContainerAfterAHealLosesAndDoublesNothing() {
		Figures.assertSound(faults.partitionHealKill());
	}

}
