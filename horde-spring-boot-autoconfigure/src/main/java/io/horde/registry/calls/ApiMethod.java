package io.horde.registry.calls;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.horde.payload.codec.DeclaredTypes;
import io.horde.registry.Idempotent;
import io.horde.registry.Interruptible;
import io.horde.registry.OneWay;

/**
 * A method that can be called by name: what a caller and a receiver have to know of it.
 *
 * @param method the method of the interface
 * @param parameterTypes what arguments are bound to
 * @param copied which arguments are copied on the way to a process of the same node
 * @param resultType what the result is bound to, {@code void.class} if there is none
 * @param resultCopied whether the result is copied
 * @param asynchronous whether it returns a future
 * @param oneWay whether nobody waits for it
 * @param thrown the exceptions that it declares
 * @param signature result, name and parameters, as a declaration says them
 * @param fingerprint that of the signature (N11)
 */
record ApiMethod(Method method, List<Type> parameterTypes, boolean[] copied, Type resultType, boolean resultCopied,
		boolean asynchronous, boolean oneWay, List<Class<?>> thrown, String signature, long fingerprint) {

	/**
	 * Read a method.
	 * @param types the types as the interface means them that is called, which may have
	 * inherited the method
	 */
	static ApiMethod of(Method method, DeclaredTypes types) {
		Class<?> returned = method.getReturnType();
		boolean asynchronous = returned == CompletableFuture.class || returned == CompletionStage.class;
		boolean oneWay = method.isAnnotationPresent(OneWay.class);
		if (oneWay && returned != void.class) {
			throw new UncallableException("The method " + method + " is @OneWay and returns something", "make it void");
		}
		Idempotent idempotent = method.getAnnotation(Idempotent.class);
		if (idempotent != null && oneWay) {
			throw new UncallableException("The method " + method
					+ " is @OneWay and @Idempotent, but nobody learns whether a one-way call has to be made again",
					"take one of them away");
		}
		if (idempotent != null && idempotent.retries() < 0) {
			throw new UncallableException("The method " + method + " is @Idempotent with a negative number of retries",
					"use 0 or more");
		}
		Type result = types.resolve(method.getGenericReturnType());
		if (asynchronous) {
			result = (result instanceof ParameterizedType parameterized) ? parameterized.getActualTypeArguments()[0]
					: Object.class;
			result = (result == Void.class) ? void.class : result;
		}
		List<Type> parameters = Stream.of(method.getGenericParameterTypes()).map(types::resolve).toList();
		boolean[] copied = new boolean[parameters.size()];
		for (int i = 0; i < copied.length; i++) {
			copied[i] = !Immutables.isImmutable(DeclaredTypes.raw(parameters.get(i)));
		}
		boolean resultCopied = !Immutables.isImmutable(DeclaredTypes.raw(result));
		String signature = signature(result, method.getName(), parameters);
		return new ApiMethod(method, parameters, copied, result, resultCopied, asynchronous, oneWay,
				Stream.of(method.getExceptionTypes()).<Class<?>>map((type) -> type).toList(), signature,
				fingerprint(signature));
	}

	private static String signature(Type result, String name, List<Type> parameters) {
		return parameters.stream()
			.map(Type::getTypeName)
			.collect(Collectors.joining(", ", result.getTypeName() + " " + name + "(", ")"));
	}

	/**
	 * Return a number that is another one for another signature (N11): FNV-1a.
	 */
	private static long fingerprint(String signature) {
		long hash = 0xcbf29ce484222325L;
		for (byte each : signature.getBytes(StandardCharsets.UTF_8)) {
			hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
		}
		return hash;
	}

	String name() {
		return this.method.getName();
	}

	int arity() {
		return this.parameterTypes.size();
	}

	/**
	 * Return how often a call whose outcome is unknown is made again (N6).
	 */
	int retries() {
		Idempotent idempotent = this.method.getAnnotation(Idempotent.class);
		return (idempotent != null) ? idempotent.retries() : 0;
	}

	/**
	 * Tell whether it is interrupted when its caller gives up (N7).
	 */
	boolean isInterruptible() {
		return this.method.isAnnotationPresent(Interruptible.class);
	}

	boolean isVoid() {
		return this.resultType == void.class;
	}

	/**
	 * Describe the method for a message.
	 * @return its interface and name
	 */
	String describe() {
		return this.method.getDeclaringClass().getSimpleName() + "." + name();
	}

}
