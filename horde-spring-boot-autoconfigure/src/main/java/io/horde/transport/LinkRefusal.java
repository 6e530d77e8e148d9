package io.horde.transport;

import io.horde.wire.PrintableText;

/**
 * Why a link was refused. Transports carry it to the peer as it is. What follows from it
 * is decided by the code alone; the sentence is for people.
 *
 * @param code what kind of refusal it is, defined above the transport; 0 stands for no
 * particular kind. Who does not know a code is refused all the same, and nothing else
 * follows
 * @param detail a number that belongs to the code, else 0
 * @param sentence the reason and the remedy; what is too long of it is cut, and control
 * characters are replaced
 */
public record LinkRefusal(int code, long detail, String sentence) {

	private static final int MAX_SENTENCE = 1000;

	/**
	 * Creates a refusal.
	 */
	public LinkRefusal {
		sentence = PrintableText.of(sentence, MAX_SENTENCE);
	}

	/**
	 * Return a refusal of no particular kind.
	 * @param sentence the reason and the remedy
	 * @return a refusal without code and detail
	 */
	public static LinkRefusal of(String sentence) {
		return new LinkRefusal(0, 0, sentence);
	}

}
