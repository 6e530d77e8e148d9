package io.horde.supervisor.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.horde.HordeException;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessExecutor;
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

	private SupervisorCore core() {
		return this.current.get().core();
	}

	/**
	 * Ask for what may cross the network, and so fails by its future only.
	 */
	private <T extends @Nullable Object> CompletableFuture<T> future(Question<T> question) {
		Supervisor supervisor;
		try {
			supervisor = this.current.get();
		}
		catch (HordeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		ProcessExecutor executor = supervisor.runtime().executor();
		HordeFuture<T> future = new HordeFuture<>(executor);
		question.ask(supervisor, (result, failure) -> executor.execute(() -> {
			if (failure != null) {
				future.completeExceptionally(failure);
			}
			else {
				future.complete(result);
			}
		}));
		return future;
	}

	@Override
	public CompletableFuture<StartResult> startChild(ChildSpec spec) {
		return future((supervisor, answer) -> start(supervisor, List.of(spec),
				(results) -> answer.accept(results.get(0), results.get(0).failure())));
	}

	@Override
	public CompletableFuture<List<StartResult>> startChildren(Collection<ChildSpec> specs) {
		return future((supervisor, answer) -> start(supervisor, List.copyOf(specs),
				(results) -> answer.accept(results, null)));
	}

	private static void start(Supervisor supervisor, List<ChildSpec> specs, Consumer<List<StartResult>> done) {
		if (specs.isEmpty()) {
			done.accept(List.of());
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
				done.accept(list);
			}
		};
		for (int i = 0; i < specs.size(); i++) {
			int index = i;
			ChildSpec spec = specs.get(i);
			try {
				starts.add(supervisor.specs().encode(spec, (result) -> {
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
		supervisor.loop().execute(() -> {
			for (int failed = specs.size() - starts.size(); failed > 0; failed--) {
				finished.run();
			}
			supervisor.core().starts().start(starts);
		});
	}

	@Override
	public CompletableFuture<Boolean> terminateChild(String id) {
		return future((supervisor, answer) -> supervisor.loop()
			.execute(() -> supervisor.core().terminations().terminate(id, answer::accept)));
	}

	@Override
	public CompletableFuture<ProcessRef> moveChild(String id, String memberName) {
		return future((supervisor, answer) -> supervisor.loop()
			.execute(() -> supervisor.core().moves().move(id, memberName, answer::accept)));
	}

	@Override
	public CompletableFuture<Void> leave() {
		return future((supervisor, answer) -> supervisor.loop()
			.execute(() -> supervisor.leave().thenRun(() -> answer.accept(null, null))));
	}

	@Override
	public Optional<ProcessRef> child(String id) {
		return Optional.ofNullable(core().table().row(id));
	}

	@Override
	public Stream<ProcessRef> children() {
		return core().table().rows();
	}

	@Override
	public ChildCounts countChildren() {
		return core().table().counts();
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
		return core().explain(id);
	}

	@Override
	public Redistribution redistribution() {
		return this.redistribution;
	}

	/**
	 * Something that a supervisor answers later, on the loop.
	 *
	 * @param <T> the type of the answer
	 */
	private interface Question<T extends @Nullable Object> {

		void ask(Supervisor supervisor, BiConsumer<T, @Nullable HordeException> answer);

	}

	/**
	 * The redistribution of the node that runs at present.
	 */
	private final class CurrentRedistribution implements Redistribution {

		@Override
		public void pause() {
			core().redistributor().pause();
		}

		@Override
		public void resume() {
			core().redistributor().resume();
		}

		@Override
		public boolean isPaused() {
			return core().redistributor().isPaused();
		}

		@Override
		public Map<String, String> preview() {
			return core().redistributor().preview();
		}

	}

}
