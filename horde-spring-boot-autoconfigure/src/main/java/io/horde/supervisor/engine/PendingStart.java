package io.horde.supervisor.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.horde.crdt.Dot;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.StartResult;
import io.horde.supervisor.ownership.DesiredChild;
import io.horde.supervisor.ownership.Wanted;
import org.jspecify.annotations.Nullable;

/**
 * A start that a caller waits for. Confined to the loop.
 */
final class PendingStart {

	private final ChildSpec spec;

	private final Wanted wanted;

	private final Consumer<StartResult> outcome;

	private final List<PendingStart> others = new ArrayList<>(0);

	private String followed;

	private @Nullable Dot dot;

	private boolean created;

	private boolean held;

	private boolean done;

	PendingStart(ChildSpec spec, Wanted wanted, Consumer<StartResult> outcome) {
		this.spec = spec;
		this.wanted = wanted;
		this.outcome = outcome;
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

	boolean isDone() {
		return this.done;
	}

	/**
	 * Let a second start of the same id have the outcome of this one.
	 */
	void alsoFor(PendingStart other) {
		this.others.add(other);
	}

	void complete(StartResult result) {
		if (this.done) {
			return;
		}
		this.done = true;
		this.outcome.accept(result);
		for (PendingStart other : this.others) {
			other.complete(new StartResult(other.spec, result.process(), false, result.failure()));
		}
	}

}
