package io.horde.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.horde.cluster.MemberSource;
import io.horde.cluster.membership.FailoverBounds;
import io.horde.discovery.DiscoveryCounters;
import io.horde.discovery.DiscoveryPoller;
import io.horde.node.CurrentNode;
import io.horde.node.HordeNode;
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

	private boolean admitted;

	private boolean stopping;

	NodeLifecycle(NodeFactory factory, CurrentNode current, MemberSource source, Duration discoveryInterval,
			DiscoveryCounters discoveryCounters) {
		this.factory = factory;
		this.current = current;
		this.source = source;
		this.discoveryInterval = discoveryInterval;
		this.discoveryCounters = discoveryCounters;
	}

	@Override
	public synchronized void start() {
		this.stopping = false;
		this.admitted = false;
		JoinOutcome outcome = new JoinOutcome(this.current);
		this.outcome = outcome;
		begin(outcome, 0);
	}

	private void begin(JoinOutcome outcome, long above) {
		HordeNode node = this.factory.create(this.source, above);
		node.onForgotten(() -> node.stop()
			.whenComplete((nothing, failure) -> this.factory.onOwnThread("horde-new-beginning", () -> renew(node))));
		node.membership().addListener(outcome);
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
		logger.info("In this cluster {}", FailoverBounds.of(node.membership().settings()).describe());
	}

	/*
	 * This node was forgotten while it was away (R6), or its wall clock has gone back
	 * since its last start (M5): the application goes on, with a new incarnation of the
	 * node.
	 */
	private synchronized void renew(HordeNode forgotten) {
		JoinOutcome outcome = this.outcome;
		if (this.stopping || this.current.get() != forgotten || outcome == null) {
			return;
		}
		stopPolling();
		try {
			begin(outcome, forgotten.membership().lastIncarnation());
			if (this.admitted) {
				this.current.require().admit();
			}
			logger.info("Node '{}' begins anew. It takes over the state of the others, and runs what they don't run",
					forgotten.cluster().self().name());
		}
		catch (RuntimeException ex) {
			logger.error("Node '{}' could not begin anew and takes part no longer; start the application again",
					forgotten.cluster().self().name(), ex);
		}
	}

	/**
	 * Let processes run, and wait until this node takes part.
	 * @throws RuntimeException if it must not
	 */
	void admit() {
		JoinOutcome outcome;
		synchronized (this) {
			HordeNode node = this.current.require();
			this.admitted = true;
			outcome = this.outcome;
			node.admit();
		}
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

	private void stopPolling() {
		DiscoveryPoller poller = this.poller;
		if (poller != null) {
			this.poller = null;
			poller.stop();
		}
	}

	private synchronized CompletableFuture<Void> stopNode() {
		this.stopping = true;
		stopPolling();
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
