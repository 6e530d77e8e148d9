package io.horde.process.engine;

import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;

import io.horde.process.NameConflict;
import io.horde.process.NameConflictAware;
import io.horde.process.ProcessContext;
import io.horde.process.StopReason;
import io.horde.schedule.engine.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * One process on this node, from the order to start it to its end.
 */
public final class LocalProcess {

	private final StartOrder order;

	private final ProcessType type;

	private final Ownership ownership;

	private final Activities activities;

	private final Mailbox mailbox;

	private final LocalProcessContext context;

	private final Ticks ticks;

	private final Lifecycle lifecycle;

	private volatile long epoch;

	LocalProcess(ProcessRuntime runtime, StartOrder order, ProcessType type, ProcessListener listener) {
		this.order = order;
		this.epoch = order.epoch();
		this.type = type;
		this.ownership = new Ownership(runtime.loop(), runtime.loopLease());
		this.activities = new Activities(this);
		this.mailbox = new Mailbox(runtime.executor(), this.activities, runtime.settings().mailboxCapacity(),
				type.concurrent(), this::dropped, this::failed);
		this.context = new LocalProcessContext(this, runtime.node(), runtime.loop(), this.mailbox);
		this.ticks = new Ticks(runtime, this, this.mailbox);
		this.lifecycle = new Lifecycle(runtime, this, this.activities, this.mailbox, this.context, listener);
	}

	/**
	 * Return the process that a context belongs to.
	 * @param context the context, as it was injected
	 * @return the process, or {@code null} if the context is not one of this runtime's
	 */
	public static @Nullable LocalProcess of(ProcessContext context) {
		return (context instanceof LocalProcessContext local) ? local.process() : null;
	}

	/**
	 * Return the order with which the process was started.
	 */
	public StartOrder order() {
		return this.order;
	}

	/**
	 * Return the child's id.
	 */
	public String id() {
		return this.order.id();
	}

	/**
	 * Return the process type.
	 * @return the type; for one that this node can't run, a type with nothing but its
	 * name
	 */
	public ProcessType type() {
		return this.type;
	}

	/**
	 * Return the name under which the process is registered.
	 * @return the name, or {@code null}
	 */
	public @Nullable String name() {
		return this.order.name();
	}

	/**
	 * Return the epoch of this run. May be called from any thread.
	 */
	public long epoch() {
		return this.epoch;
	}

	/**
	 * Give this run a higher epoch, because another node took responsibility for the
	 * child while this one was believed to be gone (O4). Called on the loop.
	 */
	public void raise(long epoch) {
		this.epoch = Math.max(this.epoch, epoch);
	}

	/**
	 * Return the process's view of itself.
	 */
	public ProcessContext context() {
		return this.context;
	}

	/**
	 * Return the instance. May be called from any thread.
	 * @return the bean, or {@code null} if it is not created yet or already being
	 * destroyed
	 */
	public @Nullable Object instance() {
		return this.lifecycle.instance();
	}

	/**
	 * Make the process the owner, start its {@link OwnedLifecycle}, open the mailbox, and
	 * let {@code run()} and the ticks begin. Called once, on the loop, after
	 * {@link ProcessListener#created}; without effect once it is being stopped. An end
	 * that the process asked for while it started takes place now.
	 */
	public void open() {
		this.lifecycle.open();
	}

	/**
	 * Tell whether the process accepts calls. May be called from any thread.
	 * @return {@code true} from {@link #open()} to the begin of the stop
	 */
	public boolean isOpen() {
		return this.lifecycle.isOpen();
	}

	/**
	 * Tell whether the process was told to stop. May be called from any thread.
	 */
	public boolean isStopping() {
		return this.lifecycle.isStopping();
	}

	/**
	 * Tell whether the process may act for the cluster. May be called from any thread.
	 * @return what {@link ProcessContext#isOwner()} says
	 */
	public boolean isOwner() {
		return this.ownership.holds();
	}

	/**
	 * Tell whether none of its code runs. May be called from any thread.
	 */
	public boolean isIdle() {
		return this.activities.isIdle();
	}

	/**
	 * Make {@link ProcessContext#isOwner()} false, at once and for good. Does not stop
	 * the process. Called on the loop.
	 */
	public void revoke() {
		this.ownership.revoke();
	}

	/**
	 * Let the process be owner until a point in time at most (quorum). It ends when
	 * either clock says so (Q9). An ended lease is not extended (Q4). Without this call
	 * the process is owner until it is revoked. Called on the loop.
	 * @param nanoTime the end in terms of the loop's monotonic clock
	 * @param millis the end in terms of its wall clock, counted from the same point in
	 * time: a machine may have been suspended since
	 */
	public void lease(long nanoTime, long millis) {
		this.ownership.grant(new Lease(nanoTime, millis));
	}

