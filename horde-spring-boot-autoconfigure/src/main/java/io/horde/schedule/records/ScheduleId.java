package io.horde.schedule.records;

import io.horde.schedule.NoSuchScheduleException;
import io.horde.wire.NameLimits;

/**
 * The id of a schedule in its parts.
 *
 * @param child the id of the child
 * @param schedule what tells it from the other schedules of the child: the method, with a
 * number behind it if it has several
 */
record ScheduleId(String child, String schedule) {

	private static final char SEPARATOR = '#';

	/**
	 * Take an id apart, from behind: what is before the method may be anything.
	 * @throws NoSuchScheduleException if it is no id of a schedule
	 */
	static ScheduleId of(String id) {
		int last = id.lastIndexOf(SEPARATOR);
		int split = isNumber(id, last + 1) ? id.lastIndexOf(SEPARATOR, last - 1) : last;
		ScheduleId parsed = new ScheduleId(id.substring(0, Math.max(split, 0)), id.substring(split + 1));
		if (split <= 0 || NameLimits.problem(parsed.child) != null || NameLimits.problem(parsed.schedule) != null
				|| parsed.schedule.charAt(0) == SEPARATOR) {
			String shown = (NameLimits.problem(id) == null) ? " is '" + id + "', which" : "";
			throw new NoSuchScheduleException("The id" + shown + " is not that of a schedule. Those are the id of the"
					+ " process, '#' and the name of the method, as in 'invoices#report', and '#2' behind it for the"
					+ " second schedule of methods of that name");
		}
		return parsed;
	}

	/* The name of a method does not begin with a digit. */
	private static boolean isNumber(String text, int from) {
		return from > 0 && from < text.length() && text.chars().skip(from).allMatch((c) -> c >= '0' && c <= '9');
	}

	String method() {
		int number = this.schedule.indexOf(SEPARATOR);
		return (number < 0) ? this.schedule : this.schedule.substring(0, number);
	}

	@Override
	public String toString() {
		return this.child + SEPARATOR + this.schedule;
	}

}
