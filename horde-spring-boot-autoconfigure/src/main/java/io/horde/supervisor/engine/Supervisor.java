package io.horde.supervisor.engine;

import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipSettings;
import io.horde.distribution.DistributionStrategy;
import io.horde.process.engine.ProcessExecutor;
import io.horde.process.engine.ProcessRuntime;
import io.horde.registry.engine.Registry;
import io.horde.replication.Replicator;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Modes;
import io.horde.supervisor.ownership.Placer;
import io.horde.supervisor.ownership.SupervisorSettings;
import io.horde.supervisor.ownership.UnknownOwners;
import io.horde.time.EventLoop;
import io.horde.time.clock.HybridLogicalClock;
import io.horde.wire.Payloads;

/**
 * The children of a cluster, as one node has them. Users reach it through
 * {@link CurrentSupervisor}.
 */
public final class Supervisor {

	private final EventLoop loop;

	private final ProcessRuntime runtime;

	private final SpecEncoder specs;

	private final SupervisorCore core;

	private final Modes modes;

	/**
	 * Creates a supervisor. Its maps and listeners are added to the replicator and the
	 * membership, so neither may be started yet.
	 * @param loop the event loop
	 * @param membership the members
	 * @param replicator carries the children
	 * @param clock the source of epochs
	 * @param runtime the processes of this node
	 * @param executor runs users' code
	 * @param registry the names of processes
	 * @param payloads encodes arguments
	 * @param strategies the distribution strategies by name; throws for an unknown one
	 * @param membershipSettings settings of the membership
	 * @param settings the settings
	 * @param seed for random ids and jitter
	 */
	public Supervisor(EventLoop loop, Membership membership, Replicator replicator, HybridLogicalClock clock,
			ProcessRuntime runtime, ProcessExecutor executor, Registry registry, Payloads payloads,
			Function<String, DistributionStrategy> strategies, MembershipSettings membershipSettings,
			SupervisorSettings settings, long seed) {
		this.loop = loop;
		this.runtime = runtime;
		SplittableRandom random = new SplittableRandom(seed);
		UnknownOwners unknownOwners = new UnknownOwners(loop, membership, membershipSettings.silenceTimeout());
		Ledger ledger = new Ledger(membership, replicator, clock, unknownOwners);
		Placer placer = new Placer(loop, executor, runtime.factory(), strategies, settings.distribution(),
				membership.view(), membership.leases().isEnabled());
		Modes modes = new Modes(membership, placer, runtime.factory());
		ledger.quorumTypes(modes::ofStatic);
		this.modes = modes;
		this.specs = new SpecEncoder(runtime.factory(), payloads, modes, random.split());
		this.core = new SupervisorCore(new Commons(loop, ledger, placer, settings), modes, runtime, registry,
				unknownOwners, membershipSettings.heartbeatInterval(), random.nextLong());
	}

	/**
	 * Start to supervise. Called on the loop, before the replicator starts.
	 */
	public void start() {
		this.core.start();
	}

	/**
	 * Stop all processes of this node at once, without handing them over. Called on the
	 * loop.
	 * @return completes on the loop when they have ended
	 */
	public CompletableFuture<Void> stop() {
		return this.core.stop();
	}

	/**
	 * Add a listener. May be called from any thread.
	 * @param listener the listener
	 */
	public void addListener(SupervisorListener listener) {
		this.core.events().add(listener);
	}

	/**
	 * Return what this supervisor has done. May be called from any thread.
	 * @return live counters
	 */
	public SupervisorCounters counters() {
		return this.core.counters();
	}

	/**
	 * Return the types of which children run under another consistency mode than this
	 * node's annotation says, because they were created before it was changed: it takes
	 * effect when they are terminated and started again (Q1). May be called from any
	 * thread.
	 * @return names of types
	 */
	public Set<String> typesInAnotherMode() {
		return this.modes.differing();
	}

	/**
	 * Start a child that waits for its next start, in particular a quarantined one.
	 * @param id the id of the child
	 */
	public void restart(String id) {
		this.loop.execute(() -> this.core.restart(id));
	}

	/**
	 * Hand all processes over. Called on the loop.
	 * @return completes on the loop when that is done, or the drain timeout has passed
	 */
	public CompletableFuture<Void> leave() {
		return this.core.leave();
	}

	EventLoop loop() {
		return this.loop;
	}

	ProcessRuntime runtime() {
		return this.runtime;
	}

	SpecEncoder specs() {
		return this.specs;
	}

	SupervisorCore core() {
		return this.core;
	}

}
