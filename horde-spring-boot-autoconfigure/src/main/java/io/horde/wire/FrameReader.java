package io.horde.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Reads a frame that a {@link FrameWriter} wrote, from bytes that anybody may have sent.
 * Whatever they are, a method returns what it promises or throws
 * {@link MalformedFrameException}, and nothing is allocated that the frame's own bytes
 * don't cover. Not safe for use from several threads.
 */
public final class FrameReader {

	/*
	 * Two promises make frames extensible: end() skips the items of an array that this
	 * release does not know, of any CBOR type; and hasNext() tells whether an older
	 * release has left out the ones that it does not know.
	 */

	private static final int INDEFINITE = 31;

	private final byte[] bytes;

	private final int limit;

	private int position;

	/**
	 * How many items are left in each array that was entered, outermost first.
	 */
	private int[] left = new int[4];

	private int depth;

	/**
	 * Creates a reader.
	 * @param bytes the frame, not to be changed while it is read
	 */
	public FrameReader(byte[] bytes) {
		this(bytes, 0, bytes.length);
	}

	/**
	 * Creates a reader of a part of a frame.
	 * @param bytes the frame, not to be changed while it is read
	 * @param offset where the part begins
	 * @param length how many bytes it has
	 */
	public FrameReader(byte[] bytes, int offset, int length) {
		this.bytes = bytes;
		this.position = offset;
		this.limit = offset + length;
	}

	/**
	 * Enter an array.
	 * @return how many items it has, at most as many as the frame has bytes left
	 */
	public int array() {
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
	public void end() {
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
	public boolean hasNext() {
		return (this.depth > 0) ? this.left[this.depth - 1] > 0 : remaining() > 0;
	}

	/**
	 * Read an array of items that are all of one kind.
	 * @param item reads one
	 */
	public <T> List<T> list(Supplier<T> item) {
		List<T> list = items(array(), item);
		end();
		return list;
	}

	/**
	 * Read some items of an array that are all of one kind.
	 * @param count how many, not more than the array has left
	 * @param item reads one
	 */
	public <T> List<T> items(int count, Supplier<T> item) {
		List<T> items = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			items.add(item.get());
		}
		return items;
	}

	/**
	 * Read an integer.
	 */
	public long longValue() {
		int initial = next("an integer");
		int major = initial >>> 5;
		if (major > Cbor.NEGATIVE) {
			throw unexpected("an integer", initial);
		}
		long value = argument(initial);
		if (value < 0) {
			throw malformed("an integer of more than 64 bits");
		}
		return (major == Cbor.UNSIGNED) ? value : ~value;
	}

	/**
	 * Read an integer of 32 bits.
	 */
	public int intValue() {
		long value = longValue();
		if (value != (int) value) {
			throw malformed("an integer of more than 32 bits: " + value);
		}
		return (int) value;
	}

	/**
	 * Read one of some values by its number.
	 * @param <E> type of the values
	 */
	public <E> E oneOf(E[] values) {
		int number = intValue();
		if (number < 0 || number >= values.length) {
			throw malformed(number + " instead of the number of one of " + Arrays.toString(values));
		}
		return values[number];
	}

	/**
	 * Read a text.
	 */
	public String string() {
		return text(length(Cbor.TEXT, "a text string"));
	}

	/**
	 * Read a text or {@code null}.
	 */
	public @Nullable String stringOrNil() {
		return nil() ? null : string();
	}

	/**
	 * Read bytes.
	 * @return a copy of the bytes
	 */
	public byte[] bytes() {
		int length = length(Cbor.BYTES, "a byte string");
		byte[] value = Arrays.copyOfRange(this.bytes, this.position, this.position + length);
		this.position += length;
		return value;
	}

	/**
	 * Read bytes or {@code null}.
	 * @return a copy of the bytes
	 */
	public byte @Nullable [] bytesOrNil() {
		return nil() ? null : bytes();
	}

	/**
	 * Read a boolean.
	 */
	public boolean bool() {
		int initial = next("a boolean");
		return switch (initial) {
			case Cbor.TRUE -> true;
			case Cbor.FALSE -> false;
			default -> throw unexpected("a boolean", initial);
		};
	}

	/**
	 * Read {@code null}, if it comes next.
	 * @return whether it was there; if not, nothing is read
	 */
	public boolean nil() {
		if (hasNext() && remaining() > 0 && (this.bytes[this.position] & 0xff) == Cbor.NULL) {
			next("null");
			return true;
		}
		return false;
	}

	/**
	 * Skip the next item, whatever it is.
	 */
	public void skip() {
		if (this.depth > 0) {
			taken("an item");
		}
		skip(1);
	}

	/**
	 * Read the next item, whatever it is, without looking into it.
	 * @return a copy of its bytes, for {@link FrameWriter#items(byte[])} or another
	 * reader
	 */
	public byte[] item() {
		int start = this.position;
		skip();
		return Arrays.copyOfRange(this.bytes, start, this.position);
	}

	/**
	 * Return where the next item begins.
	 * @return an index into the bytes that this reads
	 */
	public int position() {
		return this.position;
	}

	/**
	 * Return how many bytes of the frame are left.
	 * @return bytes
	 */
	public int remaining() {
		return this.limit - this.position;
	}

	private String text(int length) {
		byte[] source = this.bytes;
		int start = this.position;
		int end = start + length;
		this.position = end;
		for (int i = start; i < end; i++) {
			if (source[i] < 0) {
				return utf8(start, length);
			}
		}
		return new String(source, start, length, StandardCharsets.ISO_8859_1);
	}

	private String utf8(int start, int length) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(this.bytes, start, length)).toString();
		}
		catch (CharacterCodingException ex) {
			throw malformed("a text string that is no UTF-8");
		}
	}

	private int length(int major, String expected) {
		long length = head(major, expected);
		if (length < 0 || length > remaining()) {
			throw malformed(
					expected + " of " + Long.toUnsignedString(length) + " bytes where " + remaining() + " are left");
		}
		return (int) length;
	}

	private long head(int major, String expected) {
		int initial = next(expected);
		if (initial >>> 5 != major) {
			throw unexpected(expected, initial);
		}
		long argument = argument(initial);
		return (argument >= 0) ? argument : Long.MAX_VALUE;
	}

	private int next(String expected) {
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
	private long argument(int initial) {
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

	private MalformedFrameException unexpected(String expected, int initial) {
		return malformed(Cbor.describe(initial) + " instead of " + expected);
	}

	private MalformedFrameException malformed(String found) {
		return new MalformedFrameException("Found " + found + " at byte " + this.position + " of " + this.limit);
	}

}
