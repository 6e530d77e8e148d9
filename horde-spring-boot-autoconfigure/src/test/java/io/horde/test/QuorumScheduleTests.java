package io.horde.test;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs random lives of a cluster under quorum. {@code -Dhorde.simulation.quorum-seeds=}
 * runs other ones: a number, or {@code from-to}.
 */
@ExtendWith(Quiet.class)
class QuorumScheduleTests {

	@Test
	void noChildEverHasTwoOwnersAndAllRunAtLast() {
		List<String> failures = new ArrayList<>();
		String[] seeds = System.getProperty("horde.simulation.quorum-seeds", "1-60").split("-");
		long last = Long.parseLong(seeds[seeds.length - 1]);
		for (long seed = Long.parseLong(seeds[0]); seed <= last && failures.size() < 5; seed++) {
			QuorumSchedule schedule = new QuorumSchedule(seed);
			try {
				List<String> problems = schedule.run();
				if (!problems.isEmpty()) {
					failures.add(schedule.describe() + "\n" + String.join("\n", problems));
				}
			}
			catch (RuntimeException | AssertionError ex) {
				throw new AssertionError(schedule.describe() + "\n" + ex, ex);
			}
		}
		assertThat(failures).as("failed seeds").isEmpty();
	}

}
