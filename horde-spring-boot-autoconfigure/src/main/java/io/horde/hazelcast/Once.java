package io.horde.hazelcast;

import java.time.Duration;
import java.util.function.Consumer;

import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * An answer from another thread, brought to the event loop exactly once and in time.
 *
 * @param <T> type of the answer
 */
final class Once<T> {

	private final EventLoop loop;

	private final Consumer<T> receiver;

	private final Consumer<T> late;

	private EventLoop.@Nullable Timer timer;

	private boolean answered;

	/**
	 * Begin to wait. On the event loop.
	 * @param loop the event loop
	 * @param timeout how long
	 * @param silence the answer if there is none until then
	 * @param receiver gets the answer
	 * @param late gets what comes after that
	 */
	Once(EventLoop loop, Duration timeout, T silence, Consumer<T> receiver, Consumer<T> late) {
		this.loop = loop;
		this.receiver = receiver;
		this.late = late;
		this.timer = loop.schedule(timeout, () -> take(silence));
	}

	/**
	 * Take an answer, on any thread.
	 * @param answer the answer
	 */
	void answer(T answer) {
		this.loop.execute(() -> take(answer));
	}

	private void take(T answer) {
		if (this.answered) {
			this.late.accept(answer);
			return;
		}
		this.answered = true;
		EventLoop.Timer running = this.timer;
		if (running != null) {
			running.cancel();
			this.timer = null;
		}
		this.receiver.accept(answer);
	}

}
