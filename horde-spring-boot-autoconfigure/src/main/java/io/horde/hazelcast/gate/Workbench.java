package io.horde.hazelcast.gate;

import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One thread for the expensive parts of handshakes: those that this node began come
 * first, the others in the order of their arrival.
 */
final class Workbench implements AutoCloseable {

	private final AtomicLong arrivals = new AtomicLong();

	private final ThreadPoolExecutor executor;

	Workbench(String threadName) {
		this.executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new PriorityBlockingQueue<>(), (task) -> {
			Thread thread = new Thread(task, threadName);
			thread.setDaemon(true);
			return thread;
		}, new ThreadPoolExecutor.DiscardPolicy());
		this.executor.allowCoreThreadTimeOut(true);
	}

	void execute(boolean first, Runnable work) {
		this.executor.execute(new Piece(first, this.arrivals.incrementAndGet(), work));
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

	private record Piece(boolean first, long arrival, Runnable work) implements Runnable, Comparable<Piece> {

		@Override
		public void run() {
			this.work.run();
		}

		@Override
		public int compareTo(Piece other) {
			return (this.first != other.first) ? (this.first ? -1 : 1) : Long.compare(this.arrival, other.arrival);
		}

	}

}
