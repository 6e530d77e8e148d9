package io.horde.process.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.horde.process.IgnoreProcessException;
import io.horde.process.StopReason;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transitions of a process. They take place on the event loop; users' code runs on
 * the process executor and reports back to the loop.
 */
final class Lifecycle {

	/*-
	 * STARTING --created--> CREATED --open--> OPEN --stop, exit, failure--> STOPPING --> ENDED
	 *    |                     |                                              ^           ^
	 *    |                     `-------------------stop-----------------------|           |
	 *    |--stop while it starts: STOPPING once it is created-----------------'           |
	 *    `--failure, start timeout--------------------------------------------------------'
	 *
	 * STOPPING: revoke, close the mailbox, wait for running calls, hand off, destroy,
	 * wait for run(). Users' code may hang in any of these, and the end must come all the
	 * same (another node waits for it): the shutdown timeout interrupts what runs; a
	 * grace period later the bean is destroyed even if a call still hangs, since its
	 * scheduled methods must end; and after another one the end is reported whatever
	 * still runs.
	 */

	static final Duration GRACE_PERIOD = Duration.ofSeconds(1);

	private static final Logger logger = LoggerFactory.getLogger(Lifecycle.class);

	enum State {

		STARTING, CREATED, OPEN, STOPPING, ENDED;

		boolean leadsTo(State next) {
			return switch (this) {
				case STARTING -> next == CREATED || next == ENDED;
				case CREATED -> next == OPEN || next == STOPPING;
				case OPEN -> next == STOPPING;
				case STOPPING -> next == ENDED;
				case ENDED -> false;
			};
		}

	}

	private final ProcessRuntime runtime;

	private final EventLoop loop;

	private final LocalProcess process;

	private final Activity activity;

	private final Mailbox mailbox;

	private final LocalProcessContext context;

	private final ProcessListener listener;

	private final ProcessBean bean;

	private final List<Consumer<byte @Nullable []>> stopped = new ArrayList<>(1);

	private volatile State state = State.STARTING;

	/**
	 * It was told to stop while it starts.
	 */
	private volatile boolean startCancelled;

	private EventLoop.@Nullable Timer timer;

	/**
	 * How it will end, once that is certain.
	 */
	private @Nullable End end;

	private boolean handOff;

	private byte @Nullable [] handedOff;

	private boolean destroying;

	private boolean destroyed;

	private boolean running;

	Lifecycle(ProcessRuntime runtime, LocalProcess process, Activity activity, Mailbox mailbox,
			LocalProcessContext context, ProcessListener listener) {
		this.runtime = runtime;
		this.loop = runtime.loop();
		this.process = process;
		this.activity = activity;
		this.mailbox = mailbox;
		this.context = context;
		this.listener = listener;
		this.bean = new ProcessBean(runtime, process, activity, context);
	}

	private void enter(State next) {
		if (!this.state.leadsTo(next)) {
			throw new IllegalStateException(
					"Process " + this.process.id() + " is " + this.state + " and can't become " + next);
		}
		this.state = next;
	}

	@Nullable Object instance() {
		return this.bean.instance();
	}

	boolean isOpen() {
		return this.state == State.OPEN;
	}

	void refuse(String reason) {
		this.loop.execute(() -> finish(new End(End.Kind.START_FAILED, null,
				new ProcessStartException("Process " + this.process.id() + " can't be started: " + reason, null))));
	}

	void start() {
		this.runtime.executor().execute(() -> this.activity.run(this::create));
	}

	private void create() {
		if (this.startCancelled) {
			this.loop.execute(() -> created(null, null));
			return;
		}
		this.loop.execute(this::startBegan);
		try {
			Object created = this.bean.create();
			this.loop.execute(() -> created(created, null));
		}
		catch (Throwable ex) {
			this.loop.execute(() -> created(null, ex));
		}
	}

	private void startBegan() {
		if (this.state == State.STARTING && this.end == null) {
			this.timer = this.loop.schedule(this.runtime.settings().startTimeout(), this::startTimedOut);
		}
	}

	private void startTimedOut() {
		Throwable whereabouts = this.activity.whereabouts();
		giveUpStart(
				new End(End.Kind.START_FAILED, null,
						new ProcessStartException("Process " + this.process.id() + " did not start on node "
								+ this.runtime.node() + " within " + this.runtime.settings().startTimeout()
								+ " and was interrupted (the cause tells where); see horde.supervisor.start-timeout",
								whereabouts)));
	}

	/*
	 * Report the end of a start that may hang forever. Should it come back, its result is
	 * destroyed.
	 */
	private void giveUpStart(End end) {
		this.runtime.interrupted();
		this.activity.interrupt();
		this.loop.schedule(GRACE_PERIOD, this::abandon);
		this.handedOff = this.handOff ? this.bean.takenOver() : null;
		finish(end);
	}

	private void abandon() {
		for (Thread thread : this.activity.interrupt()) {
			logger.warn("Process {} on node {} has ended, but its thread {} ignores interrupts and still runs",
					this.process.id(), this.runtime.node(), thread.getName());
			this.runtime.abandoned(thread);
		}
	}

	private void created(@Nullable Object created, @Nullable Throwable failure) {
		cancelTimer();
		if (this.state == State.ENDED) {
			if (created != null) {
				this.bean.discard(created);
			}
			return;
		}
		if (created == null) {
			this.handedOff = this.handOff ? this.bean.takenOver() : null;
			finish(this.startCancelled ? this.end
					: new End(isIgnore(failure) ? End.Kind.IGNORED : End.Kind.START_FAILED, null, failure));
			return;
		}
		this.bean.created(created);
		enter(State.CREATED);
		this.runtime.created();
		End end = this.end;
		if (end == null || end.kind() == End.Kind.EXITED) {
			notify(() -> this.listener.created(this.process));
		}
		else {
			this.end = null;
			beginStop((end.kind() == End.Kind.FAILED) ? new End(End.Kind.START_FAILED, null, end.failure()) : end);
		}
	}

