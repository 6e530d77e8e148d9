package io.horde.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.horde.cluster.MemberSource;
import io.horde.discovery.DiscoveryCounters;
import io.horde.discovery.DiscoveryPoller;
import io.horde.supervisor.CurrentNode;
import io.horde.supervisor.HordeNode;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * Starts this node before, and stops it after everything that may use it.
 */
final class NodeLifecycle implements SmartLifecycle, DisposableBean {

	/**
	 * Before discovery clients register the application (0), so that they tell a port
	 * that is bound.
	 */
	static final int PHASE = -1000;

	private static final Logger logger = LoggerFactory.getLogger(NodeLifecycle.class);

	private final NodeFactory factory;

	private final CurrentNode current;

	private final MemberSource source;

	private final Duration discoveryInterval;

	private final DiscoveryCounters discoveryCounters;

	private @Nullable DiscoveryPoller poller;

	private @Nullable JoinOutcome outcome;

	NodeLifecycle(NodeFactory factory, CurrentNode current, MemberSource source, Duration discoveryInterval,
			DiscoveryCounters discoveryCounters) {
		this.factory = factory;
		this.current = current;
		this.source = source;
		this.discoveryInterval = discoveryInterval;
		this.discoveryCounters = discoveryCounters;
	}

	@Override
	public void start() {
		HordeNode node = this.factory.create(this.source);
		JoinOutcome outcome = new JoinOutcome(node);
		node.membership().addListener(outcome);
		this.outcome = outcome;
		this.current.set(node);
		try {
			node.start().join();
		}
		catch (CompletionException ex) {
			stop();
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : ex;
		}
		EventLoop loop = this.factory.loop();
		DiscoveryPoller poller = new DiscoveryPoller(this.source, this.discoveryInterval,
				(candidates) -> loop.execute(() -> node.membership().candidates(candidates)),
				(reason) -> loop.execute(() -> node.membership().candidatesFailed(reason)), this.discoveryCounters);
		this.poller = poller;
		poller.start();
		logger.info("This is node '{}' of cluster '{}' at {}, pid {}. {}", node.cluster().self().name(),
				node.settings().membership().clusterName(), node.cluster().self().address(),
				ProcessHandle.current().pid(), this.source.expectsOthers()
						? "Other nodes are looked for by " + this.source.description() : "It looks for no other nodes");
		logger.info("In this cluster {}", node.membership().bounds().describe());
	}

	/**
	 * Let processes run, and wait until this node takes part.
	 * @throws RuntimeException if it must not
	 */
	void admit() {
		HordeNode node = this.current.require();
		JoinOutcome outcome = this.outcome;
		node.admit();
		if (outcome != null) {
			outcome.await();
		}
	}

	@Override
	public void stop() {
		stopNode().join();
	}

	@Override
	public void stop(Runnable callback) {
		stopNode().whenComplete((nothing, failure) -> callback.run());
	}

	private CompletableFuture<Void> stopNode() {
		DiscoveryPoller poller = this.poller;
		if (poller != null) {
			this.poller = null;
			poller.stop();
		}
		HordeNode node = this.current.get();
		if (node == null) {
			return CompletableFuture.completedFuture(null);
		}
		return node.stop().handle((nothing, failure) -> {
			if (failure != null) {
				logger.warn("This node has not stopped in good order", failure);
			}
			this.current.set(null);
			return null;
		});
	}

	@Override
	public void destroy() {
		stop();
	}

	@Override
	public boolean isRunning() {
		return this.current.get() != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
