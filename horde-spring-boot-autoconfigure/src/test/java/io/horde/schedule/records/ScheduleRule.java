package io.horde.schedule.records;

import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.horde.process.engine.LocalProcess;
import io.horde.rules.Replacement;
import io.horde.schedule.engine.Progress;
import io.horde.schedule.engine.Tickers;
import io.horde.schedule.engine.TickingProcess;

import org.springframework.test.util.ReflectionTestUtils;

/**
 * The rules of ticks that a test can take away, one at a time, to see that the simulator
 * would notice.
 */
public enum ScheduleRule {

	/**
	 * A static child is the same under both ids that it may have (T1).
	 */
	T1(Replacement.returning(ScheduleRecords.class, "isTwinAlive", false)),

	/**
	 * A tick begins when its record is held (T2).
	 */
	T2_HELD(Replacement.of(ReplicatedRecord.class, "held",
			(self, arguments) -> CompletableFuture.completedFuture(null))),

	/**
	 * A tick that a stop overtakes is released (T2).
	 */
	T2_RELEASED(Replacement.of(ReplicatedRecord.class, "release", (self, arguments) -> {
		((Runnable) arguments[1]).run();
		return null;
	})),

	/**
	 * A tick that has begun and not ended never begins again (T2).
	 */
	T2_LOST(Replacement.after(ReplicatedRecord.class, "mayBeginAgain", (self, arguments, result) -> true),
			Replacement.after(ReplicatedRecord.class, "decide", (self, arguments, result) -> {
				Progress progress = (Progress) result;
				return new Progress(progress.due(), true, progress.zone());
			})),

	/**
	 * A run decides when it knows what the others knew (T3).
	 */
	T3(Replacement.of(Sight.class, "whenClear", (self, arguments) -> {
		clear(arguments[1]);
		return null;
	})),

	/**
	 * A run that was stopped while it asked decides nothing (T3).
	 */
	T3_STOPPED(Replacement.of(ReplicatedRecord.class, "mayDecide", (self, arguments) -> {
		ScheduleRecords room = (ScheduleRecords) ReflectionTestUtils.getField(self, "room");
		TickingProcess process = (TickingProcess) ReflectionTestUtils.getField(self, "process");
		return room != null && process != null && room.isPlacedHere(process);
	})),

	/**
	 * A voter that has begun anew counts when others have told it what they knew (T3).
	 */
	T3_VOTERS(Replacement.returning(Sight.class, "hasEnough", true)),

	/**
	 * Instants are those of the corrected clock (T4).
	 */
	T4(Replacement.returning(Tickers.class, "correct", null)),

	/**
	 * What was missed begins, or somebody is told (T5).
	 */
	T5(Replacement.after(ReplicatedRecord.class, "decide", (self, arguments, result) -> {
		ScheduleRecords room = (ScheduleRecords) ReflectionTestUtils.getField(self, "room");
		Progress progress = (Progress) result;
		return new Progress(Math.max(progress.due(), (room != null) ? room.now() : 0), false, progress.zone());
	})),

	/**
	 * A hand-over carries the time to the next tick (T7).
	 */
	T7(Replacement.of(LocalProcess.class, "remainingTicks", (self, arguments) -> new TreeMap<>()));

	private final List<Replacement> replacements;

	ScheduleRule(Replacement... replacements) {
		this.replacements = List.of(replacements);
	}

	/**
	 * Return what takes the rule away.
	 */
	public List<Replacement> replacements() {
		return this.replacements;
	}

	@SuppressWarnings("unchecked")
	private static void clear(Object told) {
		((Consumer<Boolean>) told).accept(true);
	}

}
