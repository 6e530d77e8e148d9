package io.horde.process.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.horde.payload.PayloadTooLargeException;
import io.horde.process.engine.ProcessBean.HandedOff;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a process ends: what its users' code may still do, how long it is awaited, and when
 * it is interrupted (T8). Confined to the event loop.
 */
final class Ending {

	/*-
	 * In order:  await what runs -> hand off -> destroy -> end
	 *                  |             |  |
	 *                  |             |  `-- timeout --.
	 *                  |             `-- failure, voluntary: the process is open again
	 *                  |-- timeout, voluntary: the process is open again
	 *                  `-- timeout -------------------+--> no owner, interrupt --margin--> stuck
	 *
	 * Fenced:    no owner, interrupt -> destroy -> end, after the margin at the latest
	 *
	 * In order the process is owner until its bean is destroyed, so nothing of its child
	 * runs elsewhere before. A stuck process ends when its code does, however long that
	 * takes: nobody else may run the child meanwhile (T9). Who is fenced has lost the
	 * child anyhow: its end is told though its code may still run.
	 */

	private static final Logger logger = LoggerFactory.getLogger(Ending.class);

	private final ProcessRuntime runtime;

	private final EventLoop loop;

	private final LocalProcess process;

	private final Activities activities;

	private final ProcessBean bean;

	private final Lifecycle lifecycle;

	private final List<StopListener> listeners = new ArrayList<>(1);

	private @Nullable StopOrder order;

	private @Nullable End end;

	/**
	 * The end that the process asked for while it was to stop for another reason.
	 */
	private @Nullable End wanted;

	private byte @Nullable [] handedOff;

	private Phase phase = Phase.AWAITING;

	/**
	 * Whether its code was told, by an interrupt, that it has to end now.
	 */
	private boolean interrupted;

	/** Whether what runs is awaited, or was. */
	private boolean begun;

	private EventLoop.@Nullable Timer timer;

	private enum Phase {

		/**
		 * What runs is awaited.
		 */
		AWAITING,

		/**
		 * The bean hands its state off.
		 */
		HANDING_OFF,

		/**
		 * The bean is destroyed.
		 */
		DESTROYING,

		/**
		 * Nothing is left of it.
		 */
		DESTROYED

	}

	Ending(ProcessRuntime runtime, LocalProcess process, Activities activities, ProcessBean bean, Lifecycle lifecycle) {
		this.runtime = runtime;
		this.loop = runtime.loop();
		this.process = process;
		this.activities = activities;
		this.bean = bean;
		this.lifecycle = lifecycle;
	}

	/**
	 * Return how the process will end.
	 * @return {@code null} as long as that is open
	 */
	@Nullable End end() {
		return this.end;
	}

	boolean isDecided() {
		return this.end != null;
	}

	void decide(End end) {
		this.end = end;
	}

	/**
	 * Take an order to stop.
	 * @param first whether it is the first; of further ones the stricter terms count
	 */
	void order(StopOrder order, StopListener listener, boolean first) {
		this.listeners.add(listener);
		StopOrder before = this.order;
		if (first || before == null) {
			this.order = order;
		}
		else {
			boolean fenced = order.isFenced() && !before.isFenced();
			this.order = new StopOrder(fenced ? order.reason() : before.reason(), before.handOff(),
					(order.timeout() != null) ? order.timeout() : before.timeout(),
					before.voluntary() && order.voluntary());
		}
		if (!first) {
			sharpen(order);
		}
	}

	private void sharpen(StopOrder order) {
		End end = this.end;
		if (order.isFenced() && (end == null || !StopOrder.fences(end.stop()))) {
			this.end = new End(End.Kind.STOPPED, order.reason(), null);
			this.process.revoke();
			if (this.begun) {
				fence();
			}
		}
		else if (order.timeout() != null && this.begun && !this.interrupted) {
			startTimer(order.timeout(), this::timedOut);
		}
	}

	/**
	 * Return the end that was ordered.
	 */
	End ordered() {
		StopOrder order = this.order;
		return new End(End.Kind.STOPPED, (order != null) ? order.reason() : null, null);
	}

	/**
	 * The process asked for its end while it can't be stopped yet, or while it is being
	 * stopped already.
	 */
	void wanted(End end, boolean stopping) {
		if (stopping) {
			this.wanted = (this.wanted != null) ? this.wanted : end;
		}
		else if (this.end == null) {
			this.end = end;
		}
	}

	/**
	 * Return how long what runs is awaited.
	 */
	Duration timeout() {
		End end = this.end;
		if (end != null && StopOrder.fences(end.stop())) {
			return Duration.ZERO;
		}
		Duration timeout = (this.order != null) ? this.order.timeout() : null;
		timeout = (timeout != null) ? timeout : this.process.order().shutdownTimeout();
		timeout = (timeout != null) ? timeout : this.process.type().shutdownTimeout();
		return (timeout != null) ? timeout : this.runtime.settings().shutdownTimeout();
	}

	/**
	 * Begin: the mailbox is suspended, and nothing else is to begin.
	 */
	void begin() {
		this.begun = true;
		this.activities.hold(() -> this.loop.execute(this::idle));
		End end = this.end;
		if (end != null && StopOrder.fences(end.stop())) {
			fence();
		}
		else {
			startTimer(timeout(), this::timedOut);
		}
	}

