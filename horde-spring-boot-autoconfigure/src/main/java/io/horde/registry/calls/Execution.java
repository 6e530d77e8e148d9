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

/**
 * A call in the mailbox of a process of this node.
 */
abstract class Execution implements ProcessCall {

	private final LocalProcess process;

	private final CallParts parts;

	private final CallInfo info;

	private final Map<String, String> headers;

	private final List<String> chain;

	private final long arrival;

	Execution(LocalProcess process, CallParts parts, CallInfo info, Map<String, String> headers, List<String> chain) {
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

	@Override
	public final void run() {
		this.process.callBegins(this.arrival, timeout());
		if (isExpired()) {
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
			if (method == null || !method.method().getDeclaringClass().isInstance(instance)) {
				refused("process '" + this.process.id() + "' of type '" + this.process.type().name()
						+ "' can't be called by " + this.info.api() + "." + this.info.method()
						+ ": only interfaces of its class that both nodes know can be called");
				return;
			}
			arguments = arguments(method);
		}
		catch (RuntimeException ex) {
			refused("the arguments don't fit " + this.info.api() + "." + this.info.method() + " here: "
					+ ex.getMessage());
			return;
		}
		CallChain.run(this.chain, () -> invoke(instance, method, arguments));
	}

	private void invoke(Object instance, ApiMethod method, @Nullable Object[] arguments) {
		Completion completion = this.parts.interceptors().executing(this.info, this.headers);
		Throwable failure = null;
		Object result = null;
		this.parts.executed().increment();
		try {
			result = method.method().invoke(instance, arguments);
		}
		catch (InvocationTargetException ex) {
			failure = ex.getTargetException();
		}
		catch (IllegalAccessException | RuntimeException ex) {
			failure = new HordeException(
					"Can't call " + method.describe() + " of process '" + this.process.id() + "': " + ex.getMessage(),
					ex);
		}
		completion.completed(failure);
		if (failure != null) {
			threw(method, failure);
		}
		else if (result instanceof CompletionStage<?> stage && method.asynchronous()) {
			this.process.lastUntil(stage);
			stage.whenComplete((value, thrown) -> {
				if (thrown == null) {
					returned(method, value);
				}
				else {
					threw(method, (thrown instanceof CompletionException && thrown.getCause() != null)
							? thrown.getCause() : thrown);
				}
			});
		}
		else {
			returned(method, result);
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

}
