package io.horde.registry.calls;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.payload.PayloadException;
import io.horde.registry.CallInterceptor.CallInfo;
import io.horde.registry.names.NameRegistration;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * One call of this node, from the proxy to its outcome.
 */
final class OutgoingCall {

	/*
	 * Where a call can be:
	 *
	 * NEW -> (waiting for a name | blocked by a full window)* -> sent -> done
	 *
	 * Back from sent to waiting only when the receiver says that it did not and will not
	 * run the call (N4), or when its outcome is unknown and it may run again (N6). The
	 * outcome is a future that is completed once, by whoever is first: the answer, the
	 * deadline, the loss of the node, or a caller that gave up. Whether it has begun is
	 * decided at one place, so that whoever gives up knows (N9). Everything else here
	 * belongs to the event loop.
	 */

	/*-
	 *        .---- refused, or lost and made again ----.
	 *        v                                         |
	 *     WAITING ---- its request is sent ---------> SENT
	 *        |  `----- a process of this node -------> BEGUN
	 *        `-------- its caller gives up ----------> WITHDRAWN
	 */
	private enum Progress {

		WAITING, SENT, BEGUN, WITHDRAWN

	}

	private static final Duration FIRST_RETRY = Duration.ofMillis(5);

	private static final int LONGEST_RETRY_SHIFT = 6;

	private final String name;

	private final @Nullable Versioned<NameRegistration> member;

	private final ApiMethod method;

	private final Class<?> api;

	private final CallArguments arguments;

	private final CallChain chain;

	private final Map<String, String> headers = new TreeMap<>();

	private final long start;

	private final long timeout;

	private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

	private EventLoop.@Nullable Timer deadline;

	private EventLoop.@Nullable Timer retry;

	private @Nullable ReplicaId peer;

	private long id;

	private final AtomicReference<Progress> progress = new AtomicReference<>(Progress.WAITING);

	private volatile @Nullable LocalExecution execution;

	/**
	 * Whether the outcome of an earlier attempt is unknown.
	 */
	private volatile boolean tried;

	private int repetitions;

	private volatile boolean tracked;

	private volatile boolean refused;

	private int retries;

	private long waitingSince = -1;

	/**
	 * Creates a call of the process that runs on this thread, if one does.
	 * @param name the name, or the group
	 * @param member the member of the group, or {@code null} for a call by name
	 * @param api the interface
	 * @param method the method
	 * @param arguments the arguments
	 * @param start when it began, on the loop's monotonic clock
	 * @param timeout nanoseconds
	 */
	OutgoingCall(String name, @Nullable Versioned<NameRegistration> member, Class<?> api, ApiMethod method,
			@Nullable Object[] arguments, long start, long timeout) {
		this.name = name;
		this.member = member;
		this.api = api;
		this.method = method;
		this.arguments = new CallArguments(method, arguments);
		this.chain = CallChain.of(start, isOneWay() || method.asynchronous() ? 0 : timeout);
		this.start = start;
		this.timeout = timeout;
	}

	String name() {
		return this.name;
	}

	@Nullable Versioned<NameRegistration> member() {
		return this.member;
	}

	ApiMethod method() {
		return this.method;
	}

	Class<?> api() {
		return this.api;
	}

	CallArguments arguments() {
		return this.arguments;
	}

	CallInfo info() {
		return new CallInfo(this.api.getSimpleName(), this.method.name(), this.name, isOneWay());
	}

	/**
	 * Tell whether nobody waits for it.
	 */
	boolean isOneWay() {
		return this.member != null || this.method.oneWay();
	}

	CallChain chain() {
		return this.chain;
	}

	/**
	 * Return what interceptors give along.
	 */
	Map<String, String> headers() {
		return this.headers;
	}

	long timeout() {
		return this.timeout;
	}

	/**
	 * Return how long the caller still waits.
	 * @param now the loop's monotonic clock
	 * @return nanoseconds, not above zero if the deadline has passed
	 */
	long remaining(long now) {
		return this.timeout - (now - this.start);
	}

