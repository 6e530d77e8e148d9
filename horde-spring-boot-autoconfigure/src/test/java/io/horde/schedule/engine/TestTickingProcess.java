package io.horde.schedule.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Runs ticks at once, or holds them back as a mailbox with a call in it does.
 */
final class TestTickingProcess implements TickingProcess {

	final Deque<Runnable> held = new ArrayDeque<>();

	final List<CompletionStage<?>> lasting = new ArrayList<>();

	boolean hold;

	boolean owner = true;

	@Override
	public String id() {
		return "p";
	}

	@Override
	public long epoch() {
		return 1;
	}

	@Override
	public boolean isOwner() {
		return this.owner;
	}

	@Override
	public boolean offer(Runnable tick) {
		if (this.hold) {
			this.held.add(tick);
		}
		else {
			run(tick);
		}
		return true;
	}

	@Override
	public void lasting(CompletionStage<?> tick) {
		this.lasting.add(tick);
	}

	private static void run(Runnable tick) {
		if (tick instanceof PreparedTick prepared) {
			prepared.prepare(prepared);
		}
		else {
			tick.run();
		}
	}

	/**
	 * Let the turn of those that are held come, without running them.
	 */
	void prepareHeld() {
		this.held.forEach((tick) -> ((PreparedTick) tick).prepare(tick));
	}

	/**
	 * Run those that are held, whose turn has come before.
	 */
	void runPrepared() {
		while (!this.held.isEmpty()) {
			this.held.remove().run();
		}
	}

	/**
	 * Let the turn of those that are held come.
	 */
	void runHeld() {
		while (!this.held.isEmpty()) {
			run(this.held.remove());
		}
	}

}
