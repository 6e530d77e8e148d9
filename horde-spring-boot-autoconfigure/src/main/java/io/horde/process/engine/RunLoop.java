package io.horde.process.engine;

import java.util.function.Consumer;

import io.horde.process.StopReason;
import org.jspecify.annotations.Nullable;

/**
 * The {@code run()} of a process that is a {@link Runnable}. It is a loop, not a piece of
 * work: it is interrupted as soon as a stop begins, and begins again if that is called
 * off. Confined to the event loop.
 */
final class RunLoop {

	private final ProcessRuntime runtime;

	private final LocalProcess process;

	private final Activities activities;

	private final Consumer<End> ended;

	private @Nullable Runnable runnable;

	private boolean wanted;

	private boolean running;

	private boolean told;

	/**
	 * Creates a loop that does not run.
	 * @param ended is given the end of one that nobody has told to stop
	 */
	RunLoop(ProcessRuntime runtime, LocalProcess process, Activities activities, Consumer<End> ended) {
		this.runtime = runtime;
		this.process = process;
		this.activities = activities;
		this.ended = ended;
	}

	/**
	 * Begin, or begin again once it has ended since it was told to stop.
	 */
	void start(Runnable runnable) {
		this.wanted = true;
		if (this.running) {
			return;
		}
		this.runnable = runnable;
		this.running = true;
		this.told = false;
		this.runtime.executor().executeOnOwnThread(this.process.id(), () -> {
			if (!this.activities.runLoop(() -> run(runnable))) {
				report(new End(End.Kind.STOPPED, null, null));
			}
		});
	}

	private void run(Runnable runnable) {
		End end;
		try {
			runnable.run();
			end = new End(End.Kind.EXITED, StopReason.NORMAL, null);
		}
		catch (Throwable ex) {
			end = new End(End.Kind.FAILED, StopReason.ERROR, ex);
		}
		report(end);
	}

	private void report(End end) {
		this.runtime.loop().execute(() -> ended(end));
	}

	/* Who was told to stop has not ended by himself, though he may have wanted to. */
	private void ended(End end) {
		this.running = false;
		Runnable runnable = this.runnable;
		if (!this.told) {
			this.ended.accept(end);
		}
		else if (this.wanted && runnable != null) {
			start(runnable);
		}
	}

	/**
	 * Tell it to stop.
	 */
	void tell() {
		this.wanted = false;
		this.told = true;
		this.activities.interruptLoop();
	}

}
