package io.horde.hazelcast;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a transport leaves behind: nothing.
 */
class ThreadsTests {

	/**
	 * Threads of application contexts that other tests of this JVM keep are none of ours.
	 */
	private final Set<Thread> before = Thread.getAllStackTraces().keySet();

	@Test
	void stoppedTransportLeavesNoThread() {
		TestNode a = TestNode.start("a");
		TestNode b = TestNode.start("b");
		a.dial(b.address());
		a.dial("127.0.0.1:1");
		a.linkTo(b.address());
		assertThat(threads()).isNotEmpty();
		assertThat(clientThreads()).as("the link's own threads").isNotEmpty();
		a.close();
		b.close();
		Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(threads()).isEmpty());
	}

	@Test
	void absentPeersCostNoThreads() {
		TestNode a = TestNode.start("a");
		try {
			a.run(() -> {
				for (int port = 1; port <= 20; port++) {
					a.transport().dial("127.0.0.1:" + port);
				}
			});
			Awaitility.await().until(() -> a.handler().failures().size() >= 40);
			assertThat(clientThreads()).isEmpty();
		}
		finally {
			a.close();
		}
	}

	private Set<Thread> clientThreads() {
		return threads().stream().filter((thread) -> thread.getName().contains("-to-")).collect(Collectors.toSet());
	}

	private Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !this.before.contains(thread))
			.filter((thread) -> thread.getName().contains("horde-") || thread.getName().startsWith("loop-"))
			.collect(Collectors.toSet());
	}

}
