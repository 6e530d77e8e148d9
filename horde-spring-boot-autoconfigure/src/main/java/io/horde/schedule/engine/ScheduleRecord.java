package io.horde.schedule.engine;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * What all nodes know of one schedule, as one run of its process reads and writes it.
 * Touched on the loop only, except for what says otherwise.
 */
public interface ScheduleRecord {

	/**
	 * Tell whether the schedule is paused (T6). May be called from any thread.
	 */
	boolean isPaused();

	/**
	 * Find out how far the schedule has come, and decide on what others have left (T3).
	 * @param wanted asked on the loop before anything is decided: {@code false} if the
	 * process was stopped meanwhile
	 * @param found told on the loop, perhaps at once; never if it is not wanted, or the
	 * process is no owner any more
	 */
	void find(BooleanSupplier wanted, Consumer<Progress> found);

	/**
	 * Return the tick that {@link #find} has found to be lost.
	 * @return {@code null} if there is none
	 */
	default @Nullable TickEntry lost() {
		return null;
	}

	/**
	 * Write that the tick of an instant is about to begin (T2).
	 * @param due the instant
	 * @param answer told on the loop, perhaps at once
	 */
	void begin(long due, Consumer<Answer> answer);

	/**
	 * Tell whether it is still so that this run is about to begin the tick of an instant:
	 * if this node has stood still meanwhile, another one may have begun it. May be
	 * called from any thread.
	 */
	boolean isBegun(long due);

	/**
	 * Write that the tick, about which {@link #begin} was asked, does not begin here.
	 * @param held run on the loop when that is held, or soon
	 */
	void release(long due, Runnable held);

	/**
	 * Write that a tick has ended.
	 */
	void ended(TickEntry tick);

	/**
	 * Write that ticks do not begin, of which this is the latest.
	 */
	void skipped(TickEntry ticks);

	/**
	 * Whether a tick may begin.
	 */
	enum Answer {

		/**
		 * It may: so many know of it as is owed.
		 */
		HELD,

		/**
		 * It may, though nobody else has confirmed in time that he knows of it (AP).
		 */
		UNHELD,

		/**
		 * It may not, since there was no majority in time (quorum).
		 */
		NOT_HELD,

		/**
		 * It may not: this or a later one was decided on elsewhere.
		 */
		ELSEWHERE

	}

	/**
	 * Makes the records of the schedules of a node.
	 */
	interface Source {

		/**
		 * For a node alone, which remembers nothing.
		 */
		Source NONE = (process, schedule) -> new Unshared(schedule);

		/**
		 * Return the record of a schedule. Called on the loop when the process is opened.
		 */
		ScheduleRecord of(TickingProcess process, Schedule schedule);

	}

}
