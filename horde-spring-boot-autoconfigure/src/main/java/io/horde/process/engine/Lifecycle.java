package io.horde.process.engine;

import java.time.Duration;

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
	 *    |                     |                ^                           ^ |         ^
	 *    |                     |                `--------called off-----------'         |
	 *    |                     `-------------------stop---------------------'           |
	 *    |--stop while it starts: STOPPING once it is created---------------'           |
	 *    `--failure, start timeout------------------------------------------------------'
	 *
	 * What happens in STOPPING is in Ending.
	 */

	private static final Logger logger = LoggerFactory.getLogger(Lifecycle.class);

	enum State {

		STARTING, CREATED, OPEN, STOPPING, ENDED;

		boolean leadsTo(State next) {
			return switch (this) {
				case STARTING -> next == CREATED || next == ENDED;
				case CREATED -> next == OPEN || next == STOPPING;
				case OPEN -> next == STOPPING;
				case STOPPING -> next == OPEN || next == ENDED;
				case ENDED -> false;
			};
		}

	}

	private final ProcessRuntime runtime;

	private final EventLoop loop;

	private final LocalProcess process;

	private final Activities activities;

	private final Mailbox mailbox;

	private final LocalProcessContext context;

	private final ProcessListener listener;

	private final ProcessBean bean;

	private final Machinery machinery;

	private final RunLoop runLoop;

	private final Ending ending;

	private volatile State state = State.STARTING;

	/**
	 * It was told to stop while it starts, or its start took too long.
	 */
	private volatile boolean startCancelled;

	private EventLoop.@Nullable Timer timer;

	Lifecycle(ProcessRuntime runtime, LocalProcess process, Activities activities, Mailbox mailbox,
			LocalProcessContext context, ProcessListener listener) {
		this.runtime = runtime;
		this.loop = runtime.loop();
		this.process = process;
		this.activities = activities;
		this.mailbox = mailbox;
		this.context = context;
		this.listener = listener;
		this.bean = new ProcessBean(runtime, process, activities);
		this.machinery = new Machinery(runtime, process, activities, mailbox, this::begin,
				(failure) -> exited(new End(End.Kind.FAILED, StopReason.ERROR, failure)));
		this.runLoop = new RunLoop(runtime, process, activities, this::runEnded);
		this.ending = new Ending(runtime, process, activities, this.bean, this);
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

	boolean isStopping() {
		return this.startCancelled || this.state == State.STOPPING || this.state == State.ENDED;
	}

	boolean isEnded() {
		return this.state == State.ENDED;
	}

	void refuse(String reason) {
		this.loop.execute(() -> finish(new End(End.Kind.START_FAILED, null,
				new ProcessStartException("Process " + this.process.id() + " can't be started: " + reason, null))));
	}

	void start() {
		this.runtime.executor().execute(() -> this.activities.runStep(this::create));
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
		if (this.state == State.STARTING && !this.startCancelled && !this.ending.isDecided()) {
			this.timer = this.loop.schedule(this.runtime.settings().startTimeout(), this::startTimedOut);
		}
	}

	private void startTimedOut() {
		Throwable whereabouts = this.activities.whereabouts();
		this.startCancelled = true;
		this.ending
			.decide(new End(End.Kind.START_FAILED, null,
					new ProcessStartException("Process " + this.process.id() + " did not start on node "
							+ this.runtime.node() + " within " + this.runtime.settings().startTimeout()
							+ " and was interrupted (the cause tells where); see horde.supervisor.start-timeout",
							whereabouts)));
		interruptStart();
	}

	private void cancelStart(Duration timeout) {
		this.startCancelled = true;
		cancelTimer();
		this.timer = this.loop.schedule(timeout, this::interruptStart);
	}

	/*
	 * A start may hang for ever, and its child has to be started elsewhere: it never was
	 * owner. Should it come back after the margin, its result is destroyed.
	 */
	private void interruptStart() {
		this.runtime.interrupted();
		this.activities.interrupt();
		this.timer = this.loop.schedule(this.runtime.settings().stopMargin(), () -> {
			this.ending.abandon();
			this.ending.giveBack();
			finish(this.ending.end());
		});
	}

	private void created(@Nullable Object created, @Nullable Throwable failure) {
		cancelTimer();
		if (this.state == State.ENDED) {
			if (created != null) {
				this.bean.discard(created);
			}
			return;
		}
		End end = this.ending.end();
		if (created == null) {
			this.ending.giveBack();
			finish((this.startCancelled) ? end
					: new End(isIgnore(failure) ? End.Kind.IGNORED : End.Kind.START_FAILED, null, failure));
			return;
		}
		this.bean.created(created);
		enter(State.CREATED);
		this.runtime.created();
		if (end == null || end.kind() == End.Kind.EXITED) {
			ProcessRuntime.notify(this.process, () -> this.listener.created(this.process));
		}
		else {
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
		if (this.state != State.CREATED || instance() == null) {
			return;
		}
		enter(State.OPEN);
		this.process.ownership().begin();
		End end = this.ending.end();
		if (end != null) {
			beginStop(end);
			return;
		}
		letIn();
	}

	/**
	 * Go on: the stop is called off.
	 */
	void reopen() {
		enter(State.OPEN);
		letIn();
	}

	private void letIn() {
		this.activities.open();
		boolean starting = this.machinery.start();
		this.mailbox.open();
		if (!starting) {
			begin();
		}
	}

	/* Its machinery has started, if it has any. */
	private void begin() {
		if (this.state != State.OPEN) {
			return;
		}
		this.process.ticks().open();
		if (instance() instanceof Runnable runnable) {
			this.runLoop.start(runnable);
		}
	}

	private void runEnded(End end) {
		if (end.kind() != End.Kind.STOPPED) {
			beginStop(end);
		}
	}

	void dropped(ProcessCall call) {
		this.loop.execute(() -> ProcessRuntime.notify(this.process, call::dropped));
	}

	void stop(StopOrder order, StopListener stopped) {
		if (this.state == State.ENDED) {
			this.loop.execute(() -> ProcessRuntime.notify(this.process, () -> stopped.stopped(null)));
			return;
		}
		boolean first = this.state != State.STOPPING && !this.startCancelled;
		this.ending.order(order, stopped, first);
		if (first) {
			beginStop(this.ending.ordered());
		}
		else if (this.state == State.STARTING && order.isFenced()) {
			cancelStart(Duration.ZERO);
		}
	}

	/**
	 * The process asked for its end, or failed.
	 */
	void exited(End end) {
		if (this.state == State.OPEN || (this.state == State.CREATED && end.kind() == End.Kind.FAILED)) {
			beginStop(end);
		}
		else if (this.state != State.ENDED) {
			this.ending.wanted(end, this.state == State.STOPPING);
		}
	}

	private void beginStop(End end) {
		if (this.state == State.STOPPING || this.state == State.ENDED) {
			return;
		}
		this.ending.decide(end);
		if (this.state == State.STARTING) {
			cancelStart(this.ending.timeout());
			return;
		}
		enter(State.STOPPING);
		if (StopOrder.fences(end.stop())) {
			this.process.revoke();
		}
		this.process.ticks().close();
		this.mailbox.suspend();
		this.machinery.stop();
		this.runLoop.tell();
		this.ending.begin();
	}

	void finish(@Nullable End end) {
		if (this.state == State.ENDED || end == null) {
			return;
		}
		cancelTimer();
		this.process.revoke();
		enter(State.ENDED);
		this.context.close();
		this.process.ticks().end();
		this.mailbox.close();
		this.runtime.ended(this.process, end);
		logger.debug("Process {} of type {} on node {} has ended: {}", this.process.id(), this.process.type().name(),
				this.runtime.node(), end);
		ProcessRuntime.notify(this.process, () -> this.listener.ended(this.process, end));
		this.ending.tellStopped();
	}

	void giveUp() {
		this.ending.giveUp();
	}

	void stuck(Throwable whereabouts) {
		this.process.ticks().end();
		ProcessRuntime.notify(this.process, () -> this.listener.stuck(this.process, whereabouts));
	}

	private void cancelTimer() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
	}

	@Override
	public String toString() {
		return this.state.toString();
	}

}
