package io.horde.process.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * The one place where code of a process begins and ends: calls, tasks, ticks, event
 * listeners, {@code run()}, and the steps of its start and its end. Knows the threads
 * that run it, to await and to interrupt them. An interrupt never outlives the code it
 * was meant for: the thread belongs to an executor.
 */
final class Activities {

	/*
	 * Whether code may begin and how much of it runs change under one lock, so once
	 * holding has begun the number can only fall, and who is told that nothing runs can
	 * rely on it (T8).
	 */

	private final LocalProcess process;

	private final Mutex mutex = new Mutex();

	private final List<Activity> running = new ArrayList<>(1);

	private boolean open;

	private @Nullable Runnable whenIdle;

	Activities(LocalProcess process) {
		this.process = process;
	}

	/**
	 * Run code of the process on the calling thread, with the process bound. Calls go on
	 * beside it.
	 * @return {@code false} if nothing may begin now: it did not run
	 */
	boolean run(Runnable code) {
		return run(code, Kind.WORK, false);
	}

	/**
	 * Run code of the process whose turn it is: no call begins meanwhile.
	 * @return {@code false} if nothing may begin now: it did not run
	 */
	boolean runTurn(Runnable code) {
		return run(code, Kind.WORK, true);
	}

	/**
	 * Run the loop of a {@link Runnable} process, which ends when it is told to stop.
	 * @return {@code false} if nothing may begin now: it did not run
	 */
	boolean runLoop(Runnable code) {
		return run(code, Kind.LOOP, false);
	}

	/**
	 * Run a step of the start or the end of the process, at any time.
	 */
	void runStep(Runnable step) {
		run(step, Kind.STEP, true);
	}

	/**
	 * Run the code that stops the machinery of the process, at any time.
	 */
	void runStop(Runnable stop) {
		run(stop, Kind.STOP, true);
	}

	private boolean run(Runnable code, Kind kind, boolean busy) {
		Activity activity = new Activity(kind, code, Thread.currentThread(), null);
		if (!begin(activity)) {
			return false;
		}
		try {
			CurrentProcess.run(this.process, busy, code);
		}
		finally {
			end(activity);
		}
		return true;
	}

	/**
	 * Let an activity that runs now last until a stage completes.
	 */
	void lastUntil(CompletionStage<?> stage) {
		lastUntil(stage, Kind.WORK);
	}

	/**
	 * Await that the machinery of the process has stopped, however long that takes.
	 */
	void lastUntilStopped(CompletionStage<?> stopped) {
		lastUntil(stopped, Kind.STOP);
	}

	private void lastUntil(CompletionStage<?> stage, Kind kind) {
		Activity activity = new Activity(kind, null, null, stage);
		this.mutex.locked(() -> this.running.add(activity));
		stage.whenComplete((result, failure) -> end(activity));
	}

	private boolean begin(Activity activity) {
		return this.mutex.locked(() -> {
			boolean may = this.open || activity.kind == Kind.STEP || activity.kind == Kind.STOP;
			return may && this.running.add(activity);
		});
	}

	private void end(Activity activity) {
		this.mutex.locked(() -> {
			this.running.remove(activity);
			return activity.interrupted && !isOnStackOf(activity.thread) && Thread.interrupted();
		});
		tellIfIdle();
	}

	/* An event listener may be called by a call of the same process. */
	private boolean isOnStackOf(@Nullable Thread thread) {
		return this.running.stream().anyMatch((other) -> other.thread == thread);
	}

	/**
	 * Let code begin.
	 */
	void open() {
		this.mutex.locked(() -> {
			this.whenIdle = null;
			this.open = true;
			return null;
		});
	}

	/**
	 * Let no more code begin, except for steps.
	 * @param whenIdle called once, on any thread, when none runs any more
	 */
	void hold(Runnable whenIdle) {
		this.mutex.locked(() -> {
			this.open = false;
			this.whenIdle = whenIdle;
			return null;
		});
		tellIfIdle();
	}

