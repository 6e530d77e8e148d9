package io.horde.process.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A future whose waiters tell the process executor that they wait, so that a process
 * which awaits a child in its own initialisation can't starve that child of a thread.
 *
 * @param <T> the type of the result
 */
public final class HordeFuture<T> extends CompletableFuture<T> {

	private final ProcessExecutor executor;

	public HordeFuture(ProcessExecutor executor) {
		this.executor = executor;
	}

	@Override
	public <U> CompletableFuture<U> newIncompleteFuture() {
		return new HordeFuture<>(this.executor);
	}

	@Override
	public Executor defaultExecutor() {
		return this.executor::execute;
	}

	@Override
	public T get() throws InterruptedException, ExecutionException {
		if (isDone()) {
			return super.get();
		}
		try {
			return this.executor.blocking(super::get);
		}
		catch (InterruptedException | ExecutionException | RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new ExecutionException(ex);
		}
	}

	@Override
	public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
		if (isDone()) {
			return super.get(timeout, unit);
		}
		try {
			return this.executor.blocking(() -> super.get(timeout, unit));
		}
		catch (InterruptedException | ExecutionException | TimeoutException | RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new ExecutionException(ex);
		}
	}

	@Override
	public T join() {
		if (isDone()) {
			return super.join();
		}
		try {
			return this.executor.blocking(super::join);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new CompletionException(ex);
		}
	}

}
