package io.horde.cluster.membership;

import io.horde.rules.Replacement;

/**
 * What membership does when it does not keep one of its rules, to test the tests of other
 * packages.
 */
public final class BrokenMembership {

	private BrokenMembership() {
	}

	/**
	 * Frames of a channel are sent over the direct link or not at all.
	 */
	public static Replacement withoutRelayOf(int channel) {
		return Replacement.of(Router.class, "relay",
				(self, arguments) -> (arguments.length > 1 && Integer.valueOf(channel).equals(arguments[1]))
						? Boolean.FALSE : Replacement.OWN_BODY);
	}

}
