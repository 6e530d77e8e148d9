package io.horde.sample;

import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Faults of real networks under AP, on three JVMs in three network namespaces: when all
 * is over, each session has run on and runs once, and all nodes agree. How long that took
 * is printed; only more than a minute and a half fails. All faults but the commonest are
 * for the profile {@code networks}.
 */
@Timeout(900)
class NetworkFaultsIT {

	private static final int SESSIONS = 150;

	private static NetworkCluster cluster;

	private static NetworkFaults faults;

	@BeforeAll
	static void start() {
		Namespaces.assumeAvailable();
		cluster = NetworkCluster.start("networks", Duration.ofMillis(50));
		faults = new NetworkFaults(cluster, SESSIONS);
	}

	@AfterAll
	static void close() {
		if (cluster != null) {
			cluster.close();
		}
	}

	@Test
	void nodeWhoseLinkIsDownIsReplacedAndComesBackWithoutSecondCopies() {
		Figures figures = Figures.assertSound(faults.powerOff());
		assertThat(figures.down()).contains("n3 by n1", "n3 by n2");
	}

	@Test
	void partitionHealsToOneCopyOfEach() {
		Figures.assertBothSidesRan(faults.partition());
	}

	@Test
	void linkThatIsBrokenInOneDirectionKillsNobody() {
		Figures.assertNothingMoved(faults.oneWayCut(Duration.ofSeconds(10)));
	}

	@Test
	void linkThatIsRejectedKillsNobody() {
		Figures.assertNothingMoved(faults.reject(Duration.ofSeconds(8)));
	}

	@ProfileTest
	void killedNodeIsReplaced() {
		Figures figures = Figures.assertSound(faults.kill());
		assertThat(figures.overlap()).as("a dead node owns nothing").isZero();
	}

	@ProfileTest
	void pausedNodeIsReplacedAndComesBackWithoutSecondCopies() {
		Figures.assertSound(faults.pause());
	}

	@ProfileTest
	void nodeThatStoodStillForTwoSecondsCondemnsNobodyWhenItWakes() {
		Figures figures = Figures.assertSound(faults.briefPause(Duration.ofSeconds(2)));
		assertThat(figures.down()).doesNotContain("n1 by n3", "n2 by n3");
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
	void deathOfAnotherNodeAfterAHealLosesAndDoublesNothing() {
		for (int round = 0; round < 3; round++) {
			Figures.assertSound(faults.partitionHealKill());
		}
	}

}
