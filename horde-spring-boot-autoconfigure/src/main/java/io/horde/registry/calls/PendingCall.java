package io.horde.registry.calls;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import io.horde.HordeException;
import io.horde.payload.PayloadException;
import io.horde.process.engine.HordeFuture;
import io.horde.process.engine.ProcessExecutor;
import io.horde.registry.CallInterceptor.Completion;
import io.horde.registry.CallOutcomeUnknownException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call that was begun, as its caller gets the result: not at all, by a future, or by
 * waiting.
 *
 * @param call the call
 * @param completion to be told of the end
 * @param parts the node
 * @param client to end the call early
 */
record PendingCall(OutgoingCall call, Completion completion, CallParts parts, CallClient client) {

	private static final Logger logger = LoggerFactory.getLogger(PendingCall.class);

	/**
	 * Don't wait.
	 * @param failed the log message of a failure
	 */
	void oneWay(String failed) {
		this.call.outcome().thenAccept((outcome) -> {
			RuntimeException failure = outcome.failure();
			if (failure != null) {
				logger.debug(failed, failure);
			}
			this.completion.completed(failure);
		});
		Outcome outcome = this.call.outcome().getNow(null);
		if (outcome != null && outcome.failure() instanceof PayloadException ex) {
			throw ex;
		}
	}

	CompletableFuture<@Nullable Object> future() {
		CompletableFuture<@Nullable Object> future = new HordeFuture<>(executor());
		this.call.outcome().thenAcceptAsync((outcome) -> {
			try {
				future.complete(result(outcome));
			}
			catch (Throwable ex) {
				this.completion.completed(ex);
				future.completeExceptionally(ex);
			}
		}, executor()::execute);
		future.whenComplete((value, failure) -> {
			if (future.isCancelled()) {
				this.client.cancel(this.call,
						new CancellationException("The call " + this.call.describe() + " was cancelled"));
			}
		});
		return future;
	}

	@Nullable Object await() throws Throwable {
		try {
			Outcome outcome = this.call.isDone() ? this.call.outcome().join()
					: executor().blocking(this.call.outcome()::get);
			RuntimeException failed = outcome.failure();
			if (failed != null) {
				failed.fillInStackTrace();
			}
			return result(outcome);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			boolean mayHaveRun = this.call.giveUp();
			CallOutcomeUnknownException failure = new CallOutcomeUnknownException(
					"The thread that waited for the call " + this.call.describe() + " was interrupted: " + (mayHaveRun
							? "it ran, may still run, or did not" : "it has not begun to run, and will not"),
					ex, mayHaveRun);
			this.client.cancel(this.call, failure);
			this.completion.completed(failure);
			throw failure;
		}
		catch (ExecutionException ex) {
			throw new HordeException("The call " + this.call.describe() + " was lost", ex.getCause());
		}
		catch (Throwable ex) {
			this.completion.completed(ex);
			throw ex;
		}
	}

	private @Nullable Object result(Outcome outcome) throws Throwable {
		Object value = outcome.result(this.call, this.parts.payloads());
		this.completion.completed(null);
		return value;
	}

	private ProcessExecutor executor() {
		return this.parts.runtime().executor();
	}

}
