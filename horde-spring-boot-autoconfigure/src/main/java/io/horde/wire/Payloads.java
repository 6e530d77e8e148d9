package io.horde.wire;

import java.lang.reflect.Type;
import java.util.function.Supplier;

import io.horde.payload.PayloadCodec;
import io.horde.payload.PayloadException;
import io.horde.payload.PayloadTooLargeException;
import io.horde.payload.codec.CborPayloadCodec;
import io.horde.payload.codec.ExceptionMapper;
import org.jspecify.annotations.Nullable;

/**
 * The codec for users' values together with the limit on their size.
 */
public final class Payloads {

	private final PayloadCodec codec;

	private final int maxSize;

	private final ExceptionMapper exceptions;

	/**
	 * Creates payloads.
	 * @param maxSize how many bytes a value may take
	 */
	public Payloads(PayloadCodec codec, int maxSize) {
		this.codec = codec;
		this.maxSize = maxSize;
		this.exceptions = ((codec instanceof CborPayloadCodec cbor) ? cbor : new CborPayloadCodec()).exceptions();
	}

	/**
	 * Encode a value that has no declared type.
	 * @param what what the value is, a noun phrase for the error message
	 * @return its bytes
	 * @throws PayloadTooLargeException if there are too many of them
	 * @throws PayloadException if the value can't be encoded
	 */
	public byte[] encode(@Nullable Object value, String what) {
		return limited(() -> this.codec.encode(value), what);
	}

	/**
	 * Encode a value.
	 * @param type the declared type
	 * @param what what the value is, a noun phrase for the error message
	 * @return its bytes
	 * @throws PayloadTooLargeException if there are too many of them
	 * @throws PayloadException if the value can't be encoded
	 */
	public byte[] encode(@Nullable Object value, Type type, String what) {
		return limited(() -> this.codec.encode(value, type), what);
	}

	private byte[] limited(Supplier<byte[]> encoder, String what) {
		byte[] bytes;
		try {
			bytes = encoder.get();
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
	 * Tell early that values of a type can't be carried.
	 * @param type the declared type
	 * @throws PayloadException if they can't
	 */
	public void check(Type type) {
		this.codec.check(type);
	}

	/**
	 * Return what writes and rebuilds exceptions: that of Horde's own codec, also if
	 * users have replaced it.
	 */
	public ExceptionMapper exceptions() {
		return this.exceptions;
	}

	/**
	 * Return the limit.
	 * @return bytes
	 */
	public int maxSize() {
		return this.maxSize;
	}

}
