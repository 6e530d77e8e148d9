package io.horde.supervisor.engine;

import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.process.engine.LocalProcess;
import org.jspecify.annotations.Nullable;

/**
 * What a copy of a child leaves to the next one when it is handed over.
 *
 * @param state what it has handed off, if it has
 * @param ticks how long it was to the next ticks of its schedules, by their keys, in
 * nanoseconds (T7)
 */
record HandedState(byte @Nullable [] state, SortedMap<String, Long> ticks) {

	/**
	 * Nothing is left.
	 */
	static final HandedState NONE = new HandedState(null, new TreeMap<>());

	static HandedState of(@Nullable LocalProcess process, byte @Nullable [] state) {
		return new HandedState(state, (process != null) ? process.remainingTicks() : new TreeMap<>());
	}

}
