package io.horde.registry.calls;

import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import io.horde.HordeException;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessCall;
import io.horde.registry.CallInterceptor.CallInfo;
import io.horde.registry.CallInterceptor.Completion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call in the mailbox of a process of this node.
 */
abstract class Execution implements ProcessCall {

	private static final Logger logger = LoggerFactory.getLogger(Execution.class);

	private final LocalProcess process;

	private final CallParts parts;

	private final CallInfo info;

	private final Map<String, String> headers;

	private final CallChain chain;

	private final long arrival;

	private volatile boolean cancelled;

	/**
	 * The method, while it runs.
	 */
	private volatile @Nullable ApiMethod running;

	/**
	 * What the method has returned, until it completes.
	 */
	private volatile @Nullable CompletionStage<?> stage;

	Execution(LocalProcess process, CallParts parts, CallInfo info, Map<String, String> headers, CallChain chain) {
		this.process = process;
		this.parts = parts;
		this.info = info;
		this.headers = headers;
		this.chain = chain;
		this.arrival = parts.loop().nanoTime();
	}

	/**
	 * Find a method of a process that can be called.
	 * @param process the process
	 * @param api the name of the interface
	 * @param name the name of the method
	 * @param arity the number of its parameters
	 * @return the method, or {@code null} if there is none or it must not be called
	 */
	static @Nullable ApiMethod method(LocalProcess process, String api, String name, int arity) {
		for (Class<?> type : process.type().api()) {
			Class<?> named = named(type, api);
			if (named != null) {
				return CallableApi.of(named).method(name, arity);
			}
		}
		return null;
	}

	/**
	 * Tell whether a process can be called by an interface.
	 * @param api the name of the interface
	 */
	static boolean isCallable(LocalProcess process, String api) {
		return process.type().api().stream().anyMatch((type) -> named(type, api) != null);
	}

	/* What an interface inherits can be called through its parents too. */
	private static @Nullable Class<?> named(Class<?> type, String name) {
		if (type.getName().equals(name)) {
			return type;
		}
		for (Class<?> parent : type.getInterfaces()) {
			Class<?> named = named(parent, name);
			if (named != null) {
				return named;
			}
		}
		return null;
	}

	final @Nullable Object[] decode(List<byte[]> encoded, ApiMethod method) {
		@Nullable Object[] arguments = new Object[method.arity()];
		for (int i = 0; i < arguments.length; i++) {
			arguments[i] = this.parts.payloads().decode(encoded.get(i), method.parameterTypes().get(i));
		}
		return arguments;
	}

	/*
	 * Whatever happens ends in an answer: the code that runs here is the users', but the
	 * process must not pay for what is wrong with an argument, a result or an exception.
	 */
	@Override
	public final void run() {
		this.process.callBegins(this.arrival, timeout());
		if (this.cancelled || isExpired()) {
			ended();
			return;
		}
		Object instance = this.process.instance();
		if (instance == null || !this.process.isOwner()) {
			dropped();
			return;
		}
		ApiMethod method;
		@Nullable Object[] arguments;
		try {
			method = method();
			if (isOtherVersion(method)) {
				otherVersion(method);
				return;
			}
			if (method == null || !method.method().getDeclaringClass().isInstance(instance)) {
				refused("process '" + this.process.id() + "' of type '" + this.process.type().name()
						+ "' can't be called by " + this.info.api() + "." + this.info.method()
						+ ": only interfaces of its class that both nodes know can be called");
				return;
			}
			arguments = arguments(method);
		}
		catch (Throwable ex) {
			logger.warn("A call of {}.{} of process '{}' can't run, since its arguments can't be read", this.info.api(),
					this.info.method(), this.process.id(), ex);
			refused("the arguments don't fit " + this.info.api() + "." + this.info.method() + " here: " + reason(ex));
			return;
		}
		if (!begin()) {
			ended();
			return;
		}
		CallChain.run(this.chain, () -> this.cancelled, () -> invoke(instance, method, arguments));
	}

	private void invoke(Object instance, ApiMethod method, @Nullable Object[] arguments) {
		Completion completion = this.parts.interceptors().executing(this.info, this.headers);
		this.parts.executed().increment();
		Throwable failure = null;
		Object result = null;
		try {
			result = call(instance, method, arguments);
		}
		catch (InvocationTargetException ex) {
			failure = ex.getTargetException();
		}
		catch (Throwable ex) {
			failure = new HordeException("Can't call " + method.describe() + " of process '" + this.process.id() + "'",
					ex);
		}
		completion.returned();
		if (failure == null && result instanceof CompletionStage<?> future && method.asynchronous()) {
			last(method, future, completion);
		}
		else {
			end(method, result, failure, completion);
		}
	}