	private void tellIfIdle() {
		Runnable idle = this.mutex.locked(() -> {
			if (!this.running.isEmpty()) {
				return null;
			}
			Runnable told = this.whenIdle;
			this.whenIdle = null;
			return told;
		});
		if (idle != null) {
			idle.run();
		}
	}

	/**
	 * Tell whether anything runs.
	 */
	boolean isIdle() {
		return this.mutex.locked(this.running::isEmpty);
	}

	/**
	 * Interrupt the code that runs now, code that begins later is not; what waits for a
	 * stage is cancelled.
	 * @return the threads that were interrupted
	 */
	List<Thread> interrupt() {
		List<Thread> threads = new ArrayList<>();
		interrupt((activity) -> true, threads);
		return threads;
	}

	/**
	 * Interrupt the code that runs now, except for that which stops the machinery of the
	 * process.
	 * @return whether there was any
	 */
	boolean interruptWork() {
		return interrupt((activity) -> activity.kind != Kind.STOP, new ArrayList<>());
	}

	/**
	 * Interrupt a piece of code, if it runs now. The interrupt hits nothing that comes
	 * after it (N7).
	 */
	void interrupt(Runnable code) {
		interrupt((activity) -> activity.code == code, new ArrayList<>());
	}

	private boolean interrupt(Predicate<Activity> which, List<Thread> threads) {
		List<CompletionStage<?>> stages = new ArrayList<>();
		this.mutex.locked(() -> {
			for (Activity activity : this.running) {
				if (!which.test(activity)) {
					continue;
				}
				if (activity.thread != null) {
					threads.add(activity.interrupt(activity.thread));
				}
				else if (activity.stage != null && activity.kind != Kind.STOP) {
					stages.add(activity.stage);
				}
			}
			return null;
		});
		stages.forEach(Activities::cancel);
		return !threads.isEmpty() || !stages.isEmpty();
	}

	private static void cancel(CompletionStage<?> stage) {
		try {
			stage.toCompletableFuture().cancel(true);
		}
		catch (UnsupportedOperationException ex) {
			// It has no end that others could bring about
		}
	}

	/**
	 * Interrupt {@code run()}, if it runs.
	 */
	void interruptLoop() {
		this.mutex.locked(() -> {
			for (Activity activity : this.running) {
				if (activity.kind == Kind.LOOP && activity.thread != null) {
					activity.interrupt(activity.thread);
				}
			}
			return null;
		});
	}

	/**
	 * Tell where the code hangs.
	 * @return an exception with the stack of the first thread, or {@code null} if nothing
	 * runs
	 */
	@Nullable Throwable whereabouts() {
		return this.mutex.locked(() -> {
			for (Activity activity : this.running) {
				if (activity.thread != null) {
					Throwable whereabouts = new ProcessStartException(
							"Thread " + activity.thread.getName() + " was here", null);
					whereabouts.setStackTrace(activity.thread.getStackTrace());
					return whereabouts;
				}
			}
			if (this.running.isEmpty()) {
				return null;
			}
			boolean stops = this.running.stream().anyMatch((activity) -> activity.kind == Kind.STOP);
			return new ProcessStartException(stops ? "Its stop(Runnable) has returned but has not run its callback"
					: "What it returned, a CompletionStage, has not completed", null);
		});
	}

	private enum Kind {

		/**
		 * A piece of work, which is awaited.
		 */
		WORK,

		/**
		 * A loop, which has to be told.
		 */
		LOOP,

		/**
		 * A part of the start or the end.
		 */
		STEP,

		/**
		 * The stop of its machinery.
		 */
		STOP

	}

	private static final class Activity {

		private final Kind kind;

		private final @Nullable Runnable code;

		private final @Nullable Thread thread;

		private final @Nullable CompletionStage<?> stage;

		private boolean interrupted;

		Activity(Kind kind, @Nullable Runnable code, @Nullable Thread thread, @Nullable CompletionStage<?> stage) {
			this.kind = kind;
			this.code = code;
			this.thread = thread;
			this.stage = stage;
		}

		Thread interrupt(Thread thread) {
			this.interrupted = true;
			thread.interrupt();
			return thread;
		}

	}

}
