package io.horde.registry.calls;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;

import io.horde.payload.PayloadException;
import io.horde.payload.codec.DeclaredTypes;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of the signature of a method why nobody could call it from another node.
 */
final class SignatureCheck {

	private static final List<String> REACTIVE = List.of("org.reactivestreams.Publisher",
			"java.util.concurrent.Flow$Publisher", "kotlinx.coroutines.flow.Flow");

	private static final Logger logger = LoggerFactory.getLogger(SignatureCheck.class);

	private final Class<?> api;

	private final ApiMethod method;

	private SignatureCheck(Class<?> api, ApiMethod method) {
		this.api = api;
		this.method = method;
	}

	/**
	 * Check what every codec needs.
	 * @throws UncallableException if the method can't be called
	 */
	static void check(Class<?> api, ApiMethod method) {
		new SignatureCheck(api, method).check();
	}

	/**
	 * Check what a codec needs.
	 * @param payloads carries values and exceptions
	 * @throws UncallableException if the method can't be called
	 */
	static void check(Class<?> api, ApiMethod method, Payloads payloads) {
		new SignatureCheck(api, method).check(payloads);
	}

	private void check() {
		Method declared = this.method.method();
		Class<?>[] parameters = declared.getParameterTypes();
		if (parameters.length > 0
				&& parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation")) {
			throw refused("is a suspend function", "let it return a CompletableFuture");
		}
		Class<?> returned = declared.getReturnType();
		boolean future = Future.class.isAssignableFrom(returned) || CompletionStage.class.isAssignableFrom(returned);
		if (future && !this.method.asynchronous()) {
			throw refused("returns " + returned.getName(), "let it return a CompletableFuture or a CompletionStage");
		}
		check("returns", this.method.resultType(), "return a List");
		for (int i = 0; i < parameters.length; i++) {
			check("has the parameter " + (i + 1) + " of type", this.method.parameterTypes().get(i), "take a List");
		}
		for (Class<?> thrown : this.method.thrown()) {
			if (!Modifier.isPublic(thrown.getModifiers())) {
				throw refused("throws " + thrown.getName() + ", which is not public", "make it public");
			}
		}
	}

	private void check(String what, Type type, String instead) {
		Type variable = DeclaredTypes.unbound(type);
		if (variable != null) {
			throw refused(what + " " + type.getTypeName() + ", and nothing says what " + variable.getTypeName() + " is",
					"declare an interface that extends this one with a type in its place, or use the type itself");
		}
		Class<?> raw = element(DeclaredTypes.raw(type));
		if (!raw.isPrimitive() && !Modifier.isPublic(raw.getModifiers())) {
			throw refused(what + " " + raw.getName() + ", which is not public", "make it public");
		}
		if (BaseStream.class.isAssignableFrom(raw) || Iterator.class.isAssignableFrom(raw)) {
			throw refused(what + " " + raw.getName() + ", which is no data", instead);
		}
		if (isReactive(raw)) {
			throw refused(what + " " + raw.getName() + ", which is no data",
					instead + ", or let it return a CompletableFuture");
		}
	}

	private static Class<?> element(Class<?> type) {
		Class<?> component = type.getComponentType();
		return (component != null) ? element(component) : type;
	}

	private static boolean isReactive(@Nullable Class<?> type) {
		if (type == null) {
			return false;
		}
		if (REACTIVE.contains(type.getName()) || isReactive(type.getSuperclass())) {
			return true;
		}
		for (Class<?> parent : type.getInterfaces()) {
			if (isReactive(parent)) {
				return true;
			}
		}
		return false;
	}

	private void check(Payloads payloads) {
		if (!this.method.isVoid()) {
			check(payloads, this.method.resultType(), "has a result that can't be carried");
		}
		for (int i = 0; i < this.method.arity(); i++) {
			check(payloads, this.method.parameterTypes().get(i),
					"has the parameter " + (i + 1) + " that can't be carried");
		}
		this.method.thrown().forEach((thrown) -> check(payloads, thrown));
	}

	/* Users can mend their own exceptions, and hardly those of a library. */
	private void check(Payloads payloads, Class<?> thrown) {
		String problem = ThrownExceptions.problem(thrown, payloads);
		if (problem == null) {
			return;
		}
		if (isOfTheApplication(thrown)) {
			throw refused("throws an exception that callers would not get as it is", problem);
		}
		logger.warn("The method {}.{} throws an exception that callers don't get as it is. {}", this.api.getName(),
				this.method.name(), problem);
	}

	private boolean isOfTheApplication(Class<?> type) {
		return Objects.equals(type.getProtectionDomain().getCodeSource(),
				this.api.getProtectionDomain().getCodeSource());
	}

	private void check(Payloads payloads, Type type, String problem) {
		try {
			payloads.check(type);
		}
		catch (PayloadException ex) {
			throw refused(problem, String.valueOf(ex.getMessage()));
		}
	}

	private UncallableException refused(String problem, String remedy) {
		return new UncallableException("The method " + this.api.getName() + "." + this.method.name() + " " + problem,
				remedy);
	}

}
