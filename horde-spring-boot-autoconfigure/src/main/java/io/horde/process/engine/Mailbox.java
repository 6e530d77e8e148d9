package io.horde.process.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.horde.schedule.engine.PreparedTick;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that wait for a process. They run one after the other on the process
 * executor, except the calls and ticks of a concurrent process. The box is suspended
 * while the process starts: its own tasks wait, calls are refused.
 */
final class Mailbox {

	/**
	 * How many tasks one turn on the executor runs, so that a busy process doesn't keep a
	 * thread for itself.
	 */
	private static final int TASKS_PER_TURN = 32;

	private enum State {

		SUSPENDED, OPEN, CLOSED

	}

	private final ProcessExecutor executor;

	private final Activities activities;

	private final int capacity;

	private final boolean concurrent;

	private final Consumer<Runnable> dropped;

	private final Consumer<Throwable> uncaught;

	private final Mutex mutex = new Mutex();

	private final Deque<Runnable> waiting = new ArrayDeque<>(4);

	private State state = State.SUSPENDED;

	/**
	 * Whether a turn is under way or handed to the executor.
	 */
	private boolean turning;

	/**
	 * The tick that was prepared last.
	 */
	private @Nullable PreparedTick prepared;

	private int concurrentCalls;

	/**
	 * Creates a suspended box.
	 * @param executor runs the tasks
	 * @param activities says whether one may begin
	 * @param capacity how many may wait; for a concurrent process, how many may run
	 * @param concurrent whether calls run at the same time
	 * @param dropped is given what will not run
	 * @param uncaught is given what tasks throw
	 */
	Mailbox(ProcessExecutor executor, Activities activities, int capacity, boolean concurrent,
			Consumer<Runnable> dropped, Consumer<Throwable> uncaught) {
		this.executor = executor;
		this.activities = activities;
		this.capacity = capacity;
		this.concurrent = concurrent;
		this.dropped = dropped;
		this.uncaught = uncaught;
	}

	/**
	 * Hand in a call.
	 * @return {@code false} if the box is full or not open
	 */
	boolean offer(Runnable call) {
		boolean accepted = this.mutex.locked(() -> {
			if (this.state != State.OPEN || this.waiting.size() + this.concurrentCalls >= this.capacity) {
				return false;
			}
			if (this.concurrent) {
				this.concurrentCalls++;
				return true;
			}
			this.waiting.add(call);
			return turn();
		});
		if (accepted && this.concurrent) {
			this.executor.execute(() -> runConcurrently(call));
		}
		return accepted;
	}

	/**
	 * Take out a call that still waits.
	 * @return {@code false} if it does not: it runs, has run, or will find out by itself
	 * that it is not wanted
	 */
	boolean withdraw(Runnable call) {
		return this.mutex.locked(() -> this.waiting.remove(call));
	}

	/**
	 * Hand in a tick. The capacity doesn't count.
	 * @return {@code false} if the box is not open; it is dropped if a stop begins before
	 * it runs
	 */
	boolean offerTick(Runnable tick) {
		boolean accepted = this.mutex.locked(() -> {
			if (this.state != State.OPEN || this.concurrent) {
				return this.state == State.OPEN;
			}
			this.waiting.add(tick);
			return turn();
		});
		if (accepted && this.concurrent) {
			if (tick instanceof PreparedTick cron) {
				cron.prepare(() -> this.executor.execute(() -> run(cron)));
			}
			else {
				this.executor.execute(() -> run(tick));
			}
		}
		return accepted;
	}

	/**
	 * Hand in a task of the process itself. Dropped if the box is closed.
	 * @param bounded whether the capacity counts
	 * @return {@code false} if the box is full
	 */
	boolean put(Runnable task, boolean bounded) {
		return this.mutex.locked(() -> {
			if (this.state == State.CLOSED) {
				return true;
			}
			if (bounded && this.waiting.size() >= this.capacity) {
				return false;
			}
			this.waiting.add(task);
			return turn();
		});
	}

	/**
	 * Hand in a task of the process itself that runs before all others.
	 */
	void putFirst(Runnable task) {
		this.mutex.locked(() -> {
			this.waiting.addFirst(task);
			return turn();
		});
	}

	void open() {
		this.mutex.locked(() -> {
			this.state = State.OPEN;
			return turn();
		});
	}

	/**
	 * Let nothing begin for now: calls that wait are dropped, tasks of the process itself
	 * are kept.
	 */
	void suspend() {
		drop((task) -> task instanceof ProcessCall, State.SUSPENDED);
	}

	/**
	 * Close the box for good and drop what waits.
	 */
	void close() {
		drop((task) -> true, State.CLOSED);
	}

	private void drop(Predicate<Runnable> unwanted, State next) {
		List<Runnable> unrun = this.mutex.locked(() -> {
			this.state = next;
			List<Runnable> matching = this.waiting.stream().filter(unwanted).toList();
			this.waiting.removeIf(unwanted);
			return matching;
		});
		unrun.forEach(this.dropped);
	}

	/* Called under the lock. */
	private boolean turn() {
		if (this.state == State.OPEN && !this.waiting.isEmpty() && !this.turning) {
			this.turning = true;
			this.executor.execute(this::runSerially);
		}
		return true;
	}

	private void runSerially() {
		for (int i = 0; i < TASKS_PER_TURN; i++) {
			Runnable task = next();
			if (task == null) {
				return;
			}
			if (task instanceof PreparedTick tick && this.prepared != tick) {
				tick.prepare(() -> prepared(tick));
				return;
			}
			if (!runTurn(task)) {
				putBack(task);
				return;
			}
		}
		this.executor.execute(this::runSerially);
	}

	/* It still has its turn: nothing has run meanwhile. */
	private void prepared(PreparedTick tick) {
		this.mutex.locked(() -> {
			this.prepared = tick;
			this.turning = false;
			if (this.state != State.CLOSED) {
				this.waiting.addFirst(tick);
			}
			return turn();
		});
	}

	private @Nullable Runnable next() {
		return this.mutex.locked(() -> {
			Runnable task = (this.state == State.OPEN) ? this.waiting.poll() : null;
			this.turning = task != null;
			return task;
		});
	}

	/* A stop began between the two locks. */
	private void putBack(Runnable task) {
		boolean kept = this.mutex.locked(() -> {
			this.turning = false;
			if (this.state == State.CLOSED || (this.state == State.SUSPENDED && task instanceof ProcessCall)) {
				return false;
			}
			this.waiting.addFirst(task);
			return turn();
		});
		if (!kept) {
			this.dropped.accept(task);
		}
	}

	private void runConcurrently(Runnable call) {
		boolean ran = run(call);
		this.mutex.locked(() -> --this.concurrentCalls);
		if (!ran) {
			this.dropped.accept(call);
		}
	}

	private boolean runTurn(Runnable task) {
		return run(this.concurrent ? this.activities::run : this.activities::runTurn, task);
	}

	private boolean run(Runnable task) {
		return run(this.activities::run, task);
	}

	private boolean run(Predicate<Runnable> runner, Runnable task) {
		try {
			return runner.test(task);
		}
		catch (Throwable ex) {
			this.uncaught.accept(ex);
			return true;
		}
	}

}
