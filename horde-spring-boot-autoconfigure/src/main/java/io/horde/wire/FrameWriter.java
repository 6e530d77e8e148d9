package io.horde.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Writes a frame: arrays of integers, strings, bytes and booleans in CBOR, each in its
 * shortest form. A writer can be used again after {@link #reset()}. Not safe for use from
 * several threads.
 */
public final class FrameWriter {

	/*
	 * Written by hand and not through a CBOR generator: a delta has thousands of entries
	 * of three or four small items each, and a generator costs more than their bytes.
	 */

	private static final int INITIAL_CAPACITY = 128;

	private static final int LONGEST_HEAD = 9;

	private byte[] buffer;

	private int position;

	/**
	 * Creates a writer with a small buffer, which grows.
	 */
	public FrameWriter() {
		this(INITIAL_CAPACITY);
	}

	/**
	 * Creates a writer.
	 * @param capacity how many bytes are expected
	 */
	public FrameWriter(int capacity) {
		this.buffer = new byte[Math.max(capacity, LONGEST_HEAD)];
	}

	/**
	 * Begin an array.
	 * @param size how many items follow that belong to it
	 */
	public FrameWriter array(int size) {
		if (size < 0) {
			throw new IllegalArgumentException("An array can't have " + size + " items");
		}
		head(Cbor.ARRAY, size);
		return this;
	}

	/**
	 * Write an array of items that are all of one kind.
	 * @param item writes one of them
	 */
	public <T extends @Nullable Object> FrameWriter list(Collection<T> items, Consumer<T> item) {
		array(items.size());
		items.forEach(item);
		return this;
	}

	/**
	 * Write an array of keys, each followed by its value.
	 * @param key writes a key
	 * @param value writes a value
	 */
	public <K, V> FrameWriter map(Map<K, V> map, Consumer<K> key, Consumer<V> value) {
		array(2 * map.size());
		map.forEach((one, its) -> {
			key.accept(one);
			value.accept(its);
		});
		return this;
	}

	/**
	 * Write an array of integers.
	 */
	public FrameWriter longs(long[] values) {
		array(values.length);
		for (long value : values) {
			longValue(value);
		}
		return this;
	}

	/**
	 * Write an integer.
	 */
	public FrameWriter longValue(long value) {
		if (value >= 0) {
			head(Cbor.UNSIGNED, value);
		}
		else {
			head(Cbor.NEGATIVE, ~value);
		}
		return this;
	}

	/**
	 * Write a text.
	 * @param value the text
	 */
	public FrameWriter string(String value) {
		int length = value.length();
		reserve(LONGEST_HEAD + length);
		int start = this.position;
		head(Cbor.TEXT, length);
		byte[] target = this.buffer;
		int next = this.position;
		for (int i = 0; i < length; i++) {
			char character = value.charAt(i);
			if (character >= 0x80) {
				this.position = start;
				return encoded(value);
			}
			target[next++] = (byte) character;
		}
		this.position = next;
		return this;
	}

	private FrameWriter encoded(String value) {
		byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
		head(Cbor.TEXT, utf8.length);
		items(utf8);
		return this;
	}

	/**
	 * Write a text or {@code null}.
	 * @param value the text
	 */
	public FrameWriter stringOrNil(@Nullable String value) {
		return (value != null) ? string(value) : nil();
	}

	/**
	 * Write bytes.
	 * @param value the bytes
	 */
	public FrameWriter bytes(byte[] value) {
		head(Cbor.BYTES, value.length);
		items(value);
		return this;
	}

	/**
	 * Write bytes or {@code null}.
	 * @param value the bytes
	 */
	public FrameWriter bytesOrNil(byte @Nullable [] value) {
		return (value != null) ? bytes(value) : nil();
	}

	/**
	 * Write a boolean.
	 */
	public FrameWriter bool(boolean value) {
		reserve(1);
		this.buffer[this.position++] = (byte) (value ? Cbor.TRUE : Cbor.FALSE);
		return this;
	}

	/**
	 * Write {@code null}.
	 */
	public FrameWriter nil() {
		reserve(1);
		this.buffer[this.position++] = (byte) Cbor.NULL;
		return this;
	}

	/**
	 * Write items that another writer has encoded. They are items of the array at hand,
	 * not wrapped into anything.
	 * @param items what {@link #toBytes()} of the other writer returned
	 */
	public FrameWriter items(byte[] items) {
		return items(items, 0, items.length);
	}

	/**
	 * Write items that another writer has encoded.
	 * @param bytes where they stand
	 * @param offset where they begin
	 * @param length how many bytes they have
	 */
	public FrameWriter items(byte[] bytes, int offset, int length) {
		reserve(length);
		System.arraycopy(bytes, offset, this.buffer, this.position, length);
		this.position += length;
		return this;
	}

	/**
	 * Write items that another writer has encoded.
	 * @param other the other writer, unchanged
	 */
	public FrameWriter items(FrameWriter other) {
		return items(other.buffer, 0, other.position);
	}

	/**
	 * Return how many bytes were written.
	 * @return the size of the frame so far
	 */
	public int size() {
		return this.position;
	}

	/**
	 * Return the frame.
	 * @return a copy of the bytes written since the creation or the last reset
	 */
	public byte[] toBytes() {
		return Arrays.copyOf(this.buffer, this.position);
	}

	/**
	 * Begin anew, with the buffer that is there.
	 */
	public FrameWriter reset() {
		this.position = 0;
		return this;
	}

	private void head(int major, long value) {
		reserve(LONGEST_HEAD);
		byte[] target = this.buffer;
		int type = major << 5;
		int next = this.position;
		if (value < 24) {
			target[next++] = (byte) (type | (int) value);
		}
		else if (value < 0x100) {
			target[next++] = (byte) (type | 24);
			target[next++] = (byte) value;
		}
		else if (value < 0x10000) {
			target[next++] = (byte) (type | 25);
			target[next++] = (byte) (value >>> 8);
			target[next++] = (byte) value;
		}
		else {
			int size = (value < 0x1_0000_0000L) ? 2 : 3;
			target[next++] = (byte) (type | (24 + size));
			for (int shift = (8 << size) - 8; shift >= 0; shift -= 8) {
				target[next++] = (byte) (value >>> shift);
			}
		}
		this.position = next;
	}

	private void reserve(int size) {
		int required = Math.addExact(this.position, size);
		if (required > this.buffer.length) {
			this.buffer = Arrays.copyOf(this.buffer,
					(int) Math.min(Math.max(required, this.buffer.length * 2L), Integer.MAX_VALUE - 8L));
		}
	}

}
