package io.horde.process.engine;

import java.time.Duration;

import io.horde.process.StopReason;
import org.jspecify.annotations.Nullable;

/**
 * The order to stop a process.
 *
 * @param reason why
 * @param handOff whether to ask a {@link io.horde.process.StateHandoff} for its state;
 * one that has not started yet gives back what it was to take over
 * @param timeout how long what runs is awaited; {@code null} for the shutdown timeout of
 * the process
 * @param voluntary whether the stop is called off if what runs has not ended in time, or
 * the state can't be handed off
 */
public record StopOrder(StopReason reason, boolean handOff, @Nullable Duration timeout, boolean voluntary) {

	/**
	 * An order that is carried out whatever runs.
	 */
	public static StopOrder of(StopReason reason) {
		return new StopOrder(reason, false, null, false);
	}

	/**
	 * Tell whether others may own the child by now, or soon: nothing is awaited then.
	 */
	boolean isFenced() {
		return fences(this.reason);
	}

	static boolean fences(@Nullable StopReason reason) {
		return reason == StopReason.QUORUM_LOST || reason == StopReason.SUPERSEDED || reason == StopReason.NODE_LOST;
	}

}
