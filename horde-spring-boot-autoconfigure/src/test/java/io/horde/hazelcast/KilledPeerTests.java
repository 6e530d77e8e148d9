package io.horde.hazelcast;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.horde.transport.Transport.ProbeResult;
import io.horde.transport.TransportHandler.LinkDown;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a node sees when the process of a peer is killed.
 */
class KilledPeerTests {

	private TestNode node;

	private Process peer;

	private String address;

	@BeforeEach
	void startPeer() throws Exception {
		this.node = TestNode.start("survivor");
		this.peer = TestNode.startJvm("victim", this.node.address());
		this.address = TestNode.addressOf(this.peer);
		this.node.linkTo(this.address);
	}

	@AfterEach
	void stop() {
		this.peer.destroyForcibly();
		this.node.close();
	}

	@Test
	void killedPeerClosesItsLinkAtOnce() {
		long killed = System.nanoTime();
		this.peer.destroyForcibly();
		Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> !this.node.handler().downs().isEmpty());
		Duration noticed = Duration.ofNanos(System.nanoTime() - killed);
		assertThat(this.node.handler().downs().get(0).evidence()).isEqualTo(LinkDown.CLOSED);
		System.out.println("A killed peer was noticed after " + noticed.toMillis() + " ms");
		assertThat(noticed).isLessThan(Duration.ofSeconds(2));
	}

	@Test
	void addressOfAKilledPeerRefusesProbes() throws Exception {
		this.peer.destroyForcibly().waitFor();
		List<ProbeResult> results = new CopyOnWriteArrayList<>();
		this.node.run(() -> this.node.transport().probe(this.address, results::add));
		Awaitility.await().until(() -> !results.isEmpty());
		assertThat(results).containsExactly(ProbeResult.REFUSED);
	}

	@Test
	void stoppedProcessIsNotTakenForAClosedLink() throws Exception {
		signal("STOP");
		Awaitility.await()
			.during(Duration.ofSeconds(2))
			.atMost(Duration.ofSeconds(4))
			.until(() -> this.node.handler().downs().isEmpty());
		signal("CONT");
		this.node.send(this.node.linkTo(this.address), 0, new byte[] { 1 });
		Awaitility.await().until(() -> this.node.linkTo(this.address).inFlightBytes() == 0);
	}

	private void signal(String signal) throws Exception {
		new ProcessBuilder("kill", "-" + signal, Long.toString(this.peer.pid())).start().waitFor();
	}

}
