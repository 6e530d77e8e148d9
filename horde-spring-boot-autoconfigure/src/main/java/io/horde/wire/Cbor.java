package io.horde.wire;

/**
 * The part of CBOR that frames are made of.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8949">RFC 8949</a>
 */
final class Cbor {

	static final int UNSIGNED = 0;

	static final int NEGATIVE = 1;

	static final int BYTES = 2;

	static final int TEXT = 3;

	static final int ARRAY = 4;

	static final int MAP = 5;

	static final int TAG = 6;

	static final int SIMPLE = 7;

	static final int FALSE = 0xf4;

	static final int TRUE = 0xf5;

	static final int NULL = 0xf6;

	/**
	 * How deep arrays may be nested.
	 */
	static final int MAX_DEPTH = 32;

	private Cbor() {
	}

	static String describe(int initialByte) {
		return switch ((initialByte & 0xff) >>> 5) {
			case UNSIGNED, NEGATIVE -> "an integer";
			case BYTES -> "a byte string";
			case TEXT -> "a text string";
			case ARRAY -> "an array";
			case MAP -> "a map";
			case TAG -> "a tag";
			default -> switch (initialByte & 0xff) {
				case FALSE, TRUE -> "a boolean";
				case NULL -> "null";
				default -> "a simple or floating-point value";
			};
		};
	}

}
