package io.horde.registry.calls;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.payload.PayloadTooLargeException;
import io.horde.process.engine.CurrentProcess;
import io.horde.registry.names.NameRegistration;
import io.horde.time.EventLoop;
import io.horde.wire.Payloads;
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
	 * run the call (N4). The outcome is a future that is completed once, by whoever is
	 * first: the answer, the deadline, the loss of the node, or a caller that gave up.
	 * Everything else here belongs to the event loop.
	 */

	private final String name;

	private final @Nullable Versioned<NameRegistration> member;

	private final ApiMethod method;

	private final Class<?> api;

	private final @Nullable Object[] arguments;

	private final List<String> chain;

	private final Map<String, String> headers = new TreeMap<>();

	private final long start;

	private final long timeout;

	private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

	private volatile @Nullable List<byte[]> encoded;

	private EventLoop.@Nullable Timer deadline;

	private EventLoop.@Nullable Timer retry;

	private @Nullable ReplicaId peer;

	private long id;

	private boolean sent;

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
		this.arguments = arguments;
		this.chain = CallChain.of(CurrentProcess.get());
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

	@Nullable Object[] arguments() {
		return this.arguments;
	}

	/**
	 * Tell whether nobody waits for it.
	 */
	boolean isOneWay() {
		return this.member != null || this.method.oneWay();
	}

	List<String> chain() {
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

	/**
	 * Return whether any argument must be copied on the way to a process of this node.
	 * @return {@code false} if all are immutable
	 */
	boolean copiesArguments() {
		for (boolean copied : this.method.copied()) {
			if (copied) {
				return true;
			}
		}
		return false;
	}

	boolean isEncoded() {
		return this.encoded != null;
	}

	/**
	 * Encode the arguments, unless that was done. Not called on the event loop, since a
	 * codec may be the user's.
	 * @param payloads the codec
	 * @throws io.horde.wire.PayloadException if an argument, or all together, can't be
	 * sent
	 */
	void encode(Payloads payloads) {
		if (this.encoded != null) {
			return;
		}
		List<byte[]> bytes = new ArrayList<>(this.arguments.length);
		long size = 0;
		for (int i = 0; i < this.arguments.length; i++) {
			byte[] argument = payloads.encode(this.arguments[i],
					"argument " + (i + 1) + " of " + this.method.describe());
			size += argument.length;
			bytes.add(argument);
		}
		if (size > payloads.maxSize()) {
			throw new PayloadTooLargeException("the arguments of " + this.method.describe() + " together",
					(int) Math.min(size, Integer.MAX_VALUE), payloads.maxSize());
		}
		this.encoded = bytes;
	}

	List<byte[]> encoded() {
		List<byte[]> encoded = this.encoded;
		if (encoded == null) {
			throw new IllegalStateException("The arguments of " + this.method.describe() + " are not encoded");
		}
		return encoded;
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

	int countRetry() {
		return this.retries++;
	}

	void sent(ReplicaId peer, long id) {
		this.peer = peer;
		this.id = id;
		this.sent = true;
		this.tracked = true;
	}

	void notSent() {
		this.peer = null;
		this.sent = false;
	}

	void blockedBy(ReplicaId peer) {
		this.peer = peer;
		this.sent = false;
		this.tracked = true;
	}

	@Nullable ReplicaId peer() {
		return this.peer;
	}

	long id() {
		return this.id;
	}

	boolean isSent() {
		return this.sent;
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
	 * Describe the call for a message.
	 * @return the method, the name and who is waiting for it
	 */
	String describe() {
		String callers = (this.chain.isEmpty()) ? "" : " (called by " + String.join(" -> ", this.chain) + ")";
		return this.method.describe() + " of '" + this.name + "'" + callers;
	}

}
