package io.horde.hazelcast;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import io.horde.node.SingleThreadEventLoop;
import io.horde.transport.Link;
import io.horde.transport.RecordingHandler;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A started transport with its own event loop, for tests on real sockets.
 */
public final class TestNode implements AutoCloseable {

	private final SingleThreadEventLoop loop;

	private final HazelcastTransport transport;

	private final RecordingHandler handler;

	private TestNode(String name, UnaryOperator<HazelcastTransportSettings> settings) {
		this.loop = new SingleThreadEventLoop("loop-" + name);
		this.transport = new HazelcastTransport(this.loop,
				settings.apply(HazelcastTransportSettings.defaults("127.0.0.1", 0, "test", name)));
		this.handler = new RecordingHandler(this.loop, "hello of " + name);
	}

	public static TestNode start(String name) {
		return start(name, (settings) -> settings);
	}

	public static TestNode start(String name, UnaryOperator<HazelcastTransportSettings> settings) {
		TestNode node = new TestNode(name, settings);
		try {
			node.run(() -> node.transport.start(node.handler));
			return node;
		}
		catch (RuntimeException ex) {
			node.loop.close();
			throw ex;
		}
	}

	public String address() {
		return this.transport.address();
	}

	public int port() {
		return Integer.parseInt(address().substring(address().lastIndexOf(':') + 1));
	}

	SingleThreadEventLoop loop() {
		return this.loop;
	}

	public HazelcastTransport transport() {
		return this.transport;
	}

	public RecordingHandler handler() {
		return this.handler;
	}

	public void dial(String address) {
		run(() -> this.transport.dial(address));
	}

	public void hangUp(String address) {
		run(() -> this.transport.hangUp(address));
	}

	public Link linkTo(String address) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> this.handler.link(address) != null);
		Link link = this.handler.link(address);
		if (link == null) {
			throw new IllegalStateException("The link to " + address + " is down again");
		}
		return link;
	}

	public boolean send(Link link, int channel, byte[] frame) {
		return call(() -> link.send(channel, frame));
	}

	void run(Runnable task) {
		call(() -> {
			task.run();
			return true;
		});
	}

	<T> T call(Callable<T> task) {
		CompletableFuture<T> result = new CompletableFuture<>();
		this.loop.execute(() -> {
			try {
				result.complete(task.call());
			}
			catch (Throwable ex) {
				result.completeExceptionally(ex);
			}
		});
		try {
			return result.get(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		run(this.transport::stop);
		this.loop.close();
	}

	/**
	 * Runs a node in a JVM of its own until its standard input ends.
	 * @param args name, and an address to dial
	 * @throws Exception if anything goes wrong
	 */
	public static void main(String[] args) throws Exception {
		TestNode node = start(args[0]);
		if (args.length > 1) {
			node.dial(args[1]);
		}
		System.out.println("listening at " + node.address());
		while (System.in.read() >= 0) {
			// Wait for the end.
		}
		node.close();
	}

	static Process startJvm(String name, @Nullable String peer) throws Exception {
		ProcessBuilder builder = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-cp",
				System.getProperty("java.class.path"), "-XX:TieredStopAtLevel=1", TestNode.class.getName(), name);
		if (peer != null) {
			builder.command().add(peer);
		}
		return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
	}

	static String addressOf(Process process) throws Exception {
		StringBuilder line = new StringBuilder();
		int next = process.getInputStream().read();
		while (next >= 0) {
			line.append((char) next);
			if (next == '\n') {
				if (line.toString().startsWith("listening at ")) {
					return line.substring("listening at ".length()).trim();
				}
				line.setLength(0);
			}
			next = process.getInputStream().read();
		}
		throw new IllegalStateException("The process has ended with " + process.waitFor());
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
