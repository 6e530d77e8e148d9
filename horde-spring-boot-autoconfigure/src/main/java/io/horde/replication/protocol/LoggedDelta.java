package io.horde.replication.protocol;

import java.util.Arrays;

/**
 * A delta in the form in which it is kept and sent, or several consecutive ones of one
 * origin: a slice of bytes that are never changed.
 *
 * @param first the sequence number of the first change
 * @param last the sequence number of the last change
 * @param count how many deltas these are
 * @param bytes where the encoded deltas stand
 * @param offset where they begin
 * @param length how long they are
 */
public record LoggedDelta(long first, long last, int count, byte[] bytes, int offset, int length) {

	/**
	 * What an object and its place in a collection cost beyond the bytes.
	 */
	private static final int OVERHEAD = 96;

	public LoggedDelta(long first, long last, byte[] body) {
		this(first, last, 1, body, 0, body.length);
	}

	public static LoggedDelta of(long first, byte[] body) {
		return new LoggedDelta(first, first + Codecs.changes(body) - 1, body);
	}

	/**
	 * Return this with bytes of its own, so that it can be kept without the frame in
	 * which it came.
	 */
	public LoggedDelta detached() {
		if (this.length == this.bytes.length) {
			return this;
		}
		byte[] own = Arrays.copyOfRange(this.bytes, this.offset, this.offset + this.length);
		return new LoggedDelta(this.first, this.last, this.count, own, 0, own.length);
	}

	public int size() {
		return this.length + OVERHEAD;
	}

}
