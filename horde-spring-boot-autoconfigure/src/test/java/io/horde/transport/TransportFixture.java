package io.horde.transport;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

import io.horde.time.EventLoop;
import io.horde.transport.Transport.ProbeResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nodes with a transport each, in simulated or in real time, and how tests wait for what
 * they do.
 */
public abstract class TransportFixture {

	private final List<Node> nodes = new ArrayList<>();

	/**
	 * Create the event loop of a node, or return the one that was created before.
	 */
	protected abstract EventLoop loop(String node);

	/**
	 * Create a transport, not started, for a node. All transports of one node listen at
	 * one address, which is free at first.
	 */
	protected abstract Transport transport(String node, EventLoop loop);

	/**
	 * Let time pass until a condition holds, for ten seconds at least.
	 * @return whether it holds
	 */
	protected abstract boolean runUntil(BooleanSupplier condition);

	/**
	 * Let time pass.
	 */
	protected abstract void elapse(Duration duration);

	/**
	 * Return an address at which nobody listens, on a machine that is there.
	 */
	protected abstract String closedAddress();

	/**
	 * Return an address that answers nothing, or {@code null} if there is none.
	 */
	protected @Nullable String silentAddress() {
		return null;
	}

	/**
	 * Return an address at which something else listens, or {@code null} if there is
	 * none.
	 */
	protected @Nullable String foreignAddress() {
		return null;
	}

	/**
	 * Stop a node from handling what arrives, until the returned task is run. The default
	 * blocks its event loop.
	 */
	protected abstract Runnable freeze(EventLoop loop);

	@BeforeEach
	void forgetNodes() {
		this.nodes.clear();
	}

	@AfterEach
	void stopNodesAndCheckCallbacks() {
		for (Node node : this.nodes) {
			node.stop();
		}
		for (Node node : this.nodes) {
			assertThat(node.handler.violations()).as("violations of the contract at %s", node.name).isEmpty();
		}
	}

	final ProbeResult probe(Node node, String address) {
		List<ProbeResult> results = new CopyOnWriteArrayList<>();
		node.run(() -> node.transport.probe(address, (result) -> {
			assertThat(node.loop.inLoop()).isTrue();
			results.add(result);
		}));
		eventually(() -> !results.isEmpty());
		elapse(Duration.ofMillis(1200));
		assertThat(results).hasSize(1);
		return results.get(0);
	}

	final void linked(Node one, Node other) {
		eventually(() -> one.handler.link(other.address()) != null && other.handler.link(one.address()) != null);
	}

	final void eventually(BooleanSupplier condition) {
		assertThat(runUntil(condition)).as("the condition is met in time").isTrue();
	}

	static void send(Link link, int channel, int count) {
		for (int i = 0; i < count; i++) {
			assertThat(link.send(channel, frame(i, 16))).isTrue();
		}
	}

	static int fill(Link link, int channel) {
		int sent = 0;
		while (link.send(channel, frame(sent, 10_000))) {
			sent++;
			assertThat(sent).as("the window has a bound").isLessThan(100_000);
		}
		return sent;
	}

	static byte[] frame(int number, int size) {
		return ByteBuffer.allocate(size).putInt(number).array();
	}

	static List<Integer> numbers(List<byte[]> frames) {
		return frames.stream().map((frame) -> ByteBuffer.wrap(frame).getInt()).toList();
	}

	final Node start(String name) {
		Node node = create(name);
		node.start();
		return node;
	}

	final Node create(String name) {
		EventLoop loop = loop(name);
		Node node = new Node(name, loop, transport(name, loop), new RecordingHandler(loop, "hello of " + name));
		this.nodes.add(node);
		return node;
	}

	/**
	 * A transport with its loop and what it was told.
	 */
	final class Node {

		final String name;

		final EventLoop loop;

		final Transport transport;

		final RecordingHandler handler;

		private Node(String name, EventLoop loop, Transport transport, RecordingHandler handler) {
			this.name = name;
			this.loop = loop;
			this.transport = transport;
			this.handler = handler;
		}

		void start() {
			run(() -> this.transport.start(this.handler));
		}

		void stop() {
			run(this.transport::stop);
		}

		void dial(Node other) {
			run(() -> this.transport.dial(other.address()));
		}

		String address() {
			return this.transport.address();
		}

		Link link(Node other) {
			Link link = this.handler.link(other.address());
			assertThat(link).as("link from %s to %s", this.name, other.name).isNotNull();
			return link;
		}

		void run(Runnable task) {
			Throwable[] failure = new Throwable[1];
			boolean[] done = new boolean[1];
			this.loop.execute(() -> {
				try {
					task.run();
				}
				catch (Throwable ex) {
					failure[0] = ex;
				}
				synchronized (done) {
					done[0] = true;
				}
			});
			eventually(() -> {
				synchronized (done) {
					return done[0];
				}
			});
			if (failure[0] instanceof Error error) {
				throw error;
			}
			if (failure[0] instanceof RuntimeException exception) {
				throw exception;
			}
		}

	}

}