	/* An interrupt for the method hits nothing else: see Activities. */
	private @Nullable Object call(Object instance, ApiMethod method, @Nullable Object[] arguments)
			throws IllegalAccessException, InvocationTargetException {
		this.running = method;
		try {
			return method.method().invoke(instance, arguments);
		}
		finally {
			this.running = null;
		}
	}

	private void last(ApiMethod method, CompletionStage<?> stage, Completion completion) {
		this.stage = stage;
		try {
			this.process.lastUntil(stage);
			stage.whenComplete((value, thrown) -> end(method, value,
					(thrown instanceof CompletionException && thrown.getCause() != null) ? thrown.getCause() : thrown,
					completion));
		}
		catch (Throwable ex) {
			end(method, null, ex, completion);
			return;
		}
		if (this.cancelled) {
			cancel(stage);
		}
	}

	private void end(ApiMethod method, @Nullable Object result, @Nullable Throwable failure, Completion completion) {
		this.stage = null;
		completion.completed(failure);
		try {
			if (failure != null) {
				threw(method, failure);
			}
			else {
				returned(method, result);
			}
		}
		catch (Throwable ex) {
			logger.warn("A call of {} of process '{}' ran, but its result can't be sent", method.describe(),
					this.process.id(), ex);
			noResult("it ran, but its result can't be sent: " + reason(ex));
		}
	}

	private static String reason(Throwable thrown) {
		String message = ThrownExceptions.message(thrown);
		return (thrown instanceof HordeException) ? String.valueOf(message)
				: thrown.getClass().getName() + ((message != null) ? ": " + message : "");
	}

	/**
	 * Nobody waits for the call any more (N7). One that waits is not begun, a future that
	 * the method has returned is cancelled, and a method that runs is interrupted if it
	 * allows that. May be called from any thread, at any time.
	 */
	final void cancel() {
		this.cancelled = true;
		if (this.process.withdraw(this)) {
			ended();
			return;
		}
		ApiMethod running = this.running;
		if (running != null && running.isInterruptible()) {
			this.process.interrupt(this);
		}
		CompletionStage<?> stage = this.stage;
		if (stage != null) {
			this.parts.runtime().executor().execute(() -> cancel(stage));
		}
	}

	private static void cancel(CompletionStage<?> stage) {
		try {
			stage.toCompletableFuture().cancel(true);
		}
		catch (RuntimeException ex) {
			// It has no end that others could bring about
		}
	}

	LocalProcess process() {
		return this.process;
	}

	/**
	 * Return when it came, on the loop's monotonic clock.
	 */
	long arrival() {
		return this.arrival;
	}

	/**
	 * Return how long its caller waits.
	 * @return nanoseconds
	 */
	abstract long timeout();

	/**
	 * Tell whether nobody waits for the call any more.
	 * @return whether it need not run
	 */
	abstract boolean isExpired();

	/**
	 * Begin, unless its caller has been told that it never will.
	 * @return whether it may
	 */
	abstract boolean begin();

	/**
	 * It ends without an answer, because nobody wants one.
	 */
	abstract void ended();

	/**
	 * Return the method.
	 * @return the method, or {@code null} if there is none
	 */
	abstract @Nullable ApiMethod method();

	/**
	 * Return the arguments.
	 * @param method the method
	 * @return the arguments
	 */
	abstract @Nullable Object[] arguments(ApiMethod method);

	/**
	 * Tell whether the caller knows the method with other types (N11).
	 * @param method the method here, or {@code null} if there is none
	 */
	boolean isOtherVersion(@Nullable ApiMethod method) {
		return false;
	}

	/**
	 * The caller knows the method with other types.
	 * @param method the method here, or {@code null} if there is none
	 */
	void otherVersion(@Nullable ApiMethod method) {
	}

	/**
	 * The call can't run.
	 * @param reason why
	 */
	abstract void refused(String reason);

	/**
	 * The method returned.
	 * @param method the method
	 * @param result what it returned
	 */
	abstract void returned(ApiMethod method, @Nullable Object result);

	/**
	 * The method threw.
	 * @param method the method
	 * @param thrown what it threw
	 */
	abstract void threw(ApiMethod method, Throwable thrown);

	/**
	 * The method ran, and what became of it can't be told.
	 * @param reason why
	 */
	abstract void noResult(String reason);

}
