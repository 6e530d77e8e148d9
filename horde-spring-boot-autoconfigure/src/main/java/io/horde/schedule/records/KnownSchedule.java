package io.horde.schedule.records;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

import io.horde.process.engine.LocalProcess;
import io.horde.schedule.ProcessSchedule;
import io.horde.schedule.SchedulePause;
import io.horde.schedule.TickRecord;
import io.horde.schedule.engine.TickEntry;
import io.horde.schedule.engine.TickHistory;
import io.horde.schedule.engine.Ticker;
import io.horde.schedule.engine.Timing;
import org.jspecify.annotations.Nullable;

/**
 * What one node knows of a schedule.
 *
 * @param id its id
 * @param run the run of its process there, or {@code null} if it has run there only
 * before
 * @param ticks the last ticks there
 */
record KnownSchedule(String id, @Nullable Run run, List<TickEntry> ticks) {

	/** Of what surrounds the texts, at most. */
	private static final int BYTES = 100;

	private static final int BYTES_A_CHARACTER = 3;

	static KnownSchedule running(LocalProcess process, Ticker ticker, @Nullable Pause pause) {
		List<TickEntry> ticks = new ArrayList<>(ticker.history().entries());
		TickEntry running = ticker.running();
		if (running != null) {
			ticks.add(running);
		}
		ZoneId zone = ticker.zone();
		Pausing pausing = (pause != null && pause.paused()) ? new Pausing(pause.by(), pause.since()) : null;
		return new KnownSchedule(ticker.id(),
				new Run(process.id(), process.type().name(), process.epoch(), ticker.schedule().key(),
						ticker.schedule().timing().expression(), (zone != null) ? zone.getId() : null, ticker.nextDue(),
						pausing),
				ticks);
	}

	static KnownSchedule former(String id, TickHistory history) {
		return new KnownSchedule(id, null, history.entries());
	}

	/**
	 * Return about how many bytes it has in a frame, at most.
	 */
	int size() {
		int characters = this.id.length();
		if (this.run != null) {
			characters += this.run.child.length() + this.run.type.length() + this.run.expression.length()
					+ ((this.run.pausing != null) ? this.run.pausing.by.length() : 0);
		}
		for (TickEntry tick : this.ticks) {
			characters += tick.remark().length() + BYTES / BYTES_A_CHARACTER;
		}
		return BYTES + BYTES_A_CHARACTER * characters;
	}

	/**
	 * A run of a schedule's process.
	 *
	 * @param child the id of the process
	 * @param type its type
	 * @param epoch the epoch of the run
	 * @param schedule which of its schedules it is
	 * @param expression when it ticks
	 * @param zone the time zone, or {@code null}
	 * @param due when the next tick is due, in milliseconds since the epoch
	 * @param pausing whether somebody has paused it
	 */
	record Run(String child, String type, long epoch, String schedule, String expression, @Nullable String zone,
			long due, @Nullable Pausing pausing) {

		ProcessSchedule toSchedule(String node, List<TickRecord> ticks) {
			ScheduleId id = new ScheduleId(this.child, this.schedule);
			return new ProcessSchedule(id.toString(), this.child, this.type, id.method(), this.expression, this.zone,
					node, (this.due != Timing.NEVER) ? Instant.ofEpochMilli(this.due) : null,
					(this.pausing != null) ? this.pausing.toPause() : null, ticks);
		}

	}

	/**
	 * A pause that is in effect.
	 *
	 * @param by who has paused
	 * @param since since when, in milliseconds since the epoch
	 */
	record Pausing(String by, long since) {

		SchedulePause toPause() {
			return new SchedulePause(this.by, Instant.ofEpochMilli(this.since));
		}

	}

}
