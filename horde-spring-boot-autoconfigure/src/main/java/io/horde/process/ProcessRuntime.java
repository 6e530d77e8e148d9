package io.horde.process;

import java.util.Collection;

import io.horde.Internal;
import io.horde.time.EventLoop;
import io.horde.wire.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * Starts processes on this node and knows those that have not ended.
 */
@Internal
public final class ProcessRuntime {

	/**
	 * Creates a runtime.
	 * @param loop the event loop
	 * @param executor runs users' code
	 * @param factory creates and destroys processes
	 * @param codec encodes handed-off state
	 * @param node the name of this node
	 * @param settings the settings
	 */
	public ProcessRuntime(EventLoop loop, ProcessExecutor executor, ProcessFactory factory, PayloadCodec codec,
			String node, ProcessSettings settings) {
	}

	/**
	 * Start a process. Called on the loop. A type that this node can't run and an id that
	 * still runs here are reported as failed starts.
	 * @param order what to start
	 * @param listener is told how it fares, never from within this call
	 * @return the process
	 */
	public LocalProcess start(StartOrder order, ProcessListener listener) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return a process that has not ended. May be called from any thread.
	 * @param id the child's id
	 * @return the process, or {@code null}
	 */
	public @Nullable LocalProcess process(String id) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return the processes that have not ended. May be called from any thread.
	 * @return a weakly consistent view
	 */
	public Collection<LocalProcess> processes() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return the factory.
	 * @return the factory
	 */
	public ProcessFactory factory() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return the executor of users' code.
	 * @return the executor
	 */
	public ProcessExecutor executor() {
		throw new UnsupportedOperationException();
	}

}
