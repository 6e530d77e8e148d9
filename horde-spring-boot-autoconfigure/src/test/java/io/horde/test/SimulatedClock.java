package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The clocks of one machine: a monotonic one with an arbitrary origin and a wall clock.
 * Both run at one rate, which may differ from that of true time.
 */
public final class SimulatedClock {

	private static final long EPOCH_MILLIS = 1_767_225_600_000L;

	private static final long NANOS_PER_MILLI = 1_000_000;

	private final Simulation simulation;

	private final List<Runnable> listeners = new ArrayList<>();

	private long since;

	private long monotonic;

	private long wall;

	private double rate = 1;

	private boolean suspended;

	SimulatedClock(Simulation simulation, SplittableRandom random) {
		this.simulation = simulation;
		this.since = simulation.nanos();
		this.monotonic = random.nextLong(-1_000_000_000_000_000L, 1_000_000_000_000_000L);
		this.wall = this.since;
	}

	/**
	 * Let the wall clock jump. The monotonic clock is not affected.
	 * @param jump by how much, may be negative
	 */
	public void step(Duration jump) {
		settle();
		this.wall += jump.toNanos();
	}

	/**
	 * Set the rate of both clocks.
	 * @param rate seconds per true second: 1.01 is 1 % too fast
	 */
	public void rate(double rate) {
		settle();
		this.rate = rate;
		this.listeners.forEach(Runnable::run);
	}

	void suspend() {
		settle();
		this.suspended = true;
	}

	void resume() {
		settle();
		this.suspended = false;
		this.listeners.forEach(Runnable::run);
	}

	void onChange(Runnable listener) {
		this.listeners.add(listener);
	}

	long nanoTime() {
		return this.suspended ? this.monotonic : this.monotonic + elapsed();
	}

	long currentTimeMillis() {
		return EPOCH_MILLIS + (this.wall + elapsed()) / NANOS_PER_MILLI;
	}

	/**
	 * Return how much true time passes while this clock advances.
	 */
	long trueNanos(long nanos) {
		return (this.rate == 1) ? nanos : (long) Math.ceil(nanos / this.rate);
	}

	private long elapsed() {
		long elapsed = this.simulation.nanos() - this.since;
		return (this.rate == 1) ? elapsed : (long) (elapsed * this.rate);
	}

	private void settle() {
		long elapsed = elapsed();
		this.wall += elapsed;
		if (!this.suspended) {
			this.monotonic += elapsed;
		}
		this.since = this.simulation.nanos();
	}

}
