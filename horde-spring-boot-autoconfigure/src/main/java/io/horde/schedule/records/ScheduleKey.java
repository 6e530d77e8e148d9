package io.horde.schedule.records;

import java.util.List;

import io.horde.crdt.Dot;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.StaticChildren.StaticChild;
import io.horde.supervisor.ownership.Wanted;
import org.jspecify.annotations.Nullable;

/**
 * Which schedule is meant, whatever its expression is (T1).
 *
 * @param text the key in replicated maps: of a static child type, instance and schedule,
 * so that the ids {@code type} and {@code type-0} are one; of others id and schedule
 * @param desired the desired entry that the child serves, or {@code null} for a static
 * one
 */
record ScheduleKey(String text, @Nullable Dot desired) {

	private static final char SEPARATOR = 0;

	static ScheduleKey of(Ledger ledger, String child, @Nullable Dot desired, String schedule) {
		StaticChild fixed = (desired == null) ? ledger.statics().get(child) : null;
		String prefix = (fixed != null) ? fixed.type() + SEPARATOR + fixed.instance() : child;
		return new ScheduleKey(prefix + SEPARATOR + schedule, desired);
	}

	static ScheduleKey of(Ledger ledger, Wanted wanted, String schedule) {
		return of(ledger, wanted.id(), wanted.dot(), schedule);
	}

	/**
	 * Return the id of the child, of one that is not static.
	 */
	static String child(String text) {
		return text.substring(0, text.indexOf(SEPARATOR));
	}

	/**
	 * Return the ids that the child of a key may have.
	 */
	static List<String> children(String text) {
		String[] parts = text.split(String.valueOf(SEPARATOR), -1);
		return (parts.length == 2) ? List.of(parts[0]) : List.of(parts[0], parts[0] + "-" + parts[1]);
	}

	/**
	 * Return which of the schedules of its child a key means.
	 */
	static String schedule(String text) {
		return text.substring(text.lastIndexOf(SEPARATOR) + 1);
	}

	/**
	 * Tell whether a key is one of the schedules of a child.
	 */
	static boolean isOf(String text, String prefix) {
		return text.startsWith(prefix) && text.charAt(prefix.length()) == SEPARATOR;
	}

	/**
	 * Return what all keys of a static child begin with.
	 */
	static String prefix(StaticChild child) {
		return child.type() + SEPARATOR + child.instance();
	}

}
