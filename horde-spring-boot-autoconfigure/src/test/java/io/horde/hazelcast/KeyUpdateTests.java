package io.horde.hazelcast;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.horde.hazelcast.gate.LinkSecurity;
import io.horde.transport.Channels;
import io.horde.transport.Link;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * After some gigabytes TLS takes new keys; here after a megabyte, in a JVM of its own.
 */
class KeyUpdateTests {

	private static final int FRAMES = 320;

	private static final int SIZE = 64 * 1024;

	@Test
	void linkSurvivesThem(@TempDir Path directory) throws Exception {
		Path log = directory.resolve("log");
		Process process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-cp",
				System.getProperty("java.class.path"), "-XX:TieredStopAtLevel=1", "-Djavax.net.debug=ssl:handshake",
				KeyUpdateTests.class.getName())
			.redirectError(log.toFile())
			.redirectOutput(directory.resolve("out").toFile())
			.start();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(Files.readString(directory.resolve("out"))).endsWith("all has arrived over the first link\n");
		long consumed = Files.readString(log)
			.lines()
			.filter((line) -> line.contains("Consuming KeyUpdate post-handshake message"))
			.count();
		System.out.println("The two ends of a link have taken new keys " + consumed + " times in all");
		assertThat(consumed).isGreaterThan(FRAMES * SIZE >>> 20);
	}

	/**
	 * Pushes twenty megabytes through a link, and a tenth of that back.
	 * @param args nothing
	 */
	public static void main(String[] args) {
		Security.setProperty("jdk.tls.keyLimits", "AES/GCM/NoPadding KeyUpdate 2^20");
		LinkSecurity secret = LinkSecurity.secret("a secret of enough characters", null);
		TestNode a = TestNode.start("a", (settings) -> settings.withSecurity(secret));
		TestNode b = TestNode.start("b", (settings) -> settings.withSecurity(secret));
		a.dial(b.address());
		Link there = a.linkTo(b.address());
		Link back = b.linkTo(a.address());
		for (int i = 0; i < FRAMES; i++) {
			push(a, there);
			if (i % 10 == 0) {
				push(b, back);
			}
		}
		Awaitility.await()
			.atMost(Duration.ofSeconds(40))
			.until(() -> b.handler().frames().size() == FRAMES && a.handler().frames().size() == FRAMES / 10);
		boolean stayed = a.handler().downs().isEmpty() && b.handler().downs().isEmpty();
		a.close();
		b.close();
		System.out.println(stayed ? "all has arrived over the first link" : "the link was down");
		System.exit(0);
	}

	private static void push(TestNode node, Link link) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(40))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.until(() -> node.send(link, Channels.REPLICATION, new byte[SIZE]));
	}

}
