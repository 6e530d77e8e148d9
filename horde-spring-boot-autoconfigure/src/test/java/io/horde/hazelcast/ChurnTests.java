package io.horde.hazelcast;

import java.time.Duration;
import java.util.Random;

import io.horde.transport.Channels;
import io.horde.transport.Link;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nodes that stop, start, dial and hang up at random, and are all linked in the end.
 */
class ChurnTests {

	private static final int NODES = 4;

	private final TestNode[] nodes = new TestNode[NODES];

	private final int[] ports = new int[NODES];

	/*
	 * Seed 2 found that a client which is terminated while it creates a proxy leaves its
	 * threads behind.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 1 })
	void everybodyIsLinkedAfterTheLastChange(long seed) throws Exception {
		Random random = new Random(seed);
		for (int i = 0; i < NODES; i++) {
			this.nodes[i] = TestNode.start("churn" + i);
			this.ports[i] = this.nodes[i].port();
		}
		for (int round = 0; round < 6; round++) {
			for (int change = 0; change < 6; change++) {
				change(random);
				Thread.yield();
			}
			linkAll();
			talk();
		}
		for (TestNode node : this.nodes) {
			close(node);
		}
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().contains("churn")));
	}

	private void change(Random random) {
		int i = random.nextInt(NODES);
		int j = (i + 1 + random.nextInt(NODES - 1)) % NODES;
		switch (random.nextInt(4)) {
			case 0 -> {
				close(this.nodes[i]);
				int port = this.ports[i];
				this.nodes[i] = TestNode.start("churn" + i,
						(settings) -> HazelcastTransportSettings.defaults("127.0.0.1", port, "test", "churn" + i));
			}
			case 1 -> this.nodes[i].run(() -> this.nodes[i].transport().hangUp(address(j)));
			default -> this.nodes[i].dial(address(j));
		}
	}

	private void linkAll() {
		for (int i = 0; i < NODES; i++) {
			for (int j = 0; j < NODES; j++) {
				this.nodes[i].dial(address(j));
			}
		}
		for (int i = 0; i < NODES; i++) {
			for (int j = 0; j < NODES; j++) {
				if (i != j) {
					this.nodes[i].linkTo(address(j));
				}
			}
		}
	}

	private void talk() {
		int[] before = new int[NODES];
		for (int i = 0; i < NODES; i++) {
			before[i] = this.nodes[i].handler().frames().size();
		}
		for (int i = 0; i < NODES; i++) {
			for (int j = 0; j < NODES; j++) {
				if (i != j) {
					Link link = this.nodes[i].linkTo(address(j));
					assertThat(this.nodes[i].send(link, Channels.REGISTRY, new byte[10])).isTrue();
				}
			}
		}
		for (int i = 0; i < NODES; i++) {
			int node = i;
			Awaitility.await()
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(5))
				.until(() -> this.nodes[node].handler().frames().size() - before[node] == NODES - 1);
			assertThat(this.nodes[i].handler().violations()).isEmpty();
		}
	}

	private String address(int node) {
		return "127.0.0.1:" + this.ports[node];
	}

	private static void close(TestNode node) {
		node.close();
		assertThat(node.handler().violations()).isEmpty();
	}

}
