package io.horde.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.Set;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a user is told of a mistake, and that the cluster goes on.
 */
@Timeout(180)
class BadInputIT {

	private static final Duration SOON = Duration.ofSeconds(40);

	@Test
	void takenTransportPortEndsTheStartWithAnExplanation() throws IOException {
		try (SampleCluster cluster = new SampleCluster("taken-port", 1);
				ServerSocket taken = new ServerSocket(cluster.transportPort(0), 1,
						InetAddress.getByName("127.0.0.1"))) {
			SampleNode node = cluster.add();
			assertThat(node.await(SOON)).as("ends").isTrue();
			assertThat(node.exitValue()).isNotZero();
			assertThat(node.log()).contains("APPLICATION FAILED TO START")
				.contains("127.0.0.1:" + taken.getLocalPort())
				.contains("horde.transport.port")
				.doesNotContain("\tat ");
		}
	}

	@Test
	void secondNodeOfALiveNameFailsItsStartAndTheFirstGoesOn() {
		try (SampleCluster cluster = new SampleCluster("one-name", 3)) {
			cluster.add("same", 0);
			cluster.add("other", 1);
			cluster.awaitUp(2);
			Set<String> ids = cluster.startSessions(cluster.node(0), "d", 50);
			SampleNode second = cluster.add("same", 2);
			assertThat(second.await(SOON)).as("ends").isTrue();
			assertThat(second.exitValue()).isNotZero();
			assertThat(second.log()).contains("APPLICATION FAILED TO START")
				.contains("horde.node.name")
				.contains("same");
			cluster.awaitUp(2);
			cluster.awaitAtRest(ids, SOON);
		}
	}

	@Test
	void unreachableAndForeignPeersAreNamedAndDoNotHinder() throws IOException {
		HttpServer foreign = HttpServer.create(new java.net.InetSocketAddress("127.0.0.1", 0), 1);
		foreign.start();
		String foreignAddress = "127.0.0.1:" + foreign.getAddress().getPort();
		try (SampleCluster cluster = new SampleCluster("foreign", 2)) {
			String members = "--horde.cluster.members=" + cluster.members() + ",127.0.0.1:1," + foreignAddress;
			cluster.add(members);
			cluster.add(members);
			cluster.awaitUp(2);
			SampleCluster.await("both are named", SOON, () -> cluster.node(0).log().contains("127.0.0.1:1")
					&& cluster.node(0).log().contains(foreignAddress));
			cluster.awaitAtRest(cluster.startSessions(cluster.node(0), "f", 20), SOON);
		}
		finally {
			foreign.stop(0);
		}
	}

	@Test
	void unknownServiceIdIsReportedWithTheRemedy() {
		try (SampleCluster cluster = new SampleCluster("unknown-service", 1)) {
			SampleNode node = cluster.add("--horde.cluster.members=", "--horde.cluster.service-id=nobody");
			SampleCluster.await("a warning", SOON,
					() -> node.log()
						.lines()
						.anyMatch((line) -> line.contains("WARN") && line.contains("nobody")
								&& line.contains("horde.cluster.service-id")));
			cluster.awaitUp(1);
		}
	}

	@Test
	void garbageSentToTheTransportPortIsDropped() throws IOException {
		try (SampleCluster cluster = SampleCluster.start("garbage", 2)) {
			Set<String> ids = cluster.startSessions(cluster.node(0), "g", 50);
			Random random = new Random(42);
			byte[] garbage = new byte[4096];
			for (int i = 0; i < 200; i++) {
				random.nextBytes(garbage);
				try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cluster.transportPort(0));
						OutputStream out = socket.getOutputStream()) {
					out.write(garbage, 0, 1 + random.nextInt(garbage.length));
				}
				catch (IOException ex) {
					// The node may close the connection while it is being written to
					assertThat(ex).hasMessageMatching("(?s).*(reset|pipe|closed|abort).*");
				}
			}
			cluster.awaitUp(2);
			cluster.awaitAtRest(ids, SOON);
			assertThat(cluster.node(0).log().lines().filter((line) -> line.contains("WARN") || line.contains("ERROR")))
				.as("warnings about 200 pieces of garbage")
				.hasSizeLessThan(20);
			assertThat(cluster.node(0).log()).doesNotContain("OutOfMemoryError");
		}
	}

}
