package io.horde.wire;

import java.lang.reflect.Type;

import io.horde.payload.PayloadCodec;
import io.horde.payload.PayloadException;
import io.horde.payload.PayloadTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * The codec for users' values together with the limit on their size.
 */
public final class Payloads {

	private final PayloadCodec codec;

	private final int maxSize;

	/**
	 * Creates payloads.
	 * @param maxSize how many bytes a value may take
	 */
	public Payloads(PayloadCodec codec, int maxSize) {
		this.codec = codec;
		this.maxSize = maxSize;
	}

	/**
	 * Encode a value.
	 * @param what what the value is, a noun phrase for the error message
	 * @return its bytes
	 * @throws PayloadTooLargeException if there are too many of them
	 * @throws PayloadException if the value can't be encoded
	 */
	public byte[] encode(@Nullable Object value, String what) {
		byte[] bytes;
		try {
			bytes = this.codec.encode(value);
		}
		catch (PayloadException ex) {
			throw new PayloadException("Can't encode " + what + ": " + ex.getMessage(), ex);
		}
		if (bytes.length > this.maxSize) {
			throw new PayloadTooLargeException(what, bytes.length, this.maxSize);
		}
		return bytes;
	}

	/**
	 * Decode a value.
	 * @param <T> the expected type
	 * @param type the expected type
	 * @throws PayloadException if the bytes are no value of that type
	 */
	public <T> @Nullable T decode(byte[] bytes, Type type) {
		return this.codec.decode(bytes, type);
	}

	/**
	 * Return the limit.
	 * @return bytes
	 */
	public int maxSize() {
		return this.maxSize;
	}

}
