package io.horde.replication;

import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The short lock of N5, for what is done rarely: each use costs an object.
 */
record StateLock(Lock lock) {

	<T extends @Nullable Object> T get(Supplier<T> body) {
		this.lock.lock();
		try {
			return body.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	void run(Runnable body) {
		get(() -> {
			body.run();
			return true;
		});
	}

}