	CompletableFuture<Outcome> outcome() {
		return this.outcome;
	}

	boolean isDone() {
		return this.outcome.isDone();
	}

	void deadline(EventLoop.Timer timer) {
		this.deadline = timer;
	}

	void cancelDeadline() {
		if (this.deadline != null) {
			this.deadline.cancel();
		}
	}

	void retry(EventLoop.Timer timer) {
		cancelRetry();
		this.retry = timer;
	}

	void cancelRetry() {
		if (this.retry != null) {
			this.retry.cancel();
			this.retry = null;
		}
	}

	/**
	 * Return how long to wait before the next attempt.
	 */
	Duration nextDelay() {
		return FIRST_RETRY.multipliedBy(1L << Math.min(this.retries++, LONGEST_RETRY_SHIFT));
	}

	void sent(ReplicaId peer, long id) {
		this.peer = peer;
		this.id = id;
		this.tracked = true;
	}

	/**
	 * A request is about to be sent.
	 * @return {@code false} if its caller has given up
	 */
	boolean sending() {
		return this.progress.compareAndSet(Progress.WAITING, Progress.SENT);
	}

	/**
	 * The request was not sent, or won't run.
	 */
	void notSent() {
		this.peer = null;
		this.progress.compareAndSet(Progress.SENT, Progress.WAITING);
	}

	/**
	 * The outcome of the request is unknown, and it is made again.
	 */
	void again() {
		this.tried = true;
		this.repetitions++;
		notSent();
	}

	int repetitions() {
		return this.repetitions;
	}

	/**
	 * Tell whether an earlier attempt may have run.
	 */
	boolean wasTried() {
		return this.tried;
	}

	/**
	 * A process of this node begins to run the call. Called on its thread.
	 * @return {@code false} if its caller has given up
	 */
	boolean begin() {
		return isOneWay() || this.progress.compareAndSet(Progress.WAITING, Progress.BEGUN);
	}

	/**
	 * Its caller gives up. If it has not begun it never will from now on. May be called
	 * from any thread.
	 * @return whether it may have run, or may still run
	 */
	boolean giveUp() {
		this.progress.compareAndSet(Progress.WAITING, Progress.WITHDRAWN);
		return this.tried || this.progress.get() != Progress.WITHDRAWN;
	}

	boolean hasBegunHere() {
		return this.progress.get() == Progress.BEGUN;
	}

	/**
	 * A process of this node has got the call.
	 */
	void offered(LocalExecution execution) {
		this.execution = execution;
	}

	@Nullable LocalExecution execution() {
		return this.execution;
	}

	void blockedBy(ReplicaId peer) {
		this.peer = peer;
		this.tracked = true;
	}

	@Nullable ReplicaId peer() {
		return this.peer;
	}

	long id() {
		return this.id;
	}

	boolean isSent() {
		return this.progress.get() == Progress.SENT;
	}

	void refused() {
		this.refused = true;
	}

	boolean wasRefused() {
		return this.refused;
	}

	/**
	 * Tell whether the loop has ever had to keep the call.
	 * @return whether there may be something to clean up when it is done
	 */
	boolean isTracked() {
		return this.tracked;
	}

	/**
	 * Return since when the call has been waiting for a process that is not there.
	 * @param now the loop's monotonic clock
	 * @return now, if it has not waited before
	 */
	long waitingSince(long now) {
		this.tracked = true;
		if (this.waitingSince == -1) {
			this.waitingSince = now;
		}
		return this.waitingSince;
	}

	/**
	 * Return what the caller gets if its arguments can't be encoded, because the code of
	 * a class fails or is missing.
	 */
	PayloadException unsendable(Throwable cause) {
		return new PayloadException(
				"The arguments of the call " + describe() + " can't be sent: " + cause.getClass().getName(), cause);
	}

	/**
	 * Describe the call for a message.
	 * @return the method, the name and who is waiting for it
	 */
	String describe() {
		String callers = this.chain.isEmpty() ? "" : " (called by " + this.chain + ")";
		return this.method.describe() + " of '" + this.name + "'" + callers;
	}

}
