package io.horde.registry.calls;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.horde.HordeException;
import io.horde.crdt.Versioned;
import io.horde.registry.CallInterceptor.Completion;
import io.horde.registry.names.NameRegistration;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is behind the proxies that a caller has in hand: their methods make calls.
 */
public final class CallProxies {

	private static final long LONGEST = Duration.ofDays(365).toNanos();

	private static final Logger logger = LoggerFactory.getLogger(CallProxies.class);

	private final CallParts parts;

	private final CallClient client;

	private final Set<CallableApi> checked = ConcurrentHashMap.newKeySet();

	CallProxies(CallParts parts, CallClient client) {
		this.parts = parts;
		this.client = client;
	}

	public InvocationHandler byName(Class<?> type, String name, Duration timeout) {
		if (timeout.isNegative() || timeout.isZero()) {
			throw new IllegalArgumentException(
					"The timeout " + timeout + " of calls of '" + name + "' is not positive");
		}
		CallableApi api = api(type);
		long nanos = (timeout.compareTo(Duration.ofNanos(LONGEST)) < 0) ? timeout.toNanos() : LONGEST;
		return handler(api, (method, arguments) -> call(api, name, method, arguments, nanos));
	}

	public InvocationHandler byGroup(Class<?> type, String group, Duration timeout,
			Supplier<List<Versioned<NameRegistration>>> members) {
		CallableApi api = api(type);
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

	private CallableApi api(Class<?> type) {
		CallableApi api = CallableApi.of(type);
		if (!this.checked.contains(api)) {
			api.check(this.parts.payloads());
			this.checked.add(api);
		}
		return api;
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
		EventLoop loop = this.parts.loop();
		if (loop.inLoop() && !method.asynchronous() && !method.oneWay()) {
			throw new HordeException(
					"The call " + method.describe() + " of '" + name + "' would block the event loop" + " of node '"
							+ this.parts.node() + "': let the method return a CompletableFuture, or call elsewhere");
		}
		PendingCall pending = begin(
				new OutgoingCall(name, null, api.type(), method, arguments, loop.nanoTime(), timeout));
		if (method.oneWay()) {
			pending.oneWay("A one-way call was not made");
			return null;
		}
		return method.asynchronous() ? pending.future() : pending.await();
	}

	private PendingCall begin(OutgoingCall call) {
		Completion completion = this.parts.interceptors().calling(call.info(), call.headers());
		try {
			this.client.begin(call);
		}
		catch (Throwable ex) {
			if (ex instanceof Error) {
				logger.warn("The call {} can't be made", call.describe(), ex);
			}
			RuntimeException failure = (ex instanceof RuntimeException known) ? known : call.unsendable(ex);
			this.client.calls().fail(call, failure);
			if (call.member() != null) {
				completion.completed(failure);
				throw failure;
			}
		}
		return new PendingCall(call, completion, this.parts, this.client);
	}

	private void callMember(CallableApi api, String group, Versioned<NameRegistration> member, ApiMethod method,
			@Nullable Object[] arguments, long timeout) {
		if (member.value().processId() == null) {
			return;
		}
		begin(new OutgoingCall(group, member, api.type(), method, arguments, this.parts.loop().nanoTime(), timeout))
			.oneWay("A member of the group '" + group + "' was not called");
	}

	/**
	 * What a proxy does with a method.
	 */
	@FunctionalInterface
	private interface Invocation {

		@Nullable Object invoke(ApiMethod method, @Nullable Object[] arguments) throws Throwable;

	}

}
