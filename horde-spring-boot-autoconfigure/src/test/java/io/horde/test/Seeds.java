package io.horde.test;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The seeds of a simulation: {@code -Dhorde.simulation.seeds=} is a number of them, from
 * the first one on, or a range {@code from-to}, so that a long run can be continued.
 *
 * @param first the first seed
 * @param last the last one
 */
public record Seeds(long first, long last) {

	private static final int MOST_FAILURES = 5;

	private static final long REPORTED = 10_000;

	private static final long ENOUGH = 10_000;

	/**
	 * Return the seeds that were asked for.
	 * @param usual how many there are if none were asked for
	 * @return the seeds
	 */
	public static Seeds asked(long usual) {
		return of(System.getProperty("horde.simulation.seeds", "1-" + usual));
	}

	static Seeds of(String range) {
		String[] bounds = range.split("-");
		long last = Long.parseLong(bounds[bounds.length - 1]);
		return (bounds.length > 1) ? new Seeds(Long.parseLong(bounds[0]), last) : new Seeds(1, last);
	}

	/**
	 * Check that a simulation from which something was taken away finds a violation
	 * within 10,000 seeds. {@code -Dhorde.rules.first-seed=1} searches anew, through
	 * {@code -Dhorde.rules.seeds} of them.
	 * @param without what was taken away
	 * @param known the first seed that is known to find it, 1 if none is
	 * @param run runs one seed and returns the violation, or {@code null}
	 */
	public static void assertViolation(Object without, long known, LongFunction<@Nullable String> run) {
		long first = Long.getLong("horde.rules.first-seed", known);
		long last = first + Long.getLong("horde.rules.seeds", ENOUGH);
		String violation = null;
		long seed = first - 1;
		while (violation == null && seed < last) {
			violation = run.apply(++seed);
		}
		assertThat(violation).as("violation without %s, seeds %s to %s", without, first, seed).isNotNull();
	}

	/**
	 * Run all, on all cores, and fail with the names and the failures of the first few
	 * that fail.
	 * @param run runs one
	 */
	public void run(LongConsumer run) {
		Queue<String> failures = new ConcurrentLinkedQueue<>();
		AtomicLong done = new AtomicLong();
		LongStream.rangeClosed(this.first, this.last).parallel().forEach((seed) -> {
			if (failures.size() < MOST_FAILURES) {
				try {
					run.accept(seed);
				}
				catch (RuntimeException | AssertionError ex) {
					failures.add("seed " + seed + ": " + ex.getMessage());
				}
				if (done.incrementAndGet() % REPORTED == 0) {
					System.out.println(done + " of the seeds " + this.first + "-" + this.last + " are done");
				}
			}
		});
		if (!failures.isEmpty()) {
			throw new AssertionError(String.join("\n", failures));
		}
	}

}
