package io.horde.sample;

import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Faults of real networks under quorum, on three JVMs in three network namespaces: by the
 * stamps of the sessions themselves no child ever has two owners, and a node that is cut
 * off stops before others start (Q2-Q4, Q11).
 */
@Timeout(900)
class QuorumNetworkFaultsIT {

	private static final int SESSIONS = 150;

	private static NetworkCluster cluster;

	private static NetworkFaults faults;

	@BeforeAll
	static void start() {
		Namespaces.assumeAvailable();
		cluster = NetworkCluster.start("quorum-networks", Duration.ofMillis(50), NetworkCluster.quorum(3));
		faults = new NetworkFaults(cluster, SESSIONS);
	}

	@AfterAll
	static void close() {
		if (cluster != null) {
			cluster.close();
		}
	}

	@Test
	void nodeWhoseLinkIsDownStopsBeforeOthersStart() {
		Figures.assertStopsBefore(faults.powerOff());
	}

	@Test
	void minorityStopsBeforeTheMajorityStarts() {
		Figures.assertStopsBefore(faults.partition());
	}

	@ProfileTest
	void pausedNodeOwnsNothingWhenItWakes() {
		Figures.assertStopsBefore(faults.pause());
	}

	@ProfileTest
	void killedNodeIsReplacedWhenItsLeaseHasEnded() {
		Figures.assertNeverTwo(faults.kill());
	}

	@ProfileTest
	void linkThatIsBrokenInOneDirectionLeadsToNoSecondOwner() {
		Figures.assertNeverTwo(faults.oneWayCut(Duration.ofSeconds(10)));
	}

	@ProfileTest
	void linkThatIsRejectedLeadsToNoSecondOwner() {
		Figures.assertNeverTwo(faults.reject(Duration.ofSeconds(8)));
	}

	@ProfileTest
	void flappingLinkLeadsToNoSecondOwner() {
		Figures.assertNeverTwo(faults.flapping(10, Duration.ofSeconds(2)));
	}

	@ProfileTest
	void lossOf30PercentLeadsToNoSecondOwner() {
		Figures.assertNeverTwo(faults.loss(30, Duration.ofSeconds(60)));
	}

	@ProfileTest
	void deathOfAnotherNodeAfterAHealLeadsToNoSecondOwner() {
		Figures.assertNeverTwo(faults.partitionHealKill());
	}

}
