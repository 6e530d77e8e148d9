package io.horde.wire;

import org.jspecify.annotations.Nullable;

/**
 * Which names, ids and keys are accepted: those that are the same on every node.
 */
public final class NameLimits {

	/*
	 * Text travels as UTF-8, which has no form for half a surrogate pair: it would arrive
	 * as a question mark, and so as another name. Names are logged and shown as they are:
	 * a line break in one would begin a line of its own.
	 */

	/**
	 * How many bytes of UTF-8 a name may have.
	 */
	public static final int MAX_BYTES = 1024;

	private static final int SHOWN = 32;

	private static final char LINE_SEPARATOR = 0x2028;

	private static final char PARAGRAPH_SEPARATOR = 0x2029;

	private NameLimits() {
	}

	/**
	 * Refuse what is no acceptable name.
	 * @param what what the name is for, for the message
	 * @return the name
	 * @throws IllegalArgumentException saying what is wrong
	 */
	public static String check(String what, String name) {
		String problem = problem(name);
		if (problem != null) {
			throw new IllegalArgumentException("The " + what + " " + problem);
		}
		return name;
	}

	/**
	 * Tell whether a character could begin another line, or move what stands around it.
	 */
	static boolean breaksLine(char c) {
		return Character.isISOControl(c) || c == LINE_SEPARATOR || c == PARAGRAPH_SEPARATOR;
	}

	/**
	 * Tell what is wrong with a name.
	 * @return the problem, as the rest of a sentence that begins with what the name is
	 * for, or {@code null} if there is none
	 */
	public static @Nullable String problem(String name) {
		if (name.isBlank()) {
			return name.isEmpty() ? "is empty" : "is blank";
		}
		long bytes = 0;
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			if (breaksLine(c)) {
				return "contains the control character U+%04X at index %d".formatted((int) c, i);
			}
			if (!Character.isSurrogate(c)) {
				bytes += (c < 0x80) ? 1 : (c < 0x800) ? 2 : 3;
			}
			else if (Character.isHighSurrogate(c) && i + 1 < name.length()
					&& Character.isLowSurrogate(name.charAt(i + 1))) {
				bytes += 4;
				i++;
			}
			else {
				return "is no valid Unicode: there is half a surrogate pair at index " + i;
			}
		}
		return (bytes <= MAX_BYTES) ? null : "'" + name.substring(0, name.offsetByCodePoints(0, SHOWN)) + "…' has "
				+ bytes + " bytes in UTF-8; the limit is " + MAX_BYTES;
	}

}
