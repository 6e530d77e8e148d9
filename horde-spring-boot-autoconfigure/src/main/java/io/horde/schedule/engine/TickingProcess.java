package io.horde.schedule.engine;

import java.util.concurrent.CompletionStage;

/**
 * A process, as its schedules see it.
 */
public interface TickingProcess {

	/**
	 * Return its id, for the log.
	 */
	String id();

	/**
	 * Return the epoch of its run (O3).
	 */
	long epoch();

	/**
	 * Tell whether it may act for the cluster. May be called from any thread.
	 */
	boolean isOwner();

	/**
	 * Hand in a tick, to be run with the process bound: behind the calls that wait, or
	 * beside them if its type is concurrent. A {@link PreparedTick} is prepared as soon
	 * as it is its turn. Called on the loop.
	 * @return {@code false} if the process is not open; the tick never runs then
	 */
	boolean offer(Runnable tick);

	/**
	 * A tick has returned and lasts on, on no thread of the process. Called on the
	 * process executor with the process bound.
	 * @param tick completes when it has ended; cancelled when the process is interrupted
	 */
	void lasting(CompletionStage<?> tick);

}
