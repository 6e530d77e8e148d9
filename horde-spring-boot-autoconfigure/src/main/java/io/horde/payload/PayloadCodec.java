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
	 * Encode a value.
	 * @param value the value
	 * @return its bytes, not to be changed afterwards
	 * @throws PayloadException if the value can't be encoded; the message names its type
	 */
	byte[] encode(@Nullable Object value);

	/**
	 * Decode a value. The type is chosen by the receiver, never by the bytes.
	 * @param <T> the expected type
	 * @param bytes the bytes
	 * @param type the expected type, with its type arguments
	 * @return the value
	 * @throws PayloadException if the bytes are no value of that type
	 */
	<T> @Nullable T decode(byte[] bytes, Type type);

}
