package io.horde.payload;

/**
 * The bytes of a value exceed the limit, {@code horde.transport.max-payload-size}.
 * Nothing was sent.
 */
public class PayloadTooLargeException extends PayloadException {

	private static final String PROPERTY = "horde.transport.max-payload-size";

	private final int size;

	private final int limit;

	/**
	 * Creates an exception.
	 * @param what what the value is, a noun phrase
	 * @param size its size in bytes
	 * @param limit the limit in bytes
	 */
	public PayloadTooLargeException(String what, int size, int limit) {
		super("%s takes %,d bytes, more than the %,d that %s allows: send less, or raise the property on all nodes"
			.formatted(what, size, limit, PROPERTY), null);
		this.size = size;
		this.limit = limit;
	}

	/**
	 * Return the size of the value.
	 * @return bytes
	 */
	public int size() {
		return this.size;
	}

	/**
	 * Return the limit.
	 * @return bytes
	 */
	public int limit() {
		return this.limit;
	}

}
