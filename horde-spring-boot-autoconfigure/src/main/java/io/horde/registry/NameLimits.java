package io.horde.registry;

/**
 * Which names are accepted.
 */
final class NameLimits {

	/**
	 * How many bytes of UTF-8 a name may have.
	 */
	static final int MAX_BYTES = 1024;

	private NameLimits() {
	}

	/**
	 * Refuse what is no acceptable name.
	 * @param what what the name is for, for the message
	 * @param name the name
	 * @return the name
	 * @throws IllegalArgumentException saying what is wrong
	 */
	static String check(String what, String name) {
		if (name.isEmpty()) {
			throw new IllegalArgumentException("The " + what + " is empty");
		}
		long bytes = 0;
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			if (c == 0) {
				throw new IllegalArgumentException("The " + what + " contains a NUL character at index " + i);
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
				throw new IllegalArgumentException(
						"The " + what + " is no valid Unicode: there is half a surrogate pair at index " + i);
			}
		}
		if (bytes > MAX_BYTES) {
			throw new IllegalArgumentException("The " + what + " '" + name.substring(0, 32) + "…' has " + bytes
					+ " bytes in UTF-8; the limit is " + MAX_BYTES);
		}
		return name;
	}

}
