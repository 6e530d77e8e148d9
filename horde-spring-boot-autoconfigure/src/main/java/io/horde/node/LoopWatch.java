package io.horde.node;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells from a thread of its own when the event loop does not turn: the loop can't.
 */
public final class LoopWatch implements AutoCloseable {

	/**
	 * How long the loop may take for one task.
	 */
	public static final Duration LIMIT = Duration.ofSeconds(10);

	private static final Logger logger = LoggerFactory.getLogger(LoopWatch.class);

	/** How often it is looked within the limit. */
	private static final int LOOKS = 10;

	private final SingleThreadEventLoop loop;

	private final long limit;

	private final long pause;

	private final String threadName;

	private @Nullable CountDownLatch end;

	private volatile long stalled;

	private volatile long stalls;

	/**
	 * Creates a watch that is not started.
	 * @param loop the event loop
	 * @param threadName the name of the watch's own thread
	 * @param limit how long the loop may take for one task
	 */
	public LoopWatch(SingleThreadEventLoop loop, String threadName, Duration limit) {
		this.loop = loop;
		this.threadName = threadName;
		this.limit = limit.toNanos();
		this.pause = this.limit / LOOKS;
	}

	/**
	 * Begin to look at the loop. It can be watched again after the end.
	 */
	public synchronized void start() {
		if (this.end == null) {
			Round round = new Round();
			this.end = round.end;
			Thread thread = new Thread(round, this.threadName);
			thread.setDaemon(true);
			thread.start();
		}
	}

	/**
	 * Look no longer. The thread ends at once.
	 */
	@Override
	public synchronized void close() {
		if (this.end != null) {
			this.end.countDown();
			this.end = null;
		}
	}

	/**
	 * Tell whether the loop is watched.
	 */
	public synchronized boolean isRunning() {
		return this.end != null;
	}

	/**
	 * Return for how long the loop has not turned. May be called from any thread.
	 * @return zero as long as that is within the limit
	 */
	public Duration stalled() {
		return Duration.ofNanos(this.stalled);
	}

	/**
	 * Return how often the loop has not turned for longer than the limit. May be called
	 * from any thread.
	 * @return the number since the start
	 */
	public long stalls() {
		return this.stalls;
	}

	/**
	 * From one start to its end.
	 */
	private final class Round implements Runnable {

		private final CountDownLatch end = new CountDownLatch(1);

		private volatile boolean turned = true;

		private long waited;

		@Override
		public void run() {
			long last = System.nanoTime();
			try {
				while (!this.end.await(LoopWatch.this.pause, TimeUnit.NANOSECONDS)) {
					long now = System.nanoTime();
					look(now - last);
					last = now;
				}
			}
			catch (InterruptedException ex) {
				logger.debug("The event loop is no longer watched");
			}
			LoopWatch.this.stalled = 0;
		}

		/*
		 * If much more time has passed than this thread wanted to wait, the machine or
		 * the JVM stood still, and the loop with it.
		 */
		private void look(long passed) {
			if (!this.turned) {
				this.waited += Math.min(passed, 2 * LoopWatch.this.pause);
				if (this.waited >= LoopWatch.this.limit) {
					reportOnce(this.waited);
					LoopWatch.this.stalled = this.waited;
				}
				return;
			}
			if (LoopWatch.this.stalled > 0) {
				logger.info("The event loop turns again, after {} ms", stalled().toMillis());
				LoopWatch.this.stalled = 0;
			}
			this.waited = 0;
			this.turned = false;
			LoopWatch.this.loop.execute(() -> this.turned = true);
		}

		private void reportOnce(long waited) {
			if (LoopWatch.this.stalled == 0) {
				LoopWatch.this.stalls = LoopWatch.this.stalls + 1;
				logger.warn(
						"The event loop has not turned for {} ms: this node sends no heartbeats, and the others"
								+ " take it for dead. Something blocks the thread, or the machine is much too busy",
						Duration.ofNanos(waited).toMillis(), new Stall(LoopWatch.this.loop.thread()));
			}
		}

	}

	/**
	 * Where the loop is.
	 */
	private static final class Stall extends Exception {

		private static final long serialVersionUID = 1;

		Stall(Thread thread) {
			super("Thread " + thread.getName() + " is " + thread.getState() + " here");
			setStackTrace(thread.getStackTrace());
		}

	}

}
