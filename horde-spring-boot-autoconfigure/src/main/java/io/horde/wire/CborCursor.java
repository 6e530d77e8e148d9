package io.horde.wire;

import java.util.Arrays;

/**
 * A place in CBOR that anybody may have sent: goes from head to head, and knows how many
 * items are left of each array around it. What the bytes don't cover is refused.
 */
class CborCursor {

	/*
	 * One promise makes frames extensible: end() skips the items of an array that this
	 * release does not know, of any CBOR type.
	 */

	private static final int INDEFINITE = 31;

	final byte[] bytes;

	private final int limit;

	int position;

	/**
	 * How many items are left in each array that was entered, outermost first.
	 */
	private int[] left = new int[4];

	private int depth;

	CborCursor(byte[] bytes, int offset, int length) {
		this.bytes = bytes;
		this.position = offset;
		this.limit = offset + length;
	}

	/**
	 * Enter an array.
	 * @return how many items it has, at most as many as the frame has bytes left
	 */
	public final int array() {
		long size = head(Cbor.ARRAY, "an array");
		if (size > remaining()) {
			throw malformed("an array of " + Long.toUnsignedString(size) + " items in " + remaining() + " bytes");
		}
		if (this.depth == Cbor.MAX_DEPTH) {
			throw malformed("arrays nested more than " + Cbor.MAX_DEPTH + " deep");
		}
		if (this.depth == this.left.length) {
			this.left = Arrays.copyOf(this.left, this.depth * 2);
		}
		this.left[this.depth++] = (int) size;
		return (int) size;
	}

	/**
	 * Leave the innermost array, skipping what was not read of it.
	 */
	public final void end() {
		if (this.depth == 0) {
			throw new IllegalStateException("No array was entered");
		}
		int skipped = this.left[--this.depth];
		if (skipped > 0) {
			skip(skipped);
		}
	}

	/**
	 * Tell whether the innermost array has items left; outside of all arrays, whether the
	 * frame has bytes left.
	 * @return {@code true} if there is something to read
	 */
	public final boolean hasNext() {
		return (this.depth > 0) ? this.left[this.depth - 1] > 0 : remaining() > 0;
	}

	/**
	 * Skip the next item, whatever it is.
	 */
	public final void skip() {
		if (this.depth > 0) {
			taken("an item");
		}
		skip(1);
	}

	/**
	 * Return where the next item begins.
	 * @return an index into the bytes that this reads
	 */
	public final int position() {
		return this.position;
	}

	/**
	 * Return how many bytes of the frame are left.
	 * @return bytes
	 */
	public final int remaining() {
		return this.limit - this.position;
	}

	final long head(int major, String expected) {
		int initial = next(expected);
		if (initial >>> 5 != major) {
			throw unexpected(expected, initial);
		}
		long argument = argument(initial);
		return (argument >= 0) ? argument : Long.MAX_VALUE;
	}

	final int next(String expected) {
		if (this.depth > 0) {
			taken(expected);
		}
		return initialByte(expected);
	}

	private void taken(String expected) {
		if (--this.left[this.depth - 1] < 0) {
			this.left[this.depth - 1] = 0;
			throw malformed("the end of an array instead of " + expected);
		}
	}

	private int initialByte(String expected) {
		if (this.position >= this.limit) {
			throw malformed("the end of the frame instead of " + expected);
		}
		return this.bytes[this.position++] & 0xff;
	}

	/**
	 * Read the argument of a head; a negative result is an unsigned 64-bit number.
	 */
	final long argument(int initial) {
		int additional = initial & 0x1f;
		if (additional < 24) {
			return additional;
		}
		if (additional > 27) {
			throw malformed("a length that frames don't use");
		}
		int size = 1 << (additional - 24);
		if (size > remaining()) {
			throw malformed("the end of the frame within a head");
		}
		long value = 0;
		for (int i = 0; i < size; i++) {
			value = (value << 8) | (this.bytes[this.position++] & 0xff);
		}
		return value;
	}

	/**
	 * Skip items of any type. Nested ones are counted, not descended into, so that no
	 * frame can exhaust the stack; each counted item needs a byte, so that no count can
	 * exceed the frame.
	 */
	private void skip(long items) {
		long open = items;
		while (open > 0) {
			if (open > remaining()) {
				throw malformed("more items than bytes");
			}
			open--;
			int initial = initialByte("an item");
			if ((initial & 0x1f) == INDEFINITE) {
				throw malformed("an item of indefinite length");
			}
			long argument = argument(initial);
			switch (initial >>> 5) {
				case Cbor.BYTES, Cbor.TEXT -> {
					if (argument < 0 || argument > remaining()) {
						throw malformed("a string longer than the frame");
					}
					this.position += (int) argument;
				}
				case Cbor.ARRAY -> open += bounded(argument);
				case Cbor.MAP -> open += 2 * bounded(argument);
				case Cbor.TAG -> open++;
				default -> {
				}
			}
		}
	}

	private long bounded(long count) {
		if (count < 0 || count > remaining()) {
			throw malformed("a collection larger than the frame");
		}
		return count;
	}

	final MalformedFrameException unexpected(String expected, int initial) {
		return malformed(Cbor.describe(initial) + " instead of " + expected);
	}

	final MalformedFrameException malformed(String found) {
		return new MalformedFrameException("Found " + found + " at byte " + this.position + " of " + this.limit);
	}

}
