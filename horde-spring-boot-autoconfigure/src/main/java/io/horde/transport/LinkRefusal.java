package io.horde.transport;

import io.horde.wire.PrintableText;
import io.horde.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

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
 * @param address an address that belongs to the code, {@code host:port}, else
 * {@code null}; what is none is taken for {@code null}
 */
public record LinkRefusal(int code, long detail, String sentence, @Nullable String address) {

	private static final int MAX_SENTENCE = 1000;

	/**
	 * Creates a refusal.
	 */
	public LinkRefusal {
		sentence = PrintableText.of(sentence, MAX_SENTENCE);
		address = (address != null && isAddress(address)) ? address : null;
	}

	/**
	 * Creates a refusal without an address.
	 * @param code what kind of refusal it is
	 * @param detail a number that belongs to the code, else 0
	 * @param sentence the reason and the remedy
	 */
	public LinkRefusal(int code, long detail, String sentence) {
		this(code, detail, sentence, null);
	}

	private static boolean isAddress(String address) {
		return PrintableText.of(address, MAX_SENTENCE).equals(address) && TransportAddress.isAddress(address);
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
