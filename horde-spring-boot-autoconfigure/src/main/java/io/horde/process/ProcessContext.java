package io.horde.process;

import java.time.Duration;
import java.util.Optional;

/**
 * A process's view of itself. Inject it into the process. All methods may be called from
 * any thread.
 */
public interface ProcessContext {

	/**
	 * Return the id of the child, unique in the cluster.
	 * @return the id
	 */
	String id();

	/**
	 * Return the process type.
	 * @return the bean name
	 */
	String type();

	/**
	 * Return the name under which the process is registered.
	 * @return the name, or empty
	 */
	Optional<String> name();

	/**
	 * Return the number of the instance.
	 * @return 0 to {@code instances - 1} for a static child, else 0
	 */
	int instance();

	/**
	 * Return the name of the node that runs the process.
	 * @return the node name
	 */
	String node();

	/**
	 * Tell whether the process may act for the cluster: it runs, no other node has taken
	 * it over, and (under quorum) its lease runs. Takes nanoseconds and no lock.
	 * <p>
	 * A process that stops in order (it moves, is terminated or restarted, its node
	 * leaves or the application is closed) stays owner until {@code @PreDestroy} has
	 * returned, so that what runs can end properly; but no longer than its shutdown
	 * timeout.
	 * <p>
	 * Without a quorum it is {@code false} also after a pause of the node that was longer
	 * than the silence timeout, until the other members have told what they did meanwhile
	 * (T10).
	 * @return {@code false} from the moment when the lease ends, when another run of the
	 * child has superseded this one, or when it is interrupted because its stop takes too
	 * long
	 */
	boolean isOwner();

	/**
	 * Tell whether the process was told to stop. What runs is awaited for the shutdown
	 * timeout; long work may look here and end early. {@code run()} is interrupted too.
	 * @return {@code true} from the begin of a stop on; {@code false} again if it was to
	 * move and did not, because its work took too long
	 */
	boolean isStopping();

	/**
	 * Return the remaining lease.
	 * @return zero if not owner; under AP a practically unbounded duration while owner
	 */
	Duration ownedFor();

	/**
	 * Return the fencing token, which is the epoch of this run: 53 bits, higher than
	 * those of all earlier runs that this node knew of. Under quorum it is unique and
	 * strictly growing; under AP two sides of a partition may hold equal ones, so there
	 * it is no fence (O3).
	 * @return the token
	 */
	long fencingToken();

	/**
	 * Return why the process was started here.
	 * @return the reason
	 */
	StartReason startReason();

	/**
	 * Run a task on the process executor, serially with calls, ticks and other such
	 * tasks, with this process as the current one. A task that throws fails the process.
	 * Dropped once the process is being stopped.
	 * @param task the task
	 * @throws io.horde.HordeException if as many tasks and calls wait as the mailbox
	 * holds
	 */
	void execute(Runnable task);

	/**
	 * Run a task like {@link #execute(Runnable)}, after a delay.
	 * @param delay how long to wait
	 * @param task the task
	 * @return to cancel it; it ends with the process in any case
	 */
	Cancellable schedule(Duration delay, Runnable task);

	/**
	 * Run a task like {@link #execute(Runnable)} again and again.
	 * @param delay how long to wait before the first and between the end of a run and the
	 * start of the next
	 * @param task the task
	 * @return to cancel it; it ends with the process in any case
	 */
	Cancellable scheduleWithFixedDelay(Duration delay, Runnable task);

	/**
	 * End the process normally. Returns at once; the process is stopped on another
	 * thread.
	 */
	void exit();

	/**
	 * End the process as failed. Returns at once; the process is stopped on another
	 * thread and started again as its restart policy says.
	 * @param cause what went wrong
	 */
	void fail(Throwable cause);

}
