package io.horde.process.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link OwnedLifecycle} of a process: is started when the process is open, and told
 * to stop before all else when the process stops. Confined to the event loop.
 */
final class Machinery {

	/*-
	 * open ----> start() -----------> ticks and run() begin
	 *               |                           |
	 *               |-- throws: it has failed   |
	 * stop ---------+-- once it has returned ---+--> stop(Runnable), awaited like work
	 *               `-- has not begun: it won't
	 *
	 * A start is a task of the process, the first one: no call sees a process that has not
	 * started. A stop can't wait for its turn, because calls may wait for what is to stop.
	 * It comes after a start that has begun, and is awaited even if it ignores interrupts:
	 * as long as the machinery may run nobody else may have the child (T9).
	 */

	/**
	 * How long a start waits before it looks again whether its process is owner.
	 */
	private static final Duration OWNER_CHECK = Duration.ofMillis(100);

	private static final Logger logger = LoggerFactory.getLogger(Machinery.class);

	private final ProcessRuntime runtime;

	private final LocalProcess process;

	private final Activities activities;

	private final Mailbox mailbox;

	private final Runnable started;

	private final Consumer<Throwable> failed;

	private @Nullable OwnedLifecycle lifecycle;

	/**
	 * Whether it is to run.
	 */
	private boolean wanted;

	/**
	 * The start that was ordered and has not ended.
	 */
	private @Nullable Start start;

	/** Tries the start again, which has found the process no owner. */
	private EventLoop.@Nullable Timer ownerCheck;

	/**
	 * Completed when it has stopped; {@code null} unless it is to stop.
	 */
	private @Nullable CompletableFuture<Void> stopped;

	/**
	 * Creates machinery that does not run.
	 * @param started called once it has started
	 * @param failed is given what its start throws
	 */
	Machinery(ProcessRuntime runtime, LocalProcess process, Activities activities, Mailbox mailbox, Runnable started,
			Consumer<Throwable> failed) {
		this.runtime = runtime;
		this.process = process;
		this.activities = activities;
		this.mailbox = mailbox;
		this.started = started;
		this.failed = failed;
	}

	/**
	 * Start before the next task of the process, or once it has stopped.
	 * @return {@code false} if there is nothing to start
	 */
	boolean start() {
		this.lifecycle = this.runtime.factory().lifecycle(this.process);
		this.wanted = this.lifecycle != null;
		if (this.lifecycle != null && this.stopped == null) {
			start(this.lifecycle);
		}
		return this.wanted;
	}

	private void start(OwnedLifecycle lifecycle) {
		this.start = new Start(lifecycle);
		this.mailbox.putFirst(this.start);
	}

	private void notOwner(Start start) {
		if (this.start == start) {
			this.ownerCheck = this.runtime.loop().schedule(OWNER_CHECK, () -> this.mailbox.putFirst(start));
		}
	}

	private void returned(Start start, @Nullable Throwable failure) {
		this.start = null;
		CompletableFuture<Void> stopped = this.stopped;
		if (failure != null || !this.wanted) {
			if (stopped != null) {
				stop(start.lifecycle, stopped);
			}
			if (failure != null) {
				this.failed.accept(failure);
			}
			return;
		}
		if (stopped != null) {
			// Called off before it was told
			this.stopped = null;
			stopped.complete(null);
		}
		this.started.run();
	}

	/**
	 * Stop, or don't start. What is to stop is awaited from now on.
	 */
	void stop() {
		this.wanted = false;
		if (this.ownerCheck != null) {
			this.ownerCheck.cancel();
			this.ownerCheck = null;
		}
		OwnedLifecycle lifecycle = this.lifecycle;
		if (lifecycle == null || this.stopped != null) {
			return;
		}
		CompletableFuture<Void> stopped = new CompletableFuture<>();
		this.stopped = stopped;
		this.activities.lastUntilStopped(stopped);
		if (this.start == null || this.start.cancel()) {
			this.start = null;
			stop(lifecycle, stopped);
		}
	}

	private void stop(OwnedLifecycle lifecycle, CompletableFuture<Void> stopped) {
		this.runtime.executor().execute(() -> this.activities.runStop(() -> {
			Runnable callback = () -> this.runtime.loop().execute(() -> hasStopped(stopped));
			try {
				lifecycle.stop(callback);
			}
			catch (Throwable ex) {
				logger.warn("The lifecycle of process {} on node {} failed when it was to stop", this.process.id(),
						this.runtime.node(), ex);
				callback.run();
			}
		}));
	}

	private void hasStopped(CompletableFuture<Void> stopped) {
		if (this.stopped == stopped) {
			this.stopped = null;
			if (this.wanted && this.lifecycle != null) {
				start(this.lifecycle);
			}
		}
		stopped.complete(null);
	}

	/**
	 * One start, which begins unless it is cancelled first.
	 */
	private final class Start implements Runnable {

		private final OwnedLifecycle lifecycle;

		private final AtomicBoolean decided = new AtomicBoolean();

		Start(OwnedLifecycle lifecycle) {
			this.lifecycle = lifecycle;
		}

		boolean cancel() {
			return this.decided.compareAndSet(false, true);
		}

		@Override
		public void run() {
			if (!Machinery.this.process.isOwner()) {
				Machinery.this.runtime.loop().execute(() -> notOwner(this));
				return;
			}
			if (!this.decided.compareAndSet(false, true)) {
				return;
			}
			Throwable failure = null;
			try {
				this.lifecycle.start();
			}
			catch (Throwable ex) {
				failure = ex;
			}
			Throwable thrown = failure;
			Machinery.this.runtime.loop().execute(() -> returned(this, thrown));
		}

	}

}
