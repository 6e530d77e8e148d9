package io.horde.hazelcast;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.horde.transport.Channels;
import io.horde.transport.Link;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Links whose connections were stuck when the path became whole again.
 */
class SilentLinksTests {

	private StallingProxy toA;

	private StallingProxy toB;

	private TestNode a;

	private TestNode b;

	@BeforeEach
	void link() throws IOException {
		this.toA = new StallingProxy(freePort());
		this.toB = new StallingProxy(freePort());
		this.a = behind(this.toA, "a");
		this.b = behind(this.toB, "b");
		this.a.dial(this.b.address());
		this.b.dial(this.a.address());
		this.a.linkTo(this.b.address());
		this.b.linkTo(this.a.address());
	}

	private static TestNode behind(StallingProxy proxy, String name) {
		return TestNode.start(name,
				(settings) -> HazelcastTransportSettings.defaults("127.0.0.1", proxy.target(), "test", name)
					.withAdvertised("127.0.0.1", proxy.port()));
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	@AfterEach
	void close() throws IOException {
		this.a.close();
		this.b.close();
		this.toA.close();
		this.toB.close();
	}

	@Test
	void linkComesBackSoonAfterItsPath() throws IOException {
		this.toA.stall();
		this.toB.stall();
		pass(SilentLinks.SILENCE.plusSeconds(2));
		assertThat(this.a.handler().downs()).isEmpty();

		this.toA.resume();
		this.toB.resume();
		awaitBothDirections();
	}

	/*
	 * What B has sent meanwhile reaches A, whose own connection goes on waiting: A is the
	 * one that is not heard, and does not notice. B's new connection tells it.
	 */
	@Test
	void linkThatIsHeardAgainInOneDirectionComesBackSoonToo() throws IOException {
		this.toA.hold();
		this.toB.stall();
		sends(this.a, this.b);
		sends(this.b, this.a);
		pass(SilentLinks.SILENCE.plusSeconds(2));

		this.toA.release();
		this.toB.resume();
		awaitBothDirections();
	}

	/*
	 * What B has sent meanwhile reaches A, and with it the end of B's connection, for B
	 * has given up. B has acknowledged something, but before the cut.
	 */
	@Test
	void linkThatEndsAsSoonAsItIsHeardAgainComesBackSoonToo() throws IOException {
		this.toA.hold();
		assertThat(sends(this.a, this.b)).isTrue();
		this.toB.stall();
		sends(this.a, this.b);
		pass(SilentLinks.SILENCE.plusSeconds(2));
		this.b.hangUp(this.a.address());
		this.b.dial(this.a.address());

		this.toA.release();
		this.toB.resume();
		awaitBothDirections();
	}

	@Test
	void silentLinkOverAPathThatIsWholeIsLeftAlone() {
		pass(SilentLinks.SILENCE.plusSeconds(2));
		assertThat(sends(this.a, this.b)).isTrue();
		assertThat(this.a.handler().downs()).isEmpty();
	}

	private void awaitBothDirections() {
		Awaitility.await().atMost(Duration.ofSeconds(8)).until(() -> sends(this.a, this.b) && sends(this.b, this.a));
	}

	private static boolean sends(TestNode from, TestNode to) {
		Link link = from.handler().link(to.address());
		int before = to.handler().frames().size();
		if (link == null || !from.send(link, Channels.REPLICATION, new byte[] { 1 })) {
			return false;
		}
		long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500);
		Awaitility.await()
			.pollInterval(Duration.ofMillis(5))
			.until(() -> to.handler().frames().size() > before || System.nanoTime() > until);
		return to.handler().frames().size() > before;
	}

	private static void pass(Duration duration) {
		long until = System.nanoTime() + duration.toNanos();
		Awaitility.await().atMost(duration.plusSeconds(30)).until(() -> System.nanoTime() >= until);
	}

}
