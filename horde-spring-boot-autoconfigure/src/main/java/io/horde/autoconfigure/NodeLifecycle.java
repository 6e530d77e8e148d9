package io.horde.autoconfigure;

import java.time.Duration;

import io.horde.cluster.MemberSource;
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
	 * Before discovery clients register the application (0), so that they tell a port that is
	 * bound.
	 */
	static final int PHASE = -1000;

	private static final Logger logger = LoggerFactory.getLogger(NodeLifecycle.class);

	private final NodeFactory factory;

	private final CurrentNode current;

	private final MemberSource source;

	private final Duration discoveryInterval;

	private @Nullable DiscoveryPoller poller;

	NodeLifecycle(NodeFactory factory, CurrentNode current, MemberSource source, Duration discoveryInterval) {
		this.factory = factory;
		this.current = current;
		this.source = source;
		this.discoveryInterval = discoveryInterval;
	}

	@Override
	public void start() {
		HordeNode node = this.factory.create(this.source);
		this.current.set(node);
		try {
			node.start();
		}
		catch (RuntimeException ex) {
			this.current.set(null);
			throw ex;
		}
		EventLoop loop = node.loop();
		DiscoveryPoller poller = new DiscoveryPoller(this.source, this.discoveryInterval,
				(candidates) -> loop.execute(() -> node.membership().candidates(candidates)),
				(reason) -> loop.execute(() -> node.membership().candidatesFailed(reason)));
		this.poller = poller;
		poller.start();
		logger.info("This is node '{}' at {} (pid {}). In this cluster {}", node.cluster().self().name(),
				node.cluster().self().address(), ProcessHandle.current().pid(), node.membership().bounds().describe());
	}

	@Override
	public void stop() {
		DiscoveryPoller poller = this.poller;
		if (poller != null) {
			this.poller = null;
			poller.stop();
		}
		HordeNode node = this.current.get();
		if (node != null) {
			node.stop();
			this.current.set(null);
		}
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
