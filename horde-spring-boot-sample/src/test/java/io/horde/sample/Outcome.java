package io.horde.sample;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import io.horde.sample.Spans.Overlap;

/**
 * What user code did in some time, as its own record tells.
 *
 * @param handOvers how many runs followed others
 * @param overlaps when code of several runs of a child ran at once
 * @param owners when moreover each was told that it is owner
 * @param besideOwner bodies that began beside one that was told that it is owner
 * @param unowned bodies that began and were told that they are no owner
 * @param interrupted bodies that were interrupted, loops apart: these always are
 * @param caught bodies that a pause or a partition has caught
 * @param untilInterrupted how long those that were interrupted ran on after the end of
 * the pause or the partition, in nanoseconds
 * @param ticks what became of the ticks of cron schedules
 */
record Outcome(long handOvers, List<Overlap> overlaps, List<Overlap> owners, long besideOwner, long unowned,
		long interrupted, long caught, List<Long> untilInterrupted, Ticks ticks) {

	/**
	 * Look at what some children did.
	 * @param wake the end of a pause or a partition, or {@code null}
	 * @param enough how long a run must be there before the end of a period to begin its
	 * instant, in nanoseconds
	 */
	static Outcome of(Spans spans, List<String> children, long from, long to, Wake wake, long enough) {
		List<String> pieces = children.stream().filter((child) -> !child.contains("Loop")).toList();
		long offset = Duration.ofMillis(System.currentTimeMillis()).toNanos() - System.nanoTime();
		Ticks ticks = children.stream()
			.filter((child) -> child.contains("Cron"))
			.map((child) -> Ticks.of(spans, child, from, to, offset, enough))
			.reduce(Ticks.NONE, Ticks::and);
		return new Outcome(sum(children, (child) -> spans.handOvers(child, from, to)),
				all(children, (child) -> spans.overlaps(child, from, to)),
				all(children, (child) -> spans.overlapsOfOwners(child, from, to)),
				sum(children, (child) -> spans.beginsBesideOwner(child, from, to)),
				sum(children, (child) -> spans.beginsOfOthers(child, from, to)),
				sum(pieces, (child) -> spans.interrupted(child, from, to)),
				(wake != null) ? sum(children, (child) -> wake.caught(spans, child, to)) : 0,
				(wake != null) ? all(children, (child) -> wake.untilInterrupted(spans, child, to)) : List.of(), ticks);
	}

	private static long sum(List<String> children, Function<String, Long> figure) {
		return children.stream().mapToLong(figure::apply).sum();
	}

	private static <T> List<T> all(List<String> children, Function<String, Collection<T>> figures) {
		return children.stream().flatMap((child) -> figures.apply(child).stream()).toList();
	}

	/**
	 * Add what came out another time.
	 */
	Outcome and(Outcome other) {
		return new Outcome(this.handOvers + other.handOvers, both(this.overlaps, other.overlaps),
				both(this.owners, other.owners), this.besideOwner + other.besideOwner, this.unowned + other.unowned,
				this.interrupted + other.interrupted, this.caught + other.caught,
				both(this.untilInterrupted, other.untilInterrupted), this.ticks.and(other.ticks));
	}

	private static <T> List<T> both(List<T> some, List<T> others) {
		return Stream.concat(some.stream(), others.stream()).toList();
	}

	static long longest(List<Overlap> overlaps) {
		return overlaps.stream().mapToLong(Overlap::nanos).max().orElse(0);
	}

	long longestUntilInterrupted() {
		return this.untilInterrupted.stream().mapToLong(Long::longValue).max().orElse(Figures.NONE);
	}

	@Override
	public String toString() {
		return "%d hand-overs; user code of two runs %s (longest %s); two owners %s (longest %s); %d bodies begun beside an owner, %d by no owner; %d interrupted; %d of %d caught ones interrupted within %s; %s"
			.formatted(this.handOvers, this.overlaps, Figures.millis(longest(this.overlaps)), this.owners,
					Figures.millis(longest(this.owners)), this.besideOwner, this.unowned, this.interrupted,
					this.untilInterrupted.size(), this.caught, Figures.millis(longestUntilInterrupted()), this.ticks);
	}

	/**
	 * The end of a pause, or of a partition.
	 *
	 * @param nodes those that wake, or have been cut off from each other
	 * @param begin when the pause began; the end, if it was none
	 * @param end when it ended
	 */
	record Wake(List<String> nodes, long begin, long end) {

		/* After a partition, one of the two that run must end. */
		private long caught(Spans spans, String child, long to) {
			return (this.begin < this.end) ? spans.stillRunning(child, this.nodes, this.begin, this.end, to)
					: spans.overlaps(child, this.end - 1, this.end).size();
		}

		private List<Long> untilInterrupted(Spans spans, String child, long to) {
			return spans.interruptedAfter(child, this.nodes, this.begin, this.end, to)
				.stream()
				.map((time) -> time - this.end)
				.toList();
		}

	}

}
