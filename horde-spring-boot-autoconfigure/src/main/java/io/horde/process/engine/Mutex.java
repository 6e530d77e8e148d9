package io.horde.process.engine;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * A lock around a few lines that wait for nobody. A virtual thread that waits for it
 * gives its carrier back, which it would not do in a synchronized block.
 */
final class Mutex {

	private final ReentrantLock lock = new ReentrantLock();

	<T extends @Nullable Object> T locked(Supplier<T> body) {
		this.lock.lock();
		try {
			return body.get();
		}
		finally {
			this.lock.unlock();
		}
	}

}
