package io.horde.hazelcast;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether Hazelcast's member still runs, and starts another one if it does not.
 * Methods are called on the event loop.
 *
 * @param <R> what runs
 */
final class MemberWatch<R> {

	/*
	 * Hazelcast shuts its members down when the JVM is out of memory, whoever has used
	 * the memory, and anybody in the same JVM can. It takes a second to start another
	 * one: that is done in the background, so that the loop goes on.
	 */

	private static final Logger logger = LoggerFactory.getLogger(HazelcastTransport.class);

	static final Duration INTERVAL = Duration.ofMillis(500);

	static final Duration PAUSE = Duration.ofMillis(2500);

	/** What has run for so long is not held to have failed at once. */
	static final Duration STABLE = Duration.ofMinutes(1);

	static final int ATTEMPTS = 5;

	private static final Duration END_TIMEOUT = Duration.ofSeconds(3);

	private final EventLoop loop;

	private final Executor background;

	private final Watched<R> watched;

	/** What was scheduled or begun in an earlier round has no effect. */
	private volatile int round;

	private int attempts;

	private long since;

	private Future<?> work = CompletableFuture.completedFuture("");

	/**
	 * Creates a watch that looks at nothing yet.
	 * @param loop the event loop
	 * @param background runs what may block
	 * @param watched how to look, stop and start
	 */
	MemberWatch(EventLoop loop, Executor background, Watched<R> watched) {
		this.loop = loop;
		this.background = background;
		this.watched = watched;
	}

	void begin(R running) {
		this.attempts = 0;
		watch(running);
	}

	/**
	 * Look no longer. What is being started meanwhile is stopped again.
	 */
	void end() {
		this.round++;
		try {
			this.work.get(END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("A Hazelcast member was perhaps not stopped", ex);
		}
	}

	private void watch(R running) {
		this.since = this.loop.nanoTime();
		int current = ++this.round;
		this.loop.schedule(INTERVAL, () -> look(current, running));
	}

	private void look(int round, R running) {
		if (round != this.round) {
			return;
		}
		String trouble = this.watched.trouble(running);
		if (trouble == null) {
			if (this.loop.nanoTime() - this.since >= STABLE.toNanos()) {
				this.attempts = 0;
			}
			this.loop.schedule(INTERVAL, () -> look(round, running));
			return;
		}
		logger.warn("The transport has lost its Hazelcast member: {}. Another one is started, and links are established"
				+ " anew", trouble);
		int current = ++this.round;
		this.watched.retire(running);
		next(current, running, trouble);
	}

	private void next(int round, @Nullable R old, String trouble) {
		if (round != this.round) {
			return;
		}
		if (this.attempts == ATTEMPTS) {
			this.round++;
			logger.error("The transport can't be started again: {}. This node has no links any more. See to"
					+ " it that the JVM has memory and that the port is free, and start the application again if the node"
					+ " does not come back by itself", trouble);
			this.watched.failed("The transport has lost its Hazelcast member and can't be started again: " + trouble);
			return;
		}
		Duration pause = (this.attempts++ == 0) ? Duration.ZERO : PAUSE;
		this.loop.schedule(pause, () -> renew(round, old));
	}

	private void renew(int round, @Nullable R old) {
		if (round != this.round) {
			return;
		}
		try {
			this.work = CompletableFuture.runAsync(() -> create(round, old), this.background);
		}
		catch (OutOfMemoryError ex) {
			next(round, old, ex.toString());
		}
	}

	private void create(int round, @Nullable R old) {
		if (old != null) {
			this.watched.dispose(old);
		}
		if (round != this.round) {
			return;
		}
		AtomicReference<@Nullable R> created = new AtomicReference<>();
		try {
			created.set(this.watched.create());
		}
		catch (RuntimeException | VirtualMachineError ex) {
			logger.debug("Starting a Hazelcast member has failed", ex);
			this.loop.execute(() -> next(round, null, String.valueOf(ex.getMessage())));
			return;
		}
		this.loop.execute(() -> started(round, created));
		if (round != this.round) {
			// The loop may have ended and never run that.
			dispose(created);
		}
	}

	private void started(int round, AtomicReference<@Nullable R> created) {
		R running = (round == this.round) ? created.getAndSet(null) : null;
		if (running != null) {
			this.watched.adopt(running);
			logger.info("The transport has a Hazelcast member again");
			watch(running);
		}
		else {
			this.background.execute(() -> dispose(created));
		}
	}

	private void dispose(AtomicReference<@Nullable R> created) {
		R unwanted = created.getAndSet(null);
		if (unwanted != null) {
			this.watched.dispose(unwanted);
		}
	}

	/**
	 * What is watched, stopped and started.
	 *
	 * @param <R> what runs
	 */
	interface Watched<R> {

		/**
		 * Tell why something is of no use any more. Called on the loop.
		 * @return the reason, or {@code null} if all is well
		 */
		@Nullable String trouble(R running);

		/**
		 * Take it out of use and tell of the links that are down. Called on the loop.
		 */
		void retire(R running);

		/**
		 * Stop it. Called in the background.
		 */
		void dispose(R retired);

		/**
		 * Start another one. Called in the background.
		 */
		R create();

		/**
		 * Take it into use. Called on the loop.
		 */
		void adopt(R created);

		/**
		 * There will be no other one. Called on the loop.
		 */
		void failed(String reason);

	}

}
