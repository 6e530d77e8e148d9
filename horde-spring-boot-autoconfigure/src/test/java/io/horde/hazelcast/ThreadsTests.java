package io.horde.hazelcast;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a transport leaves behind: nothing.
 */
class ThreadsTests {

	@Test
	void stoppedTransportLeavesNoThread() {
		TestNode a = TestNode.start("a");
		TestNode b = TestNode.start("b");
		a.dial(b.address());
		a.dial("127.0.0.1:1");
		a.linkTo(b.address());
		assertThat(threads()).isNotEmpty();
		a.close();
		b.close();
		Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(threads()).isEmpty());
	}

	@Test
	void absentPeersCostNoThreads() {
		TestNode a = TestNode.start("a");
		try {
			int before = threads().size();
			a.run(() -> {
				for (int port = 1; port <= 20; port++) {
					a.transport().dial("127.0.0.1:" + port);
				}
			});
			Awaitility.await().until(() -> a.handler().failures().size() >= 40);
			assertThat(threads().size()).isLessThanOrEqualTo(before + 1);
		}
		finally {
			a.close();
		}
	}

	private static List<String> threads() {
		List<String> names = new ArrayList<>();
		for (Thread thread : Thread.getAllStackTraces().keySet()) {
			String name = thread.getName();
			if (name.contains("horde-") || name.startsWith("loop-")) {
				names.add(name);
			}
		}
		return names;
	}

}
