package io.horde.rules;

import java.util.Arrays;

/**
 * What a method does while a rule is taken away.
 *
 * @param type the class that declares the method
 * @param method the name of the method; all overloads are meant
 * @param before what runs instead of the method, or {@code null}
 * @param after what makes another result of the method's own, or {@code null}
 */
public record Replacement(Class<?> type, String method, Body before, Result after) {

	/**
	 * What the {@link Body} of a replacement returns to let the method do what it does.
	 */
	public static final Object OWN_BODY = new Object();

	public Replacement {
		if (Arrays.stream(type.getDeclaredMethods()).noneMatch((declared) -> declared.getName().equals(method))) {
			throw new IllegalArgumentException(type.getName() + " declares no method " + method);
		}
	}

	/**
	 * Replace a method by a constant.
	 */
	public static Replacement returning(Class<?> type, String method, Object value) {
		return new Replacement(type, method, (self, arguments) -> value, null);
	}

	/**
	 * Replace a method.
	 */
	public static Replacement of(Class<?> type, String method, Body body) {
		return new Replacement(type, method, body, null);
	}

	/**
	 * Replace the result of a method.
	 */
	public static Replacement after(Class<?> type, String method, Result result) {
		return new Replacement(type, method, null, result);
	}

	String key() {
		return this.type.getName() + "." + this.method;
	}

	/**
	 * The body of a method.
	 */
	@FunctionalInterface
	public interface Body {

		/**
		 * Run instead of the method.
		 * @param self the object, or {@code null} if the method is static
		 * @param arguments the arguments
		 * @return the result, or {@link #OWN_BODY}; ignored if the method is void
		 */
		Object run(Object self, Object[] arguments);

	}

	/**
	 * Makes another result.
	 */
	@FunctionalInterface
	public interface Result {

		/**
		 * Run after the method.
		 * @param self the object, or {@code null} if the method is static
		 * @param arguments the arguments
		 * @param result what the method returned
		 * @return the result
		 */
		Object run(Object self, Object[] arguments, Object result);

	}

}
