package io.horde.test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * A world with virtual time, in which any number of nodes run in one thread. All that
 * happens follows from the seed: two simulations with the same seed that are driven the
 * same way take the same course, to the last frame. Not safe for use from several
 * threads.
 * <p>
 * A task that throws ends the simulation: {@link #step()} throws an
 * {@link IllegalStateException} which names the node, the time and the seed.
 */
public final class Simulation {

	private static final int BUSY = 5_000_000;

	private final long seed;

	private final SplittableRandom random;

	private final PriorityQueue<Event> events = new PriorityQueue<>();

	/* Those that were posted for this very instant: about half of all. */
	private final Queue<Event> immediate = new ArrayDeque<>();

	private final Map<String, SimulatedClock> clocks = new HashMap<>();

	private final Map<String, SimulatedEventLoop> loops = new HashMap<>();

	private final SimulatedNetwork network;

	private long now;

	private long order;

	private long eventsAtThisInstant;

	private long trace = 0xcbf29ce484222325L;

	private @Nullable SimulatedEventLoop current;

	private Runnable observer = () -> {
	};

	/**
	 * Creates a world in which it is 2026 and nothing happens.
	 * @param seed what decides on everything
	 */
	public Simulation(long seed) {
		this.seed = seed;
		this.random = new SplittableRandom(seed);
		this.network = new SimulatedNetwork(this);
	}

	/**
	 * Return the seed.
	 * @return the seed
	 */
	public long seed() {
		return this.seed;
	}

	/**
	 * Return a new stream of random numbers, which follows from the seed and from how
	 * many were asked for before.
	 * @return the stream
	 */
	public SplittableRandom random() {
		return this.random.split();
	}

	/**
	 * Return the network.
	 * @return the network
	 */
	public SimulatedNetwork network() {
		return this.network;
	}

	/**
	 * Return the clock of a machine. It goes on when the machine's process is restarted.
	 * @param machine the name of the machine
	 * @return the clock
	 */
	public SimulatedClock clock(String machine) {
		SimulatedClock clock = this.clocks.get(machine);
		if (clock == null) {
			clock = new SimulatedClock(this, random());
			this.clocks.put(machine, clock);
		}
		return clock;
	}

	/**
	 * Start a process on a machine: its event loop. One that already runs there is
	 * killed.
	 * @param machine the name of the machine
	 * @return the loop
	 */
	public SimulatedEventLoop eventLoop(String machine) {
		SimulatedEventLoop previous = this.loops.get(machine);
		if (previous != null) {
			previous.kill();
		}
		SimulatedEventLoop loop = new SimulatedEventLoop(this, machine, clock(machine), random());
		this.loops.put(machine, loop);
		return loop;
	}

	/**
	 * Return the true time, which no node knows.
	 * @return how long the simulation has run
	 */
	public Duration now() {
		return Duration.ofNanos(this.now);
	}

	/**
	 * Let something happen later, outside of all nodes.
	 * @param delay how much later
	 * @param task what happens
	 */
	public void after(Duration delay, Runnable task) {
		post(delay.toNanos(), task);
	}

	/**
	 * Let the next thing happen.
	 * @return {@code false} if nothing will ever happen again
	 */
	public boolean step() {
		Event event = peek();
		if (event == null) {
			return false;
		}
		((event == this.immediate.peek()) ? this.immediate : this.events).remove();
		if (event.time > this.now) {
			this.now = event.time;
			this.eventsAtThisInstant = 0;
		}
		else if (++this.eventsAtThisInstant > BUSY) {
			throw new IllegalStateException("Time stands still at " + now() + ": a task goes round in circles (seed "
					+ this.seed + ", " + event.task + ")");
		}
		event.task.run();
		this.observer.run();
		return true;
	}

	/**
	 * Set what looks at the world after everything that happens, and changes nothing.
	 */
	void observer(Runnable observer) {
		this.observer = observer;
	}

	/**
	 * Let time pass.
	 * @param duration how much
	 */
	public void run(Duration duration) {
		long end = this.now + duration.toNanos();
		Event next = peek();
		while (next != null && next.time <= end) {
			step();
			next = peek();
		}
		this.now = end;
		this.eventsAtThisInstant = 0;
	}

	/**
	 * Let time pass until a condition holds.
	 * @param condition tested after everything that happens
	 * @param limit how much time may pass
	 * @return whether the condition holds
	 */
	public boolean runUntil(BooleanSupplier condition, Duration limit) {
		long end = this.now + limit.toNanos();
		while (!condition.getAsBoolean()) {
			Event next = peek();
			if (next == null || next.time > end) {
				this.now = end;
				return condition.getAsBoolean();
			}
			step();
		}
		return true;
	}

	/**
	 * Return a number that stands for all that has happened: which node ran when, and
	 * which frames it received.
	 * @return equal for equal courses
	 */
	public long traceHash() {
		return this.trace;
	}

	long nanos() {
		return this.now;
	}

	Event post(long delay, Runnable task) {
		Event event = new Event(this.now + Math.max(0, delay), this.order++, task);
		((delay > 0) ? this.events : this.immediate).add(event);
		return event;
	}

	private @Nullable Event peek() {
		Event later = this.events.peek();
		Event now = this.immediate.peek();
		return (now == null || (later != null && later.compareTo(now) < 0)) ? later : now;
	}

	void trace(long value) {
		this.trace = (this.trace ^ value) * 0x100000001b3L;
		this.trace ^= this.trace >>> 29;
	}

	@Nullable SimulatedEventLoop current() {
		return this.current;
	}

	/**
	 * Run a task of a loop.
	 */
	void run(SimulatedEventLoop loop, Runnable task) {
		SimulatedEventLoop outer = this.current;
		this.current = loop;
		try {
			run("A task on the loop of '", loop, task);
		}
		finally {
			this.current = outer;
		}
	}

	/**
	 * Run a task of a process that is not on its loop.
	 */
	void runOutside(SimulatedEventLoop loop, Runnable task) {
		run("A task on another thread of '", loop, task);
	}

	private void run(String what, SimulatedEventLoop loop, Runnable task) {
		trace(this.now ^ loop.machine().hashCode());
		try {
			task.run();
		}
		catch (RuntimeException | Error ex) {
			throw new IllegalStateException(
					what + loop.machine() + "' threw at " + now() + " (seed " + this.seed + "): " + ex, ex);
		}
	}

	/**
	 * Something that will happen.
	 */
	static final class Event implements Comparable<Event> {

		final long time;

		private final long order;

		private final Runnable task;

		private Event(long time, long order, Runnable task) {
			this.time = time;
			this.order = order;
			this.task = task;
		}

		@Override
		public int compareTo(Event other) {
			int result = Long.compare(this.time, other.time);
			return (result != 0) ? result : Long.compare(this.order, other.order);
		}

	}

}