	private static boolean isIgnore(@Nullable Throwable failure) {
		int depth = 0;
		for (Throwable ex = failure; ex != null && depth < 32; ex = ex.getCause(), depth++) {
			if (ex instanceof IgnoreProcessException) {
				return true;
			}
		}
		return false;
	}

	void open() {
		Object instance = instance();
		if (this.state != State.CREATED || instance == null) {
			return;
		}
		enter(State.OPEN);
		this.process.ownership().begin();
		End end = this.end;
		if (end != null) {
			this.end = null;
			beginStop(end);
			return;
		}
		this.mailbox.open();
		if (instance instanceof Runnable runnable) {
			this.running = true;
			this.runtime.executor().executeOnOwnThread(this.process.id(), () -> this.activity.run(() -> run(runnable)));
		}
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
		End result = end;
		this.loop.execute(() -> {
			this.running = false;
			beginStop(result);
			finishIfDone();
		});
	}

	void dropped(ProcessCall call) {
		this.loop.execute(() -> notify(call::dropped));
	}

	void stop(StopReason reason, boolean handOff, Consumer<byte @Nullable []> stopped) {
		if (this.state == State.ENDED) {
			this.loop.execute(() -> notify(() -> stopped.accept(null)));
			return;
		}
		this.stopped.add(stopped);
		if (this.state != State.STOPPING && (this.state != State.STARTING || !this.startCancelled)) {
			this.handOff = handOff;
			beginStop(new End(End.Kind.STOPPED, reason, null));
		}
	}

	/**
	 * The process asked for its end, or failed.
	 * @param kind exited or failed
	 * @param cause what went wrong
	 */
	void exited(End.Kind kind, @Nullable Throwable cause) {
		End wanted = new End(kind, (kind == End.Kind.EXITED) ? StopReason.NORMAL : StopReason.ERROR, cause);
		if (this.state == State.OPEN) {
			beginStop(wanted);
		}
		else if (this.state == State.STARTING && this.end == null) {
			this.end = wanted;
		}
		else if (this.state == State.CREATED && this.end == null) {
			if (kind == End.Kind.EXITED) {
				this.end = wanted;
			}
			else {
				beginStop(wanted);
			}
		}
	}

	private void beginStop(End end) {
		if (this.state == State.STOPPING || this.state == State.ENDED) {
			return;
		}
		this.process.revoke();
		this.end = end;
		if (this.state == State.STARTING) {
			this.startCancelled = true;
			cancelTimer();
			this.timer = this.loop.schedule(shutdownTimeout(end), () -> giveUpStart(end));
			return;
		}
		enter(State.STOPPING);
		this.context.close();
		this.timer = this.loop.schedule(shutdownTimeout(end), () -> shutdownTimedOut(end));
		this.mailbox.close(() -> this.loop.execute(this::destroy));
	}

	private Duration shutdownTimeout(End end) {
		Duration timeout = shutdownTimeout();
		Duration margin = this.runtime.settings().stopMargin();
		return (hasToMakeRoom(end) && margin.compareTo(timeout) < 0) ? margin : timeout;
	}

	/**
	 * Tell whether a successor may start soon: who has lost its lease must be gone before
	 * (Q11).
	 */
	private static boolean hasToMakeRoom(End end) {
		return end.stop() == StopReason.QUORUM_LOST;
	}

	private Duration shutdownTimeout() {
		Duration timeout = this.process.order().shutdownTimeout();
		timeout = (timeout != null) ? timeout : this.process.type().shutdownTimeout();
		return (timeout != null) ? timeout : this.runtime.settings().shutdownTimeout();
	}

	private void shutdownTimedOut(End end) {
		logger.warn("Process {} on node {} is still running {} after it was told to stop; it is interrupted",
				this.process.id(), this.runtime.node(), shutdownTimeout(end));
		this.runtime.interrupted();
		this.activity.interrupt();
		this.timer = this.loop.schedule(GRACE_PERIOD, () -> {
			destroy();
			this.timer = this.loop.schedule(GRACE_PERIOD, () -> {
				abandon();
				finish(this.end);
			});
		});
	}

	private void destroy() {
		Object instance = instance();
		if (this.destroying || instance == null) {
			return;
		}
		this.destroying = true;
		this.bean.destroy(instance, this.handOff, (state) -> {
			this.handedOff = state;
			this.destroyed = true;
			finishIfDone();
		});
	}

	private void finishIfDone() {
		if (this.destroyed && !this.running) {
			finish(this.end);
		}
	}

	private void finish(@Nullable End end) {
		if (this.state == State.ENDED || end == null) {
			return;
		}
		cancelTimer();
		this.process.revoke();
		enter(State.ENDED);
		this.context.close();
		this.mailbox.close(() -> {
		});
		this.runtime.ended(this.process, end);
		logger.debug("Process {} of type {} on node {} has ended: {}", this.process.id(), this.process.type().name(),
				this.runtime.node(), end);
		notify(() -> this.listener.ended(this.process, end));
		this.stopped.forEach((told) -> notify(() -> told.accept(this.handedOff)));
		this.stopped.clear();
	}

	private void cancelTimer() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
	}

	private void notify(Runnable notification) {
		try {
			notification.run();
		}
		catch (RuntimeException ex) {
			logger.error("Process {} on node {}: a listener failed", this.process.id(), this.runtime.node(), ex);
		}
	}

	@Override
	public String toString() {
		return this.state.toString();
	}

}
