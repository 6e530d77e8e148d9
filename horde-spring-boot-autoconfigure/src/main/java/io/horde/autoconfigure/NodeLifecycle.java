package io.horde.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.horde.HordeException;
import io.horde.cluster.ExpulsionCause;
import io.horde.cluster.MemberSource;
import io.horde.cluster.membership.FailoverBounds;
import io.horde.cluster.protocol.Expelled;
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

	private final NodeExpulsion expulsion;

	private @Nullable DiscoveryPoller poller;

	private @Nullable JoinOutcome outcome;

	private @Nullable HordeNode node;

	private boolean admitted;

	private volatile boolean running;

	NodeLifecycle(NodeFactory factory, CurrentNode current, MemberSource source, Duration discoveryInterval,
			DiscoveryCounters discoveryCounters, NodeExpulsion expulsion) {
		this.factory = factory;
		this.current = current;
		this.source = source;
		this.discoveryInterval = discoveryInterval;
		this.discoveryCounters = discoveryCounters;
		this.expulsion = expulsion;
	}

	@Override
	public synchronized void start() {
		this.running = true;
		this.admitted = false;
		JoinOutcome outcome = new JoinOutcome(this.current, this::failedLate);
		this.outcome = outcome;
		this.expulsion.reset();
		try {
			begin(outcome, 0);
		}
		catch (RuntimeException ex) {
			stop();
			throw ex;
		}
	}

	private void begin(JoinOutcome outcome, long above) {
		HordeNode node = this.factory.create(this.source, above);
		node.onBehind(() -> node.stop()
			.whenComplete((nothing, failure) -> this.factory.onOwnThread("horde-new-beginning", () -> renew(node))));
		node.onExpelled((expelled) -> expelled(node, expelled));
		node.membership().addListener(outcome);
		node.membership().addListener(this.expulsion);
		this.node = node;
		this.current.set(node);
		try {
			node.start().join();
		}
		catch (CompletionException ex) {
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

	private void expelled(HordeNode node, Expelled expelled) {
		this.expulsion.expelled(node, expelled, () -> renew(node));
	}

	/* A start that nobody waits for any more: this node had been a member before. */
	private void failedLate(HordeException failure) {
		HordeNode node = this.current.get();
		if (node != null) {
			expelled(node, new Expelled(node.settings().membership().nodeName(), ExpulsionCause.REPLACED,
					String.valueOf(failure.getMessage()), null));
		}
	}

	/*
	 * This node is out of the cluster (B4), or its wall clock has gone back since its
	 * last start (M5): the application goes on, with a new incarnation of the node.
	 */
	private synchronized void renew(HordeNode former) {
		JoinOutcome outcome = this.outcome;
		if (!this.running || this.node != former || outcome == null) {
			return;
		}
		stopPolling();
		String name = former.settings().membership().nodeName();
		try {
			begin(outcome, former.membership().lastIncarnation());
			if (this.admitted) {
				this.current.require().admit();
			}
			logger.info("Node '{}' begins anew. It takes over the state of the others, and runs what they don't run",
					name);
		}
		catch (RuntimeException ex) {
			HordeNode failed = (this.node != null) ? this.node : former;
			this.factory.loop()
				.execute(() -> expelled(failed,
						new Expelled(name, ExpulsionCause.TRANSPORT_LOST, "It could not begin anew: " + ex, null)));
		}
	}

	/**
	 * Let processes run, and wait until this node takes part.
	 * @throws RuntimeException if it must not
	 */
	void admit() {
		JoinOutcome outcome;
		synchronized (this) {
			HordeNode node = this.current.get();
			this.admitted = true;
			outcome = this.outcome;
			if (node != null) {
				node.admit();
			}
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
		this.running = false;
		stopPolling();
		HordeNode node = this.current.get();
		if (node == null) {
			return this.expulsion.cancel();
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
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
