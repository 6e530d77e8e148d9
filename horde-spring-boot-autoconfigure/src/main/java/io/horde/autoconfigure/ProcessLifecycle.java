package io.horde.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.horde.node.CurrentNode;
import io.horde.node.HordeNode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.DefaultLifecycleProcessor;

/**
 * Lets processes start once the application is ready to serve, and hands them over to
 * other nodes while it still serves.
 */
final class ProcessLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

	/**
	 * After the web server was started and the application was registered, before message
	 * listeners and the like; so it stops after those and before requests are drained.
	 */
	static final int PHASE = Integer.MAX_VALUE - 512;

	private static final Duration MARGIN = Duration.ofSeconds(5);

	private static final Logger logger = LoggerFactory.getLogger(ProcessLifecycle.class);

	private final NodeLifecycle node;

	private final CurrentNode current;

	private final ApplicationContext context;

	private final Duration drainTimeout;

	private volatile boolean running;

	private @Nullable CompletableFuture<Void> leaving;

	ProcessLifecycle(NodeLifecycle node, CurrentNode current, ApplicationContext context, Duration drainTimeout) {
		this.node = node;
		this.current = current;
		this.context = context;
		this.drainTimeout = drainTimeout;
	}

	/**
	 * Give the phase the time that the hand-over may take.
	 * @param processor the processor of the application context
	 */
	void extendTimeout(DefaultLifecycleProcessor processor) {
		processor.setTimeoutForShutdownPhase(PHASE, this.drainTimeout.plus(MARGIN).toMillis());
	}

	@Override
	public void start() {
		synchronized (this) {
			this.leaving = null;
		}
		this.running = true;
		try {
			this.node.admit();
		}
		catch (RuntimeException ex) {
			// There is nothing to hand over
			this.running = false;
			throw ex;
		}
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			leave();
		}
	}

	private synchronized CompletableFuture<Void> leave() {
		CompletableFuture<Void> leaving = this.leaving;
		if (leaving == null) {
			HordeNode node = this.current.get();
			leaving = (node != null && this.running) ? node.leave() : CompletableFuture.completedFuture(null);
			this.leaving = leaving;
		}
		return leaving;
	}

	@Override
	public void stop(Runnable callback) {
		leave().whenComplete((nothing, failure) -> {
			if (failure != null) {
				logger.warn("This node could not hand over its processes. Others start them when it is gone", failure);
			}
			this.running = false;
			callback.run();
		});
	}

	@Override
	public void stop() {
		leave().join();
		this.running = false;
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
