package io.horde.supervisor.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.horde.HordeException;
import io.horde.process.engine.HordeFuture;
import io.horde.process.engine.LocalProcess;
import io.horde.supervisor.ChildCounts;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.ChildStartException;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.PlacementExplanation;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.Redistribution;
import io.horde.supervisor.StartResult;
import org.jspecify.annotations.Nullable;

/**
 * The supervisor as users see it: that of the node that runs at present. Results come on
 * the process executor, never on the loop.
 */
public final class CurrentSupervisor implements HordeSupervisor {

	private final Supplier<Supervisor> current;

	private final Redistribution redistribution = new CurrentRedistribution();

	/**
	 * Creates the face of nodes that follow each other, or of one.
	 * @param current returns the supervisor, or throws a {@link HordeException} if no
	 * node runs
	 */
	public CurrentSupervisor(Supplier<Supervisor> current) {
		this.current = current;
	}

	/**
	 * Ask for what may cross the network, and so fails by its future only.
	 */
	private <T extends @Nullable Object> CompletableFuture<T> future(
			Function<Supervisor, CompletableFuture<T>> question) {
		Supervisor supervisor;
		try {
			supervisor = this.current.get();
		}
		catch (HordeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return HordeFuture.of(question.apply(supervisor), Function.identity(), supervisor.runtime().executor());
	}

	private <T extends @Nullable Object> CompletableFuture<T> onLoop(
			Function<Supervisor, CompletableFuture<T>> question) {
		return future((supervisor) -> CompletableFuture
			.supplyAsync(() -> supervisor.ask(question), supervisor.loop()::execute)
			.thenCompose(Function.identity()));
	}

	@Override
	public CompletableFuture<StartResult> startChild(ChildSpec spec) {
		return future((supervisor) -> start(supervisor, List.of(spec)).thenApply((results) -> {
			StartResult result = results.get(0);
			if (result.failure() != null) {
				throw result.failure();
			}
			return result;
		}));
	}

	@Override
	public CompletableFuture<List<StartResult>> startChildren(Collection<ChildSpec> specs) {
		return future((supervisor) -> start(supervisor, List.copyOf(specs)));
	}

	private static CompletableFuture<List<StartResult>> start(Supervisor supervisor, List<ChildSpec> specs) {
		List<CompletableFuture<StartResult>> results = new ArrayList<>();
		List<PendingStart> starts = new ArrayList<>();
		for (ChildSpec spec : specs) {
			try {
				PendingStart start = supervisor.specs().encode(spec);
				starts.add(start);
				results.add(start.outcome());
			}
			catch (HordeException ex) {
				results.add(failed(spec, ex));
			}
			catch (RuntimeException ex) {
				results.add(failed(spec, new ChildStartException("Child of " + spec + " was not started: " + ex, ex)));
			}
		}
		if (!starts.isEmpty()) {
			supervisor.loop().execute(() -> supervisor.starts().start(starts));
		}
		return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
			.thenApply((done) -> results.stream().map(CompletableFuture::join).toList());
	}

	private static CompletableFuture<StartResult> failed(ChildSpec spec, HordeException failure) {
		return CompletableFuture.completedFuture(new StartResult(spec, null, false, failure));
	}

	@Override
	public CompletableFuture<Boolean> terminateChild(String id) {
		return onLoop((supervisor) -> supervisor.terminations().terminate(id));
	}

	@Override
	public CompletableFuture<ProcessRef> moveChild(String id, String memberName) {
		return onLoop((supervisor) -> supervisor.moves().move(id, memberName));
	}

	@Override
	public CompletableFuture<Void> leave() {
		return future((supervisor) -> CompletableFuture.supplyAsync(supervisor::leave, supervisor.loop()::execute)
			.thenCompose(Function.identity()));
	}

	@Override
	public Optional<ProcessRef> child(String id) {
		return Optional.ofNullable(this.current.get().table().row(id));
	}

	@Override
	public Stream<ProcessRef> children() {
		return this.current.get().table().rows();
	}

	@Override
	public ChildCounts countChildren() {
		return this.current.get().table().counts();
	}

	@Override
	public <T> Stream<T> localInstances(Class<T> type) {
		return this.current.get()
			.runtime()
			.processes()
			.stream()
			.filter(LocalProcess::isOpen)
			.map(LocalProcess::instance)
			.filter(type::isInstance)
			.map(type::cast);
	}

	@Override
	public PlacementExplanation explain(String id) {
		return this.current.get().explain(id);
	}

	@Override
	public Redistribution redistribution() {
		return this.redistribution;
	}

	/**
	 * The redistribution of the node that runs at present.
	 */
	private final class CurrentRedistribution implements Redistribution {

		private Redistributor redistributor() {
			return CurrentSupervisor.this.current.get().redistributor();
		}

		@Override
		public void pause() {
			redistributor().pause();
		}

		@Override
		public void resume() {
			redistributor().resume();
		}

		@Override
		public boolean isPaused() {
			return redistributor().isPaused();
		}

		@Override
		public Map<String, String> preview() {
			return redistributor().preview();
		}

	}

}
