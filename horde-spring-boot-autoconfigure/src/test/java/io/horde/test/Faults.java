package io.horde.test;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * What a network does to what is sent through it. Immutable.
 *
 * @param minimumDelay the shortest one-way delay
 * @param maximumDelay the longest one, except for stragglers; delays are evenly
 * distributed
 * @param straggling the probability that something takes up to a hundred times as long
 * @param loss the probability that a frame vanishes without notice
 * @param duplication the probability that a frame arrives twice
 * @param reordering the probability that a frame is overtaken by later ones
 */
public record Faults(Duration minimumDelay, Duration maximumDelay, double straggling, double loss, double duplication,
		double reordering) {

	/**
	 * A local network without faults.
	 */
	public static final Faults NONE = new Faults(Duration.ofNanos(50_000), Duration.ofNanos(500_000), 0, 0, 0, 0);

	/**
	 * Set the delays.
	 * @param minimum the shortest
	 * @param maximum the longest
	 * @return new faults
	 */
	public Faults withDelay(Duration minimum, Duration maximum) {
		return new Faults(minimum, maximum, this.straggling, this.loss, this.duplication, this.reordering);
	}

	/**
	 * Set how much straggles.
	 * @param probability from 0 to 1
	 * @return new faults
	 */
	public Faults withStraggling(double probability) {
		return new Faults(this.minimumDelay, this.maximumDelay, probability, this.loss, this.duplication,
				this.reordering);
	}

	/**
	 * Set how many frames vanish.
	 * @param probability from 0 to 1
	 * @return new faults
	 */
	public Faults withLoss(double probability) {
		return new Faults(this.minimumDelay, this.maximumDelay, this.straggling, probability, this.duplication,
				this.reordering);
	}

	/**
	 * Set how many frames arrive twice.
	 * @param probability from 0 to 1
	 * @return new faults
	 */
	public Faults withDuplication(double probability) {
		return new Faults(this.minimumDelay, this.maximumDelay, this.straggling, this.loss, probability,
				this.reordering);
	}

	/**
	 * Set how many frames are overtaken.
	 * @param probability from 0 to 1
	 * @return new faults
	 */
	public Faults withReordering(double probability) {
		return new Faults(this.minimumDelay, this.maximumDelay, this.straggling, this.loss, this.duplication,
				probability);
	}

	long delay(SplittableRandom random) {
		long minimum = this.minimumDelay.toNanos();
		long maximum = this.maximumDelay.toNanos();
		long delay = (maximum > minimum) ? random.nextLong(minimum, maximum) : minimum;
		return happens(random, this.straggling) ? delay * random.nextInt(2, 100) : delay;
	}

	static boolean happens(SplittableRandom random, double probability) {
		return probability > 0 && random.nextDouble() < probability;
	}

}
