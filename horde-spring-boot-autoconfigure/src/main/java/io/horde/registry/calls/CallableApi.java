package io.horde.registry.calls;

import java.lang.ref.SoftReference;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;

import io.horde.payload.codec.DeclaredTypes;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;

/**
 * The methods of an interface that can be called by name. A method is found by its name
 * and number of parameters, so there is one overload per arity.
 */
public final class CallableApi {

	/*
	 * Softly, because an interface may live longer than Horde's classes: one of Java's
	 * would keep them after a restart by DevTools.
	 */
	private static final ClassValue<SoftReference<CallableApi>> cache = new ClassValue<>() {

		@Override
		protected SoftReference<CallableApi> computeValue(Class<?> type) {
			return new SoftReference<>(new CallableApi(type));
		}

	};

	private final Class<?> type;

	private final Map<String, ApiMethod> byKey = new HashMap<>();

	private final Map<Method, ApiMethod> byMethod = new HashMap<>();

	private CallableApi(Class<?> type) {
		if (!type.isInterface() || type.isAnnotation()) {
			throw new IllegalArgumentException(type.getName() + " is no interface, so it can't be called by name");
		}
		if (!Modifier.isPublic(type.getModifiers())) {
			throw new IllegalArgumentException("The interface " + type.getName()
					+ " is not public, so it can't be called by name: make it public");
		}
		this.type = type;
		DeclaredTypes types = new DeclaredTypes(type);
		for (Method method : type.getMethods()) {
			if (Modifier.isStatic(method.getModifiers()) || method.isBridge()) {
				continue;
			}
			ApiMethod added = ApiMethod.of(method, types);
			SignatureCheck.check(type, added);
			ApiMethod other = this.byKey.putIfAbsent(key(added.name(), added.arity()), added);
			if (other != null && !other.parameterTypes().equals(added.parameterTypes())) {
				throw new IllegalArgumentException("The interface " + type.getName() + " has two methods '"
						+ added.name() + "' with " + added.arity() + " parameters; methods that are called by name"
						+ " are told apart by their number of parameters only: rename one of them");
			}
			if (other != null && other.method().getReturnType().isAssignableFrom(method.getReturnType())) {
				this.byKey.put(key(added.name(), added.arity()), added);
			}
			this.byMethod.put(method, added);
		}
	}

	/**
	 * Return the methods of an interface.
	 * @param type the interface
	 * @return its methods
	 * @throws IllegalArgumentException if it can't be called, saying why
	 */
	static CallableApi of(Class<?> type) {
		CallableApi api = cache.get(type).get();
		while (api == null) {
			cache.remove(type);
			api = cache.get(type).get();
		}
		return api;
	}

	/**
	 * Check that all that an interface names can be carried.
	 * @param payloads carries values and exceptions
	 * @throws UncallableException if something can't be
	 */
	void check(Payloads payloads) {
		this.byKey.values().forEach((method) -> SignatureCheck.check(this.type, method, payloads));
	}

	/**
	 * Check that an interface can be called by name.
	 * @param type the interface
	 * @param payloads carries values and exceptions
	 * @throws IllegalArgumentException if it can't be, saying why
	 */
	public static void check(Class<?> type, Payloads payloads) {
		of(type).check(payloads);
	}

	private static String key(String name, int arity) {
		return name + "/" + arity;
	}

	Class<?> type() {
		return this.type;
	}

	@Nullable ApiMethod method(Method method) {
		return this.byMethod.get(method);
	}

	@Nullable ApiMethod method(String name, int arity) {
		return this.byKey.get(key(name, arity));
	}

}