	private void timedOut() {
		if (this.order != null && this.order.voluntary() && this.phase == Phase.AWAITING) {
			logger.warn("Process {} on node {} has not ended its work within {}: it stays where it is",
					this.process.id(), this.runtime.node(), timeout());
			callOff("its work did not end within its shutdown timeout");
			return;
		}
		logger.warn("Process {} on node {} is still running {} after it was told to stop; it is interrupted",
				this.process.id(), this.runtime.node(), timeout());
		this.process.revoke();
		interrupt();
		startTimer(margin(), this::marginOver);
	}

	private void callOff(String why) {
		List<StopListener> told = List.copyOf(this.listeners);
		this.listeners.clear();
		cancelTimer();
		this.phase = Phase.AWAITING;
		this.begun = false;
		this.order = null;
		this.end = null;
		this.lifecycle.reopen();
		told.forEach((listener) -> ProcessRuntime.notify(this.process, () -> listener.calledOff(why)));
		End wanted = this.wanted;
		this.wanted = null;
		if (wanted != null) {
			this.lifecycle.exited(wanted);
		}
	}

	private void fence() {
		if (this.activities.interruptWork()) {
			this.interrupted = true;
			this.runtime.interrupted();
		}
		startTimer(margin(), this::giveUp);
	}

	/**
	 * End, whatever is left here.
	 */
	void giveUp() {
		abandon();
		this.lifecycle.finish(this.end);
	}

	private void interrupt() {
		this.interrupted = true;
		this.runtime.interrupted();
		this.activities.interrupt();
	}

	private void marginOver() {
		Throwable whereabouts = this.activities.whereabouts();
		if (whereabouts == null) {
			// It waits for a thread to be destroyed on
			startTimer(margin(), this::marginOver);
			return;
		}
		logger.error(
				"Process {} on node {} is stuck: it ignores that it was interrupted. Nobody else starts it until it"
						+ " ends, until this node is gone, or until an operator releases it",
				this.process.id(), this.runtime.node(), whereabouts);
		this.activities.interrupt().forEach(this.runtime.executor()::abandon);
		this.lifecycle.stuck(whereabouts);
	}

	/**
	 * Give up on what still runs.
	 */
	void abandon() {
		for (Thread thread : this.activities.interrupt()) {
			logger.warn("Process {} on node {} has ended, but its thread {} ignores interrupts and still runs",
					this.process.id(), this.runtime.node(), thread.getName());
			this.runtime.abandoned(thread);
		}
	}

	private void idle() {
		if (this.activities.isIdle()) {
			handOff();
		}
	}

	private void handOff() {
		Object instance = this.bean.instance();
		if (instance == null || this.phase != Phase.AWAITING || !this.lifecycle.isStopping()) {
			return;
		}
		this.phase = Phase.HANDING_OFF;
		if (this.interrupted && !this.lifecycle.isEnded() && !isFenced()) {
			startTimer(margin(), this::destructionTimedOut);
		}
		if (this.order != null && this.order.handOff() && !this.lifecycle.isEnded()) {
			this.bean.handOff(instance, (handedOff) -> handedOff(instance, handedOff));
		}
		else {
			destroy(instance);
		}
	}

	/*
	 * A bean whose state can't travel goes on with it, where that is possible (O11).
	 */
	private void handedOff(Object instance, HandedOff handedOff) {
		Throwable failure = handedOff.failure();
		if (failure != null) {
			Throwable shown = (failure instanceof PayloadTooLargeException) ? null : failure;
			if (this.order != null && this.order.voluntary() && !this.interrupted && !isFenced()
					&& !this.lifecycle.isEnded()) {
				logger.warn("Process {} on node {} stays where it is, since it can't hand its state off: {}",
						this.process.id(), this.runtime.node(), failure.getMessage(), shown);
				callOff("it can't hand its state off: " + failure.getMessage());
				return;
			}
			logger.error("The state of process {} on node {} is lost, its next run begins without: {}",
					this.process.id(), this.runtime.node(), failure.getMessage(), shown);
		}
		this.handedOff = handedOff.state();
		destroy(instance);
	}

	private void destroy(Object instance) {
		this.phase = Phase.DESTROYING;
		this.bean.destroy(instance, this::destroyed);
	}

	private void destructionTimedOut() {
		interrupt();
		startTimer(margin(), this::marginOver);
	}

	private void destroyed() {
		this.phase = Phase.DESTROYED;
		cancelTimer();
		this.lifecycle.finish(this.end);
	}

	/**
	 * Give back what a start that came to nothing was to take over.
	 */
	void giveBack() {
		this.handedOff = (this.order != null && this.order.handOff()) ? this.bean.takenOver() : null;
	}

	void tellStopped() {
		cancelTimer();
		this.listeners
			.forEach((listener) -> ProcessRuntime.notify(this.process, () -> listener.stopped(this.handedOff)));
		this.listeners.clear();
	}

	private boolean isFenced() {
		return this.end != null && StopOrder.fences(this.end.stop());
	}

	private Duration margin() {
		return this.runtime.settings().stopMargin();
	}

	private void startTimer(Duration delay, Runnable task) {
		cancelTimer();
		this.timer = this.loop.schedule(delay, task);
	}

	private void cancelTimer() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
	}

}
