package io.horde.sample;

import java.time.Duration;
import java.util.Random;

import io.horde.sample.Rounds.Round;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Code of one process never runs twice at once when it is handed over in good order, in
 * whichever way it runs, by the record that it keeps itself on three JVMs (T8), and each
 * tick of a cron schedule begins once (T2, T5). All faults, many times:
 * {@link UserCodeFaultsIT}.
 */
@Timeout(300)
class UserCodeOverlapIT {

	private static final Log logger = LogFactory.getLog(UserCodeOverlapIT.class);

	private static WorkCluster cluster;

	private static Rounds rounds;

	@BeforeAll
	static void start() {
		cluster = WorkCluster.start("overlap", Duration.ofSeconds(3), Duration.ofSeconds(4));
		rounds = new Rounds(cluster, new Random(1));
	}

	@AfterAll
	static void close() {
		if (cluster != null) {
			rounds.close();
			cluster.close();
		}
	}

	@Test
	void nodeThatIsToldToStopEndsWhatRunsBeforeOthersBegin() {
		assertHandsOver(Fault.SIGTERM);
	}

	@Test
	void childThatIsMovedEndsWhatRunsBeforeItBeginsElsewhere() {
		assertHandsOver(Fault.MOVE);
	}

	@Test
	void ticksOfNodeThatDiesBeginOnceUnderQuorum() {
		assertHandsOver(Fault.KILL);
	}

	private static void assertHandsOver(Fault fault) {
		Round round = rounds.round(fault);
		logger.info(round);
		assertThat(round.outcomes()).allSatisfy((mode, outcome) -> {
			assertThat(outcome.handOvers()).isPositive();
			assertThat(outcome.ticks().due()).isPositive();
		});
		assertThat(round.broken()).isEmpty();
	}

}
