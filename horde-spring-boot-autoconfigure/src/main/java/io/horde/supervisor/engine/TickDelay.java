package io.horde.supervisor.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long it is to the next tick of a schedule.
 *
 * @param schedule the key of the schedule
 * @param nanos the time that is left
 */
record TickDelay(String schedule, long nanos) {

	static List<TickDelay> of(SortedMap<String, Long> ticks) {
		List<TickDelay> delays = new ArrayList<>();
		ticks.forEach((schedule, nanos) -> delays.add(new TickDelay(schedule, nanos)));
		return delays;
	}

	static SortedMap<String, Long> toMap(List<TickDelay> delays) {
		SortedMap<String, Long> ticks = new TreeMap<>();
		delays.forEach((delay) -> ticks.put(delay.schedule(), delay.nanos()));
		return ticks;
	}

}
