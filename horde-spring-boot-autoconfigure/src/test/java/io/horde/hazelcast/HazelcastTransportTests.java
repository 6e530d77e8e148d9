package io.horde.hazelcast;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

import io.horde.node.SingleThreadEventLoop;
import io.horde.time.EventLoop;
import io.horde.transport.Transport;
import io.horde.transport.TransportCompatibilityKit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;

/**
 * The compatibility kit for {@link HazelcastTransport}.
 */
class HazelcastTransportTests extends TransportCompatibilityKit {

	private final Map<String, SingleThreadEventLoop> loops = new ConcurrentHashMap<>();

	private final Map<String, Integer> ports = new ConcurrentHashMap<>();

	private final List<Closeable> sockets = new ArrayList<>();

	@AutoClose
	@SuppressWarnings("unused") // The kit stops the nodes in an @AfterEach, before that.
	private final AutoCloseable resources = this::close;

	private void close() throws IOException {
		this.loops.values().forEach(SingleThreadEventLoop::close);
		for (Closeable socket : this.sockets) {
			socket.close();
		}
	}

	@Override
	protected EventLoop loop(String node) {
		return this.loops.computeIfAbsent(node, SingleThreadEventLoop::new);
	}

	@Override
	protected Transport transport(String node, EventLoop loop) {
		int port = this.ports.computeIfAbsent(node, (key) -> freePort());
		return new HazelcastTransport(loop,
				HazelcastTransportSettings.defaults("127.0.0.1", port, "test", node).withLimits(1 << 20, 1 << 20));
	}

	@Override
	protected boolean runUntil(BooleanSupplier condition) {
		try {
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.pollInterval(Duration.ofMillis(5))
				.until(condition::getAsBoolean);
			return true;
		}
		catch (ConditionTimeoutException ex) {
			return false;
		}
	}

	@Override
	protected void elapse(Duration duration) {
		long end = System.nanoTime() + duration.toNanos();
		Awaitility.await()
			.atMost(duration.plusSeconds(5))
			.pollInterval(Duration.ofMillis(20))
			.until(() -> System.nanoTime() - end >= 0);
	}

	@Override
	protected String closedAddress() {
		return "127.0.0.1:1";
	}

	@Override
	protected String foreignAddress() {
		return "127.0.0.1:" + listen(50).getLocalPort();
	}

	/**
	 * A listener whose backlog is full lets Linux drop further dials without an answer.
	 */
	@Override
	protected @Nullable String silentAddress() {
		if (!System.getProperty("os.name").equals("Linux")) {
			return null;
		}
		int port = listen(1).getLocalPort();
		for (int i = 0; i < 8; i++) {
			try {
				SocketChannel channel = SocketChannel.open();
				this.sockets.add(channel);
				channel.configureBlocking(false);
				channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return "127.0.0.1:" + port;
	}

	private ServerSocket listen(int backlog) {
		try {
			ServerSocket socket = new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
			this.sockets.add(socket);
			return socket;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	protected Runnable freeze(EventLoop loop) {
		CountDownLatch resumed = new CountDownLatch(1);
		CountDownLatch frozen = new CountDownLatch(1);
		loop.execute(() -> {
			frozen.countDown();
			awaitUninterrupted(resumed);
		});
		awaitUninterrupted(frozen);
		return resumed::countDown;
	}

	private static void awaitUninterrupted(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
