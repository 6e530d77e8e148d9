package io.horde.test;

import io.horde.process.ProcessContext;
import io.horde.process.StateHandoff;
import org.jspecify.annotations.Nullable;

/**
 * One real run of a process in a simulation, from its creation to its destruction. It
 * counts how often it was handed over.
 */
final class SimulatedProcess implements StateHandoff<SimulatedProcess.State> {

	private final ProcessContext context;

	private final SimulatedEventLoop loop;

	private final long createdAt;

	private int moves;

	private byte @Nullable [] bulk;

	private boolean destroyed;

	private boolean working;

	private boolean ownerAtTheEnd;

	private final @Nullable Integer argument;

	SimulatedProcess(ProcessContext context, SimulatedEventLoop loop, long createdAt, @Nullable Integer argument) {
		this.context = context;
		this.loop = loop;
		this.createdAt = createdAt;
		this.argument = argument;
	}

	@Override
	public State handOff() {
		return new State(this.moves + 1, this.bulk);
	}

	@Override
	public void takeOver(State state) {
		this.moves = state.moves();
		this.bulk = state.bulk();
	}

	/**
	 * Let it have a state of about a size.
	 */
	void bloat(byte[] bulk) {
		this.bulk = bulk;
	}

	void destroyed() {
		this.destroyed = true;
		this.ownerAtTheEnd = this.context.isOwner();
	}

	/**
	 * Tell whether this run has not ended, be it by destruction or by the death of its
	 * node.
	 */
	boolean isRunning() {
		return !this.destroyed && this.loop.isAlive();
	}

	/**
	 * Note that its work has begun.
	 */
	void begin() {
		this.working = true;
	}

	/**
	 * Tell whether its work has begun.
	 */
	boolean isWorking() {
		return this.working;
	}

	/**
	 * Tell whether its node has not died.
	 */
	boolean isAlive() {
		return this.loop.isAlive();
	}

	/**
	 * Tell whether it was owner when it was destroyed.
	 */
	boolean wasOwnerAtTheEnd() {
		return this.ownerAtTheEnd;
	}

	@Nullable Integer argument() {
		return this.argument;
	}

	/**
	 * Tell whether its node is paused or suspended, so that it can do nothing.
	 */
	boolean isStandingStill() {
		return this.loop.isPaused();
	}

	String id() {
		return this.context.id();
	}

	String machine() {
		return this.loop.machine();
	}

	String node() {
		return this.context.node();
	}

	ProcessContext context() {
		return this.context;
	}

	long createdAt() {
		return this.createdAt;
	}

	int moves() {
		return this.moves;
	}

	@Override
	public String toString() {
		return id() + " on " + node() + " with epoch " + this.context.fencingToken();
	}

	/**
	 * What is handed over.
	 *
	 * @param moves how often it was
	 * @param bulk what else there is
	 */
	record State(int moves, byte @Nullable [] bulk) {

	}

}
