package io.horde.payload;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;

/**
 * Turns users' values into bytes and back: arguments, results, states, values of names
 * and metadata. Called from any thread. The default writes CBOR with a mapper of its own;
 * a bean of this type replaces it, on all nodes at once, since bytes don't tell which
 * codec has written them.
 */
public interface PayloadCodec {

	/**
	 * Encode a value to be decoded as the declared type: the type of a parameter, a
	 * result, an argument or a state.
	 * @param value the value
	 * @param type the declared type, with its type arguments
	 * @return its bytes, not to be changed afterwards
	 * @throws PayloadException if the value can't be encoded, or would not survive
	 * decoding; the message names its type
	 */
	byte[] encode(@Nullable Object value, Type type);

	/**
	 * Encode a value that has no declared type: the value of a name, or a metadatum. Its
	 * own class stands for it, of a constant that of its enum, of an anonymous class its
	 * superclass or interface.
	 * @param value the value
	 * @return its bytes, not to be changed afterwards
	 * @throws PayloadException if the value can't be encoded
	 */
	default byte[] encode(@Nullable Object value) {
		return encode(value, ownType(value));
	}

	/**
	 * Decode a value. The type is chosen by the receiver, never by the bytes.
	 * @param <T> the expected type
	 * @param bytes the bytes
	 * @param type the expected type, with its type arguments
	 * @return the value
	 * @throws PayloadException if the bytes are no value of that type
	 */
	<T> @Nullable T decode(byte[] bytes, Type type);

	/**
	 * Tell early that values of a type can't be encoded or decoded. Called at start-up
	 * for all types that processes name, and when a proxy is made. Does nothing by
	 * default.
	 * @param type a declared type, with its type arguments
	 * @throws PayloadException if no value of that type can be carried; the message says
	 * why, and what helps
	 */
	default void check(Type type) {
	}

	private static Type ownType(@Nullable Object value) {
		if (value == null) {
			return Object.class;
		}
		if (value instanceof Enum<?> constant) {
			return constant.getDeclaringClass();
		}
		Class<?> own = value.getClass();
		while (own.isAnonymousClass()) {
			own = (own.getInterfaces().length > 0) ? own.getInterfaces()[0] : own.getSuperclass();
		}
		return own;
	}

}
