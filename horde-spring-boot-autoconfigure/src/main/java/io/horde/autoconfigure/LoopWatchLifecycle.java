package io.horde.autoconfigure;

import io.horde.node.LoopWatch;

import org.springframework.context.SmartLifecycle;

/**
 * {@link SmartLifecycle} that watches the event loop as long as there is a node. It
 * starts before the node and stops after it.
 */
final class LoopWatchLifecycle implements SmartLifecycle {

	private final LoopWatch watch;

	LoopWatchLifecycle(LoopWatch watch) {
		this.watch = watch;
	}

	@Override
	public void start() {
		this.watch.start();
	}

	@Override
	public void stop() {
		this.watch.close();
	}

	@Override
	public boolean isRunning() {
		return this.watch.isRunning();
	}

	@Override
	public int getPhase() {
		return NodeLifecycle.PHASE - 1;
	}

}
