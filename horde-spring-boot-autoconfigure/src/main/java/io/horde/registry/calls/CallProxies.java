package io.horde.registry.calls;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

import io.horde.HordeException;
import io.horde.crdt.Versioned;
import io.horde.payload.PayloadException;
import io.horde.process.engine.CurrentProcess;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessExecutor;
import io.horde.registry.CallInterceptor.CallInfo;
import io.horde.registry.CallInterceptor.Completion;
import io.horde.registry.CallOutcomeUnknownException;
import io.horde.registry.names.NameRegistration;
import io.horde.registry.names.RegistrationTable;
import io.horde.time.EventLoop;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is behind the proxies that a caller has in hand: their methods make calls.
 */
public final class CallProxies {

	private static final long LONGEST = Duration.ofDays(365).toNanos();

	private static final Logger logger = LoggerFactory.getLogger(CallProxies.class);

	private final EventLoop loop;

	private final ProcessExecutor executor;

	private final Payloads payloads;

	private final Interceptors interceptors;

	private final CallClient client;

	private final RegistrationTable names;

	private final String node;

	public CallProxies(EventLoop loop, ProcessExecutor executor, Payloads payloads, Interceptors interceptors,
			CallClient client, RegistrationTable names, String node) {
		this.loop = loop;
		this.executor = executor;
		this.payloads = payloads;
		this.interceptors = interceptors;
		this.client = client;
		this.names = names;
		this.node = node;
	}

	public InvocationHandler byName(Class<?> type, String name, Duration timeout) {
		if (timeout.isNegative() || timeout.isZero()) {
			throw new IllegalArgumentException(
					"The timeout " + timeout + " of calls of '" + name + "' is not positive");
		}
		CallableApi api = CallableApi.of(type);
		long nanos = (timeout.compareTo(Duration.ofNanos(LONGEST)) < 0) ? timeout.toNanos() : LONGEST;
		return handler(api, (method, arguments) -> call(api, name, method, arguments, nanos));
	}

	public InvocationHandler byGroup(Class<?> type, String group, Duration timeout,
			Supplier<List<Versioned<NameRegistration>>> members) {
		CallableApi api = CallableApi.of(type);
		for (Method method : type.getMethods()) {
			ApiMethod callable = api.method(method);
			if (callable != null && method.getReturnType() != void.class) {
				throw new IllegalArgumentException("The method " + callable.describe()
						+ " returns something, so it can't be called for the whole group '" + group + "'");
			}
		}
		return handler(api, (method, arguments) -> {
			members.get().forEach((member) -> callMember(api, group, member, method, arguments, timeout.toNanos()));
			return null;
		});
	}

	private static InvocationHandler handler(CallableApi api, Invocation invocation) {
		return (proxy, method, arguments) -> {
			ApiMethod callable = api.method(method);
			if (callable == null) {
				callable = api.method(method.getName(), method.getParameterCount());
			}
			if (callable == null) {
				throw new UnsupportedOperationException(method + " can't be called by name");
			}
			return invocation.invoke(callable, (arguments != null) ? arguments : new Object[0]);
		};
	}

	private @Nullable Object call(CallableApi api, String name, ApiMethod method, @Nullable Object[] arguments,
			long timeout) throws Throwable {
		if (this.loop.inLoop() && !method.asynchronous() && !method.oneWay()) {
			throw new HordeException("The call " + method.describe() + " of '" + name + "' would block the event loop"
					+ " of node '" + this.node + "': let the method return a CompletableFuture, or call elsewhere");
		}
		LocalProcess caller = CurrentProcess.get();
		OutgoingCall call = new OutgoingCall(name, null, api.type(), method, arguments, this.loop.nanoTime(), timeout);
		Completion completion = this.interceptors.calling(info(call), call.headers());
		try {
			if (caller != null && !method.oneWay() && !caller.type().concurrent() && isItself(caller, name)) {
				throw new HordeException("The process '" + caller.id() + "' on node '" + this.node
						+ "' calls itself by " + method.describe() + " of '" + name
						+ "', which would wait for itself for ever:" + " call the method directly, or make it @OneWay");
			}
			this.client.begin(call);
		}
		catch (RuntimeException ex) {
			this.client.fail(call, ex);
		}
		if (method.oneWay()) {
			return sent(call, completion);
		}
		return method.asynchronous() ? future(call, completion) : await(call, completion);
	}

