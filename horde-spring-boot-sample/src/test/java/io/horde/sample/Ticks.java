package io.horde.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.horde.sample.Spans.Body;
import io.horde.sample.Spans.Run;

/**
 * What became of the instants of cron schedules in some time, from what the bodies
 * themselves have written down.
 * <p>
 * A body belongs to the latest instant that had passed when it began. If the run had
 * begun another body in the same period before, and none in the one before, then that
 * other one was the late one: its record took it over the end of its period.
 *
 * @param due how many instants there were
 * @param missed how many of them nobody began
 * @param leftOut those of them that a run has left out which was there in time and began
 * later ones
 * @param lost how many bodies began and never ended
 * @param doubled the instants that were begun more than once
 */
record Ticks(long due, long missed, List<String> leftOut, long lost, List<String> doubled) {

	/**
	 * That of {@code io.horde.work.CronWork}.
	 */
	static final long PERIOD = Duration.ofSeconds(2).toNanos();

	static final Ticks NONE = new Ticks(0, 0, List.of(), 0, List.of());

	/**
	 * The two clocks are read one after the other, and one of them counts in whole
	 * milliseconds.
	 */
	private static final long EARLY = Duration.ofMillis(10).toNanos();

	/**
	 * Whoever is there so long before the next instant begins the present one, also on a
	 * busy machine.
	 */
	static final long ENOUGH = Duration.ofSeconds(1).toNanos();

	/**
	 * A body that was not heard for so long has ended.
	 */
	private static final long SILENCE = Duration.ofSeconds(1).toNanos();

	/**
	 * Look at the instants of a child whose periods have ended in some time.
	 * @param offset what to add to a stamp for the wall clock, in nanoseconds
	 * @param enough how long before the end of a period a run must be there to begin its
	 * instant, in nanoseconds
	 */
	static Ticks of(Spans spans, String child, long from, long to, long offset, long enough) {
		TreeMap<Long, List<Body>> begun = begun(spans.bodies(child), offset);
		Map<Run, Long> births = spans.births(child);
		long due = 0;
		long missed = 0;
		List<String> leftOut = new ArrayList<>();
		List<String> doubled = new ArrayList<>();
		for (long instant = Math.floorDiv(from + offset, PERIOD); (instant + 1) * PERIOD < to + offset; instant++) {
			long end = (instant + 1) * PERIOD - offset;
			List<Body> bodies = begun.getOrDefault(instant, List.of());
			due++;
			if (bodies.isEmpty()) {
				missed++;
				begun.tailMap(instant)
					.values()
					.stream()
					.flatMap(List::stream)
					.map(Body::run)
					.filter((run) -> births.getOrDefault(run, Long.MAX_VALUE) <= end - enough)
					.findFirst()
					.ifPresent((run) -> leftOut.add("%s, instant %d: %s was there %d ms before the end of its period"
						.formatted(child, end - PERIOD, run, Duration.ofNanos(end - births.get(run)).toMillis())));
			}
			else if (bodies.size() > 1) {
				doubled.add("%s, instant %d: %s".formatted(child, end - PERIOD, bodies));
			}
		}
		long lost = spans.bodies(child)
			.stream()
			.filter((body) -> !body.ended() && body.last() + SILENCE >= from && body.last() + SILENCE < to)
			.count();
		return new Ticks(due, missed, leftOut, lost, doubled);
	}

	private static TreeMap<Long, List<Body>> begun(List<Body> bodies, long offset) {
		TreeMap<Long, List<Body>> begun = new TreeMap<>();
		for (Body body : bodies) {
			long instant = Math.floorDiv(body.first() + offset + EARLY, PERIOD);
			List<Body> others = begun.computeIfAbsent(instant, (key) -> new ArrayList<>());
			if (others.size() == 1 && others.get(0).run().equals(body.run()) && !begun.containsKey(instant - 1)) {
				begun.put(instant - 1, List.of(others.remove(0)));
			}
			others.add(body);
		}
		return begun;
	}

	/**
	 * Wait until it shows what has become of the present instant.
	 * @param further how much of the next period to wait further
	 */
	static void awaitEndOfPeriod(double further) {
		long period = Duration.ofNanos(PERIOD).toMillis();
		long until = (System.currentTimeMillis() / period + 1) * period + (long) (further * period);
		SampleCluster.await("the period has ended", Duration.ofMillis(3 * period),
				() -> System.currentTimeMillis() >= until);
	}

	/**
	 * Add those of other children, or of another time.
	 */
	Ticks and(Ticks other) {
		return new Ticks(this.due + other.due, this.missed + other.missed, both(this.leftOut, other.leftOut),
				this.lost + other.lost, both(this.doubled, other.doubled));
	}

	private static List<String> both(List<String> some, List<String> others) {
		return Stream.concat(some.stream(), others.stream()).toList();
	}

	@Override
	public String toString() {
		return "%d cron ticks due, %d missed (%d left out), %d lost, %d doubled".formatted(this.due, this.missed,
				this.leftOut.size(), this.lost, this.doubled.size());
	}

}
