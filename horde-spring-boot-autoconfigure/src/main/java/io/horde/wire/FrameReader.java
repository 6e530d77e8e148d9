package io.horde.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Reads a frame that a {@link FrameWriter} wrote, from bytes that anybody may have sent.
 * Whatever they are, a method returns what it promises or throws
 * {@link MalformedFrameException}, and nothing is allocated that the frame's own bytes
 * don't cover. Not safe for use from several threads.
 */
public final class FrameReader extends CborCursor {

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
		super(bytes, offset, length);
	}

	/**
	 * Read what an array holds, and leave it.
	 * @param content reads it
	 */
	public <T> T array(Supplier<T> content) {
		array();
		T read = content.get();
		end();
		return read;
	}

	/**
	 * Read an array of items that are all of one kind.
	 * @param item reads one
	 */
	public <T extends @Nullable Object> List<T> list(Supplier<T> item) {
		List<T> list = items(array(), item);
		end();
		return list;
	}

	/**
	 * Read an array of keys, each followed by its value.
	 * @param map takes them
	 * @param key reads a key
	 * @param value reads a value
	 * @return the map
	 */
	public <K, V, M extends Map<K, V>> M map(M map, Supplier<K> key, Supplier<V> value) {
		for (int left = array() / 2; left > 0; left--) {
			map.put(key.get(), value.get());
		}
		end();
		return map;
	}

	/**
	 * Read an array of integers.
	 */
	public long[] longs() {
		long[] values = new long[array()];
		for (int i = 0; i < values.length; i++) {
			values[i] = longValue();
		}
		end();
		return values;
	}

	/**
	 * Read some items of an array that are all of one kind.
	 * @param count how many, not more than the array has left
	 * @param item reads one
	 */
	public <T extends @Nullable Object> List<T> items(int count, Supplier<T> item) {
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
	 * Read a name, see {@link NameLimits}.
	 */
	public String name() {
		return checked(string());
	}

	/**
	 * Read a name or {@code null}.
	 */
	public @Nullable String nameOrNil() {
		return nil() ? null : name();
	}

	/**
	 * Read a name or an empty text.
	 */
	public String nameOrEmpty() {
		String name = string();
		return name.isEmpty() ? name : checked(name);
	}

	/**
	 * Read names that NUL characters separate.
	 */
	public String key() {
		String key = string();
		for (int i = 0; i < key.length(); i++) {
			if (key.charAt(i) != 0 && NameLimits.breaksLine(key.charAt(i))) {
				throw malformed("a key with a control character");
			}
		}
		return key;
	}

	private String checked(String name) {
		String problem = NameLimits.problem(name);
		if (problem != null) {
			throw malformed("a name that " + problem);
		}
		return name;
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
	 * Read the next item, whatever it is, without looking into it.
	 * @return a copy of its bytes, for {@link FrameWriter#items(byte[])} or another
	 * reader
	 */
	public byte[] item() {
		int start = this.position;
		skip();
		return Arrays.copyOfRange(this.bytes, start, this.position);
	}

	private int length(int major, String expected) {
		long length = head(major, expected);
		if (length < 0 || length > remaining()) {
			throw malformed(
					expected + " of " + Long.toUnsignedString(length) + " bytes where " + remaining() + " are left");
		}
		return (int) length;
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

}
