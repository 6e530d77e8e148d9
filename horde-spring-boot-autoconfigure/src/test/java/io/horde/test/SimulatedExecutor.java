package io.horde.test;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

import io.horde.process.engine.ProcessExecutor;

/**
 * Runs users' code in a simulation: outside of the loop, one task after the other, each
 * after a delay of its own, so that two tasks may change places as on two threads.
 */
final class SimulatedExecutor implements ProcessExecutor {

	private static final long USUAL_NANOS = 300_000;

	private static final long LONGEST_MILLIS = 2000;

	private final Simulation simulation;

	private final SimulatedEventLoop loop;

	private final SplittableRandom random;

	private final double slowness;

	/**
	 * Creates an executor.
	 * @param slowness the probability that a task has to wait for up to two seconds
	 */
	SimulatedExecutor(Simulation simulation, SimulatedEventLoop loop, double slowness) {
		this.simulation = simulation;
		this.loop = loop;
		this.random = simulation.random();
		this.slowness = slowness;
	}

	@Override
	public void execute(Runnable task) {
		long delay = Faults.happens(this.random, this.slowness)
				? Duration.ofMillis(this.random.nextLong(LONGEST_MILLIS)).toNanos() : this.random.nextLong(USUAL_NANOS);
		this.simulation.post(delay, () -> this.loop.whenRunning(() -> this.simulation.runOutside(this.loop, task)));
	}

	@Override
	public void executeOnOwnThread(String name, Runnable task) {
		execute(task);
	}

	@Override
	public <T> T blocking(Callable<T> wait) {
		throw new IllegalStateException("Nothing in a simulation may wait: use what returns a future");
	}

}
