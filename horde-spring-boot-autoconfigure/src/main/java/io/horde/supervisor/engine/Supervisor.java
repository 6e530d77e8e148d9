package io.horde.supervisor.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import io.horde.HordeException;
import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipSettings;
import io.horde.distribution.DistributionStrategy;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessExecutor;
import io.horde.process.engine.ProcessRuntime;
import io.horde.registry.engine.Registry;
import io.horde.replication.Replicator;
import io.horde.supervisor.ChildCounts;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.ChildStartException;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.PlacementExplanation;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.Redistribution;
import io.horde.supervisor.StartResult;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Modes;
import io.horde.supervisor.ownership.Placer;
import io.horde.supervisor.ownership.SupervisorSettings;
import io.horde.supervisor.ownership.UnknownOwners;
import io.horde.time.EventLoop;
import io.horde.time.clock.HybridLogicalClock;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;

/**
 * The children of a cluster, as one node has them.
 */
public final class Supervisor implements HordeSupervisor {

	private final EventLoop loop;

	private final ProcessRuntime runtime;

	private final ProcessExecutor executor;

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
		this.executor = executor;
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

	@Override
	public CompletableFuture<StartResult> startChild(ChildSpec spec) {
		HordeFuture<StartResult> future = new HordeFuture<>(this.executor);
		start(List.of(spec), (results) -> {
			StartResult result = results.get(0);
			HordeException failure = result.failure();
			if (failure != null) {
				future.completeExceptionally(failure);
			}
			else {
				future.complete(result);
			}
		});
		return future;
	}

	@Override
	public CompletableFuture<List<StartResult>> startChildren(Collection<ChildSpec> specs) {
		HordeFuture<List<StartResult>> future = new HordeFuture<>(this.executor);
		start(List.copyOf(specs), future::complete);
		return future;
	}

	private void start(List<ChildSpec> specs, Consumer<List<StartResult>> done) {
		if (specs.isEmpty()) {
			this.executor.execute(() -> done.accept(List.of()));
			return;
		}
		@Nullable StartResult[] results = new StartResult[specs.size()];
		List<PendingStart> starts = new ArrayList<>();
		int[] open = { specs.size() };
		Runnable finished = () -> {
			if (--open[0] == 0) {
				List<StartResult> list = new ArrayList<>();
				for (StartResult result : results) {
					if (result != null) {
						list.add(result);
					}
				}
				this.executor.execute(() -> done.accept(list));
			}
		};
		for (int i = 0; i < specs.size(); i++) {
			int index = i;
			ChildSpec spec = specs.get(i);
			try {
				starts.add(this.specs.encode(spec, (result) -> {
					results[index] = result;
					finished.run();
				}));
			}
			catch (HordeException ex) {
				results[index] = new StartResult(spec, null, false, ex);
			}
			catch (RuntimeException ex) {
				results[index] = new StartResult(spec, null, false,
						new ChildStartException("Child of " + spec + " was not started: " + ex, ex));
			}
		}
		this.loop.execute(() -> {
			for (int failed = specs.size() - starts.size(); failed > 0; failed--) {
				finished.run();
			}
			this.core.starts().start(starts);
		});
	}

	@Override
	public CompletableFuture<Boolean> terminateChild(String id) {
		HordeFuture<Boolean> future = new HordeFuture<>(this.executor);
		this.loop.execute(
				() -> this.core.terminations().terminate(id, (existed, failure) -> complete(future, existed, failure)));
		return future;
	}

	@Override
	public CompletableFuture<ProcessRef> moveChild(String id, String memberName) {
		HordeFuture<ProcessRef> future = new HordeFuture<>(this.executor);
		this.loop.execute(
				() -> this.core.moves().move(id, memberName, (process, failure) -> complete(future, process, failure)));
		return future;
	}

	@Override
	public CompletableFuture<Void> leave() {
		HordeFuture<Void> future = new HordeFuture<>(this.executor);
		this.loop.execute(() -> this.core.leave().thenRun(() -> this.executor.execute(() -> future.complete(null))));
		return future;
	}

	private <T extends @Nullable Object> void complete(CompletableFuture<T> future, T value,
			@Nullable HordeException failure) {
		this.executor.execute(() -> {
			if (failure != null) {
				future.completeExceptionally(failure);
			}
			else {
				future.complete(value);
			}
		});
	}

	@Override
	public Optional<ProcessRef> child(String id) {
		return Optional.ofNullable(this.core.table().row(id));
	}

	@Override
	public Stream<ProcessRef> children() {
		return this.core.table().rows();
	}

	@Override
	public ChildCounts countChildren() {
		return this.core.table().counts();
	}

	@Override
	public <T> Stream<T> localInstances(Class<T> type) {
		return this.runtime.processes()
			.stream()
			.filter(LocalProcess::isOpen)
			.map(LocalProcess::instance)
			.filter(type::isInstance)
			.map(type::cast);
	}

	@Override
	public PlacementExplanation explain(String id) {
		return this.core.explain(id);
	}

	@Override
	public Redistribution redistribution() {
		return this.core.redistributor();
	}

}
