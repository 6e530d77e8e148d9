package io.horde.autoconfigure;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.horde.HordeException;
import io.horde.node.CurrentNode;
import io.horde.supervisor.ChildCounts;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.PlacementExplanation;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.Redistribution;
import io.horde.supervisor.StartResult;

/**
 * The supervisor as the application sees it: that of the node that runs at present.
 */
final class SupervisorFacade implements HordeSupervisor {

	private final CurrentNode node;

	private final Redistribution redistribution = new CurrentRedistribution();

	SupervisorFacade(CurrentNode node) {
		this.node = node;
	}

	private HordeSupervisor current() {
		return this.node.require().supervisor();
	}

	/*
	 * What may cross the network fails by its future only.
	 */
	private static <T> CompletableFuture<T> future(Supplier<CompletableFuture<T>> call) {
		try {
			return call.get();
		}
		catch (HordeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	@Override
	public CompletableFuture<StartResult> startChild(ChildSpec spec) {
		return future(() -> current().startChild(spec));
	}

	@Override
	public CompletableFuture<List<StartResult>> startChildren(Collection<ChildSpec> specs) {
		return future(() -> current().startChildren(specs));
	}

	@Override
	public CompletableFuture<Boolean> terminateChild(String id) {
		return future(() -> current().terminateChild(id));
	}

	@Override
	public CompletableFuture<ProcessRef> moveChild(String id, String memberName) {
		return future(() -> current().moveChild(id, memberName));
	}

	@Override
	public CompletableFuture<Void> leave() {
		return future(() -> current().leave());
	}

	@Override
	public Optional<ProcessRef> child(String id) {
		return current().child(id);
	}

	@Override
	public Stream<ProcessRef> children() {
		return current().children();
	}

	@Override
	public ChildCounts countChildren() {
		return current().countChildren();
	}

	@Override
	public <T> Stream<T> localInstances(Class<T> type) {
		return current().localInstances(type);
	}

	@Override
	public PlacementExplanation explain(String id) {
		return current().explain(id);
	}

	@Override
	public Redistribution redistribution() {
		return this.redistribution;
	}

	private final class CurrentRedistribution implements Redistribution {

		@Override
		public void pause() {
			current().redistribution().pause();
		}

		@Override
		public void resume() {
			current().redistribution().resume();
		}

		@Override
		public boolean isPaused() {
			return current().redistribution().isPaused();
		}

		@Override
		public Map<String, String> preview() {
			return current().redistribution().preview();
		}

	}

}
