package io.horde.cluster.quorum;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Lets threads wait until there is a quorum.
 */
public final class QuorumWait {

	private final Queue<CompletableFuture<Void>> waiting = new ConcurrentLinkedQueue<>();

	public void gained() {
		this.waiting.forEach((gained) -> gained.complete(null));
	}

	public boolean await(Duration timeout, BooleanSupplier present) throws InterruptedException {
		CompletableFuture<Void> gained = new CompletableFuture<>();
		this.waiting.add(gained);
		try {
			if (!present.getAsBoolean()) {
				gained.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
			}
			return true;
		}
		catch (TimeoutException | ExecutionException ex) {
			return false;
		}
		finally {
			this.waiting.remove(gained);
		}
	}

}