	/*
	 * Two threads of one process that wait for each other are not recognised; the
	 * deadline ends that.
	 */
	private boolean isItself(LocalProcess caller, String name) {
		Versioned<NameRegistration> target = this.names.visible().get(name);
		return target != null && caller.id().equals(target.value().processId())
				&& target.origin().node().equals(this.node);
	}

	private void callMember(CallableApi api, String group, Versioned<NameRegistration> member, ApiMethod method,
			@Nullable Object[] arguments, long timeout) {
		if (member.value().processId() == null) {
			return;
		}
		OutgoingCall call = new OutgoingCall(group, member, api.type(), method, arguments, this.loop.nanoTime(),
				timeout);
		Completion completion = this.interceptors.calling(info(call), call.headers());
		try {
			this.client.begin(call);
		}
		catch (RuntimeException ex) {
			this.client.fail(call, ex);
			completion.completed(ex);
			throw ex;
		}
		call.outcome().thenAccept((outcome) -> {
			RuntimeException failure = outcome.failure();
			if (failure != null) {
				logger.debug("A member of the group '{}' was not called", group, failure);
			}
			completion.completed(failure);
		});
	}

	private static CallInfo info(OutgoingCall call) {
		return new CallInfo(call.api().getSimpleName(), call.method().name(), call.name(), call.isOneWay());
	}

	private @Nullable Object sent(OutgoingCall call, Completion completion) {
		call.outcome().thenAccept((outcome) -> {
			RuntimeException failure = outcome.failure();
			if (failure != null) {
				logger.debug("A one-way call was not made", failure);
			}
			completion.completed(failure);
		});
		Outcome outcome = call.outcome().getNow(null);
		if (outcome != null && outcome.failure() instanceof PayloadException ex) {
			throw ex;
		}
		return null;
	}

	private CompletableFuture<@Nullable Object> future(OutgoingCall call, Completion completion) {
		CompletableFuture<@Nullable Object> future = new CompletableFuture<>();
		call.outcome().thenAcceptAsync((outcome) -> {
			try {
				Object value = outcome.result(call, this.payloads);
				completion.completed(null);
				future.complete(value);
			}
			catch (Throwable ex) {
				completion.completed(ex);
				future.completeExceptionally(ex);
			}
		}, this.executor::execute);
		future.whenComplete((value, failure) -> {
			if (future.isCancelled()) {
				this.client.fail(call, new HordeException("The call " + call.describe() + " was cancelled"));
			}
		});
		return future;
	}

	private @Nullable Object await(OutgoingCall call, Completion completion) throws Throwable {
		try {
			Outcome outcome = call.isDone() ? call.outcome().join() : this.executor.blocking(call.outcome()::get);
			RuntimeException failed = outcome.failure();
			if (failed != null) {
				failed.fillInStackTrace();
			}
			Object value = outcome.result(call, this.payloads);
			completion.completed(null);
			return value;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			CallOutcomeUnknownException failure = new CallOutcomeUnknownException(
					"The thread that waited for the call " + call.describe() + " was interrupted", ex);
			this.client.fail(call, failure);
			completion.completed(failure);
			throw failure;
		}
		catch (ExecutionException ex) {
			throw new HordeException("The call " + call.describe() + " was lost", ex.getCause());
		}
		catch (Throwable ex) {
			completion.completed(ex);
			throw ex;
		}
	}

	/**
	 * What a proxy does with a method.
	 */
	@FunctionalInterface
	private interface Invocation {

		@Nullable Object invoke(ApiMethod method, @Nullable Object[] arguments) throws Throwable;

	}

}
