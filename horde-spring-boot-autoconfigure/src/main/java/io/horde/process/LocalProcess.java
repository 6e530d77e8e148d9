package io.horde.process;

import java.util.function.Consumer;

import io.horde.Internal;
import org.jspecify.annotations.Nullable;

/**
 * One process on this node, from the order to start it to its end.
 */
@Internal
public final class LocalProcess {

	LocalProcess() {
	}

	/**
	 * Return the process that a context belongs to.
	 * @param context the context, as it was injected
	 * @return the process, or {@code null} if the context is not one of this runtime's
	 */
	public static @Nullable LocalProcess of(ProcessContext context) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return the order with which the process was started.
	 * @return the order
	 */
	public StartOrder order() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return the child's id.
	 * @return the id
	 */
	public String id() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return the process type.
	 * @return the type; for one that this node can't run, a type with nothing but its
	 * name
	 */
	public ProcessType type() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return the name under which the process is registered.
	 * @return the name, or {@code null}
	 */
	public @Nullable String name() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return the number of the instance.
	 * @return the number
	 */
	public int instanceNumber() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return the epoch of this run.
	 * @return the epoch
	 */
	public long epoch() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return the process's view of itself.
	 * @return the context
	 */
	public ProcessContext context() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return the instance. May be called from any thread.
	 * @return the bean, or {@code null} if it is not created yet or already being
	 * destroyed
	 */
	public @Nullable Object instance() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Open the mailbox, let {@code run()} begin, and make the process the owner. Called
	 * once, on the loop, after {@link ProcessListener#created}. An end that the process
	 * asked for while it started takes place now.
	 */
	public void open() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Tell whether the process accepts calls. May be called from any thread.
	 * @return {@code true} from {@link #open()} to the begin of the stop
	 */
	public boolean isOpen() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Tell whether the process may act for the cluster. May be called from any thread.
	 * @return what {@link ProcessContext#isOwner()} says
	 */
	public boolean isOwner() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Make {@link ProcessContext#isOwner()} false, at once and for good. Does not stop
	 * the process.
	 */
	public void revoke() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Let the process be owner until a point in time at most (quorum). It ends when
	 * either clock says so (Q9). An ended lease is not extended (Q4). Without this call
	 * the process is owner until it is revoked. Called on the loop.
	 * @param untilNanoTime in terms of the loop's monotonic clock
	 */
	public void lease(long untilNanoTime) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Stop the process: it is no longer owner at once, waiting calls are dropped, the
	 * running one may finish, its state is handed off if wanted, its bean is destroyed.
	 * What takes longer than the shutdown timeout is interrupted. Called on the loop; the
	 * first reason counts.
	 * @param reason why
	 * @param handOff whether to ask a {@link StateHandoff} for its state
	 * @param stopped called on the loop when the process has ended, after the listener,
	 * with the encoded state, or {@code null} if there is none
	 */
	public void stop(StopReason reason, boolean handOff, Consumer<byte @Nullable []> stopped) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Ask a {@link StateHandoff} for its state, serially with calls, and go on.
	 * @param checkpoint called on the loop with the encoded state; not called if there is
	 * none
	 */
	public void checkpoint(Consumer<byte[]> checkpoint) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Hand in a call, to be run with the process bound: serially, or at once if the type
	 * is concurrent. A {@link ProcessCall} learns if it is dropped. May be called from
	 * any thread.
	 * @param call the call, which handles what it throws
	 * @return {@code false} if the mailbox is full or the process is not open
	 */
	public boolean offer(Runnable call) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Tell the process that it lost a name: a {@link NameConflictAware} one is told,
	 * serially with calls; another one is stopped. Called on the loop.
	 * @param conflict what it lost
	 */
	public void signalConflict(NameConflict conflict) {
		throw new UnsupportedOperationException();
	}

}
