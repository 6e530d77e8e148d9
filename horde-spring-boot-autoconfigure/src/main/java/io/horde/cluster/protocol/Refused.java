package io.horde.cluster.protocol;

import io.horde.transport.LinkRefusal;
import org.jspecify.annotations.Nullable;

/**
 * A node is refused as a member.
 *
 * @param kind why
 * @param above which incarnation the node has to exceed when it begins anew, 0 if that is
 * not said
 * @param sentence the reason and the remedy, for people
 * @param holder the address of who has the place of the node, if that is said
 */
public record Refused(Refusal kind, long above, String sentence, @Nullable String holder) {

	/** Far above what a wall clock tells. */
	private static final long MAX_INCARNATION = 1L << 60;

	public Refused {
		above = (above > 0 && above < MAX_INCARNATION) ? above : 0;
	}

	public Refused(Refusal kind, long above, String sentence) {
		this(kind, above, sentence, null);
	}

	public Refused(Refusal kind, String sentence) {
		this(kind, 0, sentence);
	}

	/**
	 * Return the refusal of a node whose place a later start has taken.
	 * @param holder the address of that one
	 */
	public static Refused replaced(String sentence, String holder) {
		return new Refused(Refusal.REPLACED, 0, sentence, holder);
	}

	/**
	 * Return the refusal of a node that was started before with a higher incarnation.
	 */
	public static Refused behind(String who, long incarnation) {
		return new Refused(Refusal.BEHIND, incarnation, who + " was started before as incarnation " + incarnation
				+ " when its wall clock was ahead of what it is now; it has to begin anew, above that");
	}

	/**
	 * Read what a transport has carried.
	 * @return {@code null} if its code is of a later protocol
	 */
	public static @Nullable Refused of(LinkRefusal refusal) {
		Refusal kind = Refusal.of(refusal.code());
		return (kind != null) ? new Refused(kind, refusal.detail(), refusal.sentence(), refusal.address()) : null;
	}

	/**
	 * Return what a transport carries.
	 */
	public LinkRefusal toLinkRefusal() {
		return new LinkRefusal(this.kind.code(), this.above, this.sentence, this.holder);
	}

}
