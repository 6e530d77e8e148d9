package io.horde.supervisor.engine;

import java.util.concurrent.CompletableFuture;

import io.horde.crdt.Dot;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.StartResult;
import io.horde.supervisor.ownership.DesiredChild;
import io.horde.supervisor.ownership.Wanted;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * A start that a caller waits for. Confined to the loop.
 */
final class PendingStart {

	private final ChildSpec spec;

	private final Wanted wanted;

	private final CompletableFuture<StartResult> outcome = new CompletableFuture<>();

	private String followed;

	private @Nullable Dot dot;

	private boolean created;

	private boolean held;

	private EventLoop.@Nullable Timer end;

	PendingStart(ChildSpec spec, Wanted wanted) {
		this.spec = spec;
		this.wanted = wanted;
		this.followed = wanted.id();
	}

	ChildSpec spec() {
		return this.spec;
	}

	Wanted wanted() {
		return this.wanted;
	}

	String id() {
		return this.wanted.id();
	}

	DesiredChild child() {
		return this.wanted.spec();
	}

	/**
	 * Return the child that the caller gets: its own, or the one that has its name.
	 */
	String followed() {
		return this.followed;
	}

	void follow(String id) {
		this.followed = id;
	}

	/**
	 * Return the desired entry that this start wrote, or {@code null}.
	 */
	@Nullable Dot dot() {
		return this.dot;
	}

	void dot(Dot dot) {
		this.dot = dot;
	}

	boolean isCreated() {
		return this.created;
	}

	void created(boolean created) {
		this.created = created;
	}

	/**
	 * The child runs, and what is left is that another member holds its entry (R10).
	 */
	void held() {
		this.held = true;
	}

	boolean isHeld() {
		return this.held;
	}

	/**
	 * Tell whether its child is not there any more, and only the reason is waited for.
	 */
	boolean isAboutToEnd() {
		return this.end != null;
	}

	void endsWith(EventLoop.Timer end) {
		this.end = end;
	}

	void cancelEnd() {
		if (this.end != null) {
			this.end.cancel();
			this.end = null;
		}
	}

	boolean isDone() {
		return this.outcome.isDone();
	}

	/**
	 * Let a second start of the same id have the outcome of this one.
	 */
	void alsoFor(PendingStart other) {
		this.outcome.thenAccept(
				(result) -> other.complete(new StartResult(other.spec, result.process(), false, result.failure())));
	}

	/**
	 * Return what becomes of it; completes on the loop.
	 */
	CompletableFuture<StartResult> outcome() {
		return this.outcome;
	}

	void complete(StartResult result) {
		cancelEnd();
		this.outcome.complete(result);
	}

}