	/**
	 * Stop the process (T8). In order: waiting calls are dropped and nothing begins any
	 * more, its {@link OwnedLifecycle} is told to stop, what runs may finish, its state
	 * is handed off if wanted, its bean is destroyed; then it is no longer owner. What
	 * takes longer than the timeout is interrupted, as no owner. Who lost the child to
	 * others is no owner at once, and is interrupted. Called on the loop; of several
	 * orders the first counts, on the strictest terms of them.
	 * @param stopped told once the process has ended, after the listener
	 */
	public void stop(StopOrder order, StopListener stopped) {
		this.lifecycle.stop(order, stopped);
	}

	/**
	 * Stop the process in order, or at once if others own the child.
	 */
	public void stop(StopReason reason, boolean handOff, StopListener stopped) {
		stop(new StopOrder(reason, handOff, null, false), stopped);
	}

	/**
	 * Tell whether the process has ended.
	 */
	public boolean isEnded() {
		return this.lifecycle.isEnded();
	}

	/**
	 * End a process that is stuck, though its code goes on. Called on the loop.
	 */
	public void giveUp() {
		this.lifecycle.giveUp();
	}

	/**
	 * Run code of the process on the calling thread, with the process bound: an event
	 * listener, for example. May be called from any thread.
	 * @return {@code false} if the process is not open: it did not run
	 */
	public boolean run(Runnable code) {
		return this.activities.run(code);
	}

	/**
	 * Let the code that runs on this thread, with the process bound, last until a stage
	 * completes.
	 */
	public void lastUntil(CompletionStage<?> stage) {
		this.activities.lastUntil(stage);
	}

	/**
	 * Hand in a call, to be run with the process bound: serially, or at once if the type
	 * is concurrent. A {@link ProcessCall} learns if it is dropped. May be called from
	 * any thread.
	 * @param call the call, which handles what it throws
	 * @return {@code false} if the mailbox is full or the process is not open
	 */
	public boolean offer(Runnable call) {
		return this.mailbox.offer(call);
	}

	/**
	 * Take a call back that has not begun. May be called from any thread.
	 * @return {@code false} if it does not wait in the mailbox
	 */
	public boolean withdraw(ProcessCall call) {
		return this.mailbox.withdraw(call);
	}

	/**
	 * Interrupt a call, if it runs now. May be called from any thread.
	 */
	public void interrupt(ProcessCall call) {
		this.activities.interrupt(call);
	}

	/**
	 * A call begins. If it has waited behind a tick for more than half its timeout, that
	 * is said in the log, once a type. Called by the thread that runs it.
	 * @param arrival when it was handed in, on the loop's monotonic clock
	 * @param timeout how long its caller waits, in nanoseconds
	 */
	public void callBegins(long arrival, long timeout) {
		this.ticks.callBegins(arrival, timeout);
	}

	/**
	 * Tell the process that it lost a name: a {@link NameConflictAware} one is told,
	 * serially with calls; another one is stopped. Called on the loop.
	 * @param conflict what it lost
	 */
	public void signalConflict(NameConflict conflict) {
		if (instance() instanceof NameConflictAware aware) {
			this.mailbox.put(() -> aware.onNameConflict(conflict), false);
		}
		else {
			stop(StopReason.NAME_CONFLICT, false, (state) -> {
			});
		}
	}

	/**
	 * Return how long it is to the next ticks, for the node to which it is handed over
	 * (T7). Called on the loop.
	 * @return by the keys of its schedules, in nanoseconds
	 */
	public SortedMap<String, Long> remainingTicks() {
		return this.ticks.remaining();
	}

	/**
	 * Return its schedules. Called on the loop.
	 * @return none before it is opened
	 */
	public List<Ticker> tickers() {
		return this.ticks.tickers();
	}

	Ownership ownership() {
		return this.ownership;
	}

	Ticks ticks() {
		return this.ticks;
	}

	Lifecycle lifecycle() {
		return this.lifecycle;
	}

	private void dropped(Runnable task) {
		if (task instanceof ProcessCall call) {
			this.lifecycle.dropped(call);
		}
	}

	private void failed(Throwable cause) {
		this.context.fail(cause);
	}

	@Override
	public String toString() {
		return "LocalProcess[id=" + id() + ", type=" + this.type.name() + ", epoch=" + epoch() + ", " + this.lifecycle
				+ "]";
	}

}
