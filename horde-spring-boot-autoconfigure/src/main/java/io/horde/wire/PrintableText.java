package io.horde.wire;

/**
 * Makes what others have said fit to be logged and shown: on one line, and of bounded
 * length.
 */
public final class PrintableText {

	private static final char REPLACEMENT = '?';

	private static final char CUT = '…';

	private PrintableText() {
	}

	/**
	 * Replace what is not printed as a character, and cut what is too long.
	 * @param text what somebody has said
	 * @param limit how many characters are kept
	 * @return text without line breaks, control and format characters
	 */
	public static String of(String text, int limit) {
		StringBuilder printable = new StringBuilder(Math.min(text.length(), limit) + 1);
		int index = 0;
		while (index < text.length()) {
			int character = text.codePointAt(index);
			if (printable.length() + Character.charCount(character) > limit) {
				return printable.append(CUT).toString();
			}
			if (isPrintable(character)) {
				printable.appendCodePoint(character);
			}
			else {
				printable.append(REPLACEMENT);
			}
			index += Character.charCount(character);
		}
		return printable.toString();
	}

	/**
	 * Tell whether a character stays on its line and changes nothing around it.
	 * @param character a code point
	 * @return {@code false} for line breaks, control and format characters, and for half
	 * a surrogate pair
	 */
	static boolean isPrintable(int character) {
		return switch (Character.getType(character)) {
			case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
					Character.SURROGATE ->
				false;
			default -> true;
		};
	}

}
