package io.horde.process.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

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

	/**
	 * Return a future for users, who are told on the process executor, never on the loop.
	 * @param answer what has been found out
	 * @param result turns it into what users see, on the process executor
	 * @param executor the process executor
	 */
	public static <A extends @Nullable Object, T extends @Nullable Object> HordeFuture<T> of(CompletionStage<A> answer,
			Function<A, T> result, ProcessExecutor executor) {
		HordeFuture<T> future = new HordeFuture<>(executor);
		answer.whenComplete((found, failure) -> executor.execute(() -> {
			if (failure != null) {
				Throwable cause = failure.getCause();
				future
					.completeExceptionally((failure instanceof CompletionException && cause != null) ? cause : failure);
			}
			else {
				future.complete(result.apply(found));
			}
		}));
		return future;
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
