package io.horde.schedule.engine;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The record of a schedule that nobody else knows: it began when its process was opened.
 */
final class Unshared implements ScheduleRecord {

	private final Schedule schedule;

	Unshared(Schedule schedule) {
		this.schedule = schedule;
	}

	@Override
	public boolean isPaused() {
		return false;
	}

	@Override
	public void find(BooleanSupplier wanted, Consumer<Progress> found) {
		ZoneId zone = (this.schedule.timing() instanceof Cron cron) ? cron.zone() : null;
		found.accept(new Progress(Progress.FROM_NOW, false, (zone != null) ? zone : ZoneOffset.UTC));
	}

	@Override
	public void begin(long due, Consumer<Answer> answer) {
		answer.accept(Answer.HELD);
	}

	@Override
	public boolean isBegun(long due) {
		return true;
	}

	@Override
	public void release(long due, Runnable held) {
		held.run();
	}

	@Override
	public void ended(TickEntry tick) {
	}

	@Override
	public void skipped(TickEntry ticks) {
	}

}
