package io.horde.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

import io.horde.node.Changed;
import io.horde.node.SingleThreadEventLoop;
import io.horde.process.engine.ProcessExecutor;
import io.horde.registry.RegistryNode.Options;
import org.awaitility.Awaitility;

/**
 * Registries with real threads, in one JVM.
 */
final class ThreadedCluster implements AutoCloseable {

	private final InProcessTransport.Hub hub = new InProcessTransport.Hub();

	private final List<SingleThreadEventLoop> loops = new ArrayList<>();

	private final List<InProcessTransport> transports = new ArrayList<>();

	private final List<RegistryNode> nodes = new ArrayList<>();

	private final ProcessExecutor executor;

	ThreadedCluster(int size) {
		this(size, (node) -> {
		});
	}

	ThreadedCluster(int size, Consumer<RegistryNode> customizer) {
		this(size, new PoolExecutor(), customizer);
	}

	ThreadedCluster(int size, ProcessExecutor executor, Consumer<RegistryNode> customizer) {
		this.executor = executor;
		Options options = new Options();
		options.membership = (settings) -> Changed.of(settings, "joinTimeout", Duration.ofMillis(200));
		List<String> addresses = new ArrayList<>();
		for (int i = 0; i < size; i++) {
			addresses.add("n" + i);
		}
		for (String address : addresses) {
			SingleThreadEventLoop loop = new SingleThreadEventLoop("loop-" + address);
			InProcessTransport transport = new InProcessTransport(this.hub, loop, address);
			RegistryNode node = new RegistryNode(loop, transport, this.executor, address, options, 1);
			customizer.accept(node);
			this.loops.add(loop);
			this.transports.add(transport);
			this.nodes.add(node);
		}
		this.nodes.forEach((node) -> node.start(addresses));
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> this.nodes.stream().allMatch((node) -> node.membership.view().up().size() == size));
	}

	RegistryNode node(int index) {
		return this.nodes.get(index);
	}

	void start(int index, String id, String type, String name) {
		node(index).startProcess(id, type, name, 1);
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> this.nodes.stream().allMatch((node) -> node.registry.lookup(name).isPresent())
					&& node(index).isRunning(id));
	}

	void kill(int index) {
		this.loops.get(index).execute(this.transports.get(index)::stop);
	}

	@Override
	public void close() {
		this.nodes.forEach((node) -> node.loop.execute(() -> {
			node.engine.stop();
			node.replicator.stop();
			node.membership.stop();
		}));
		this.loops.forEach(SingleThreadEventLoop::close);
		if (this.executor instanceof PoolExecutor pool) {
			pool.threads.shutdownNow();
		}
	}

	/**
	 * Runs users' code on cached threads.
	 */
	private static final class PoolExecutor implements ProcessExecutor {

		private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
			Thread thread = new Thread(task, "process");
			thread.setDaemon(true);
			return thread;
		});

		@Override
		public void execute(Runnable task) {
			if (!this.threads.isShutdown()) {
				this.threads.execute(task);
			}
		}

		@Override
		public void executeOnOwnThread(String name, Runnable task) {
			execute(task);
		}

		@Override
		public <T> T blocking(Callable<T> wait) throws Exception {
			return wait.call();
		}

	}

}
