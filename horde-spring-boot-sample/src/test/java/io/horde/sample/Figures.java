package io.horde.sample;

import java.util.Set;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a fault has cost, as the recorder saw it: durations in nanoseconds, those that
 * don't apply negative.
 *
 * @param fault the fault
 * @param back from the fault to the first stamp elsewhere of the last child that the node
 * had
 * @param detected from the fault until the last survivor noticed that something is wrong
 * with the node
 * @param confirmed from the fault until the last survivor held it to be {@code DOWN}
 * @param started from the fault to the last start of a session elsewhere
 * @param single from the heal to the end of the last overlap of two owners
 * @param gap the longest time that a child was without owner
 * @param overlap the longest time that a child had two owners
 * @param handedOver from the last stamp of the node that was cut off to the first start
 * elsewhere; negative if it was still owner then
 * @param refused how often somebody worked under an old token
 * @param lost children without owner in the end
 * @param doubled children with two owners in the end
 * @param down who was held to be {@code DOWN} by whom, from before the fault to the end
 */
record Figures(String fault, long back, long detected, long confirmed, long started, long single, long gap,
		long overlap, long handedOver, long refused, Set<String> lost, Set<String> doubled, Set<String> down) {

	static final long NONE = -1;

	/**
	 * Check that in the end every child runs, and once.
	 * @return the figures
	 */
	static Figures assertSound(Figures figures) {
		assertThat(figures.lost()).as("lost: %s", figures).isEmpty();
		assertThat(figures.doubled()).as("doubled: %s", figures).isEmpty();
		return figures;
	}

	/**
	 * Check that no child ever had two owners, and that in the end every one runs.
	 * @return the figures
	 */
	static Figures assertNeverTwo(Figures figures) {
		assertThat(figures.overlap()).as("overlap of two owners: %s", figures).isZero();
		return assertSound(figures);
	}

	/**
	 * Check that no child ever had two owners, and that those that were cut off owned
	 * nothing any more when others started.
	 */
	static void assertStopsBefore(Figures figures) {
		assertThat(assertNeverTwo(figures).handedOver())
			.as("whoever was cut off stops before others start: %s", figures)
			.isPositive();
	}

	/**
	 * Check that nobody was held to be {@code DOWN}, and that no child moved.
	 */
	static void assertNothingMoved(Figures figures) {
		assertSound(figures);
		assertThat(figures.down()).isEmpty();
		assertThat(figures.overlap()).as("nothing moves").isZero();
	}

	/**
	 * Check that both sides of a partition ran the children of the other, and that in the
	 * end each runs once.
	 */
	static void assertBothSidesRan(Figures figures) {
		assertSound(figures);
		assertThat(figures.overlap()).as("both sides run the children of the other").isPositive();
	}

	@Override
	public String toString() {
		return "%s: last child back after %s (noticed %s, DOWN %s, last start %s), one copy of each %s after the heal, longest gap %s, longest overlap %s, first start elsewhere %s after the last ownership there, %d refused by token, %d lost, %d doubled, seen DOWN: %s"
			.formatted(this.fault, millis(this.back), millis(this.detected), millis(this.confirmed),
					millis(this.started), millis(this.single), millis(this.gap), millis(this.overlap),
					millis(this.handedOver), this.refused, this.lost.size(), this.doubled.size(), this.down);
	}

	static String millis(long nanos) {
		return (nanos < 0) ? "-" : TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
	}

}
