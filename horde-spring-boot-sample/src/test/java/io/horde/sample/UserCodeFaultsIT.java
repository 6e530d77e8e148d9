package io.horde.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

import io.horde.sample.Rounds.Round;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rounds of all faults while processes work, in turns in which each comes once, and a
 * page that tells what came of them, whatever it is. The number of rounds is the system
 * property {@code sample.fault-rounds}; {@code sample.seed} repeats the order of the
 * faults and their victims.
 */
class UserCodeFaultsIT {

	private static final Log logger = LogFactory.getLog(UserCodeFaultsIT.class);

	private static final int ROUNDS = Integer.getInteger("sample.fault-rounds", 0);

	private static final long SEED = Long.getLong("sample.seed", ThreadLocalRandom.current().nextInt(100_000));

	private static final String PAGE = System.getProperty("sample.faults-page", "target/faults.md");

	private static final Duration SHORTEST = Duration.ofSeconds(4);

	private static final Duration LONGEST = Duration.ofSeconds(10);

	@Test
	@Timeout(6 * 3600)
	@EnabledIfSystemProperty(named = "sample.fault-rounds", matches = "[1-9]\\d*",
			disabledReason = "Not in the profile soak")
	void userCodeOfOneProcessRunsOnceWhateverHappens() {
		Random random = new Random(SEED);
		boolean breakable = Namespaces.unavailable() == null;
		FaultsPage page = new FaultsPage(SEED, SHORTEST, LONGEST);
		List<String> broken = new ArrayList<>();
		try (WorkCluster cluster = breakable ? WorkCluster.startInNamespaces("faults", SHORTEST, LONGEST)
				: WorkCluster.start("faults", SHORTEST, LONGEST); Rounds rounds = new Rounds(cluster, random)) {
			List<Fault> faults = Stream.of(Fault.values())
				.filter((fault) -> breakable || fault != Fault.PARTITION)
				.toList();
			for (Fault fault : turns(faults, random)) {
				Round round = rounds.round(fault);
				logger.info("Seed %d: %s".formatted(SEED, round));
				page.add(round);
				broken.addAll(round.broken());
			}
		}
		finally {
			page.append(Path.of(PAGE));
		}
		assertThat(broken).as("seed %d", SEED).isEmpty();
	}

	private static List<Fault> turns(List<Fault> faults, Random random) {
		List<Fault> all = new ArrayList<>();
		while (all.size() < ROUNDS) {
			List<Fault> turn = new ArrayList<>(faults);
			Collections.shuffle(turn, random);
			all.addAll(turn);
		}
		return all.subList(0, ROUNDS);
	}

}
