package io.horde.cluster.membership;

import io.horde.cluster.MemberStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people of every change of a member.
 */
final class MemberLog {

	private static final Logger logger = LoggerFactory.getLogger(MemberLog.class);

	private MemberLog() {
	}

	static void changed(MembershipView before, MembershipView after) {
		if (!logger.isInfoEnabled()) {
			return;
		}
		for (MemberState state : after.members()) {
			if (state.id().equals(after.self())) {
				continue;
			}
			MemberState last = before.member(state.id());
			if (last == null || last.status() != state.status()) {
				String sentence = sentence(last, state, after);
				if (sentence != null) {
					logger.info("{}", sentence);
				}
			}
		}
	}

	/**
	 * Put a change into a sentence.
	 * @param last the last state, or {@code null} if the incarnation is new
	 * @param state the new state
	 * @param view the new view
	 * @return the sentence, or {@code null} if the change is not worth one
	 */
	static @Nullable String sentence(@Nullable MemberState last, MemberState state, MembershipView view) {
		String member = "Member " + state.name() + " at " + state.address();
		boolean back = last != null
				&& (last.status() == MemberStatus.DOWN || last.status() == MemberStatus.UNREACHABLE);
		return switch (state.status()) {
			case JOINING -> back ? member + " is heard again and still joining" : member + " joins";
			case UP -> (last != null && back) ? back(member, last.status(), view) : member + " is UP; " + count(view);
			case UNREACHABLE -> member + " is UNREACHABLE: " + state.remark()
					+ ". Its processes stay where they are and its names resolve";
			case DOWN -> (last != null) ? member + " is DOWN: " + state.remark()
					+ ". Its processes are started elsewhere and its names are hidden; nothing is deleted; "
					+ count(view) : null;
			case LEAVING ->
				back ? member + " is heard again and is leaving" : member + " is leaving and hands its processes over";
			case LEFT -> (last != null) ? member + " has left; " + count(view) : null;
		};
	}

	private static String back(String member, MemberStatus last, MembershipView view) {
		return (last == MemberStatus.DOWN)
				? member + " is back, the same start of the node: its names resolve again; " + count(view)
				: member + " is heard again and UP";
	}

	private static String count(MembershipView view) {
		int up = view.up().size();
		return (up == 1) ? "1 member is UP" : up + " members are UP";
	}

}
