package io.horde.transport;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.horde.transport.Transport.ProbeResult;
import io.horde.transport.TransportHandler.DialFailure;
import io.horde.transport.TransportHandler.LinkDown;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What every {@link Transport} must do, in simulated or in real time.
 */
public abstract class TransportCompatibilityKit extends TransportFixture {

	@Test
	void linkComesUpOnBothSidesThoughOnlyOneDials() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
	}

	@Test
	void helloTravelsBothWays() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
		assertThat(a.link(b).hello()).asString(StandardCharsets.UTF_8).isEqualTo("hello of b");
		assertThat(b.link(a).hello()).asString(StandardCharsets.UTF_8).isEqualTo("hello of a");
	}

	@Test
	void linkKnowsThePeersAdvertisedAddress() {
		Node a = start("a");
		Node b = start("b");
		b.dial(a);
		linked(a, b);
		assertThat(a.link(b).address()).isEqualTo(b.address());
		assertThat(b.link(a).address()).isEqualTo(a.address());
	}

	@Test
	void framesArriveInOrderOnBothSides() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
		a.run(() -> send(a.link(b), Channels.REPLICATION, 1000));
		b.run(() -> send(b.link(a), Channels.SUPERVISOR, 1000));
		eventually(() -> b.handler.frames().size() >= 1000 && a.handler.frames().size() >= 1000);
		assertThat(numbers(b.handler.frames(Channels.REPLICATION))).hasSize(1000).isSorted();
		assertThat(numbers(a.handler.frames(Channels.SUPERVISOR))).hasSize(1000).isSorted();
	}

	@Test
	void frameArrivesAsItWasSent() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
		byte[] frame = new byte[100_000];
		for (int i = 0; i < frame.length; i++) {
			frame[i] = (byte) (i * 31);
		}
		a.run(() -> a.link(b).send(Channels.REGISTRY, frame));
		a.run(() -> a.link(b).send(Channels.REGISTRY, new byte[0]));
		eventually(() -> b.handler.frames().size() == 2);
		assertThat(b.handler.frames(Channels.REGISTRY).get(0)).isEqualTo(frame);
		assertThat(b.handler.frames(Channels.REGISTRY).get(1)).isEmpty();
	}

	@Test
	void refusalByTheDialledPeerIsToldWithItsReason() {
		Node a = start("a");
		Node b = start("b");
		LinkRefusal refusal = new LinkRefusal(37, Long.MIN_VALUE, "the cluster name of n9 is wrong", "n9:7420");
		b.handler.refuseIf((hello) -> hello.equals("hello of a") ? refusal : null);
		a.dial(b);
		eventually(() -> !a.handler.failures().isEmpty());
		assertThat(a.handler.failures().get(0)).satisfies((failed) -> {
			assertThat(failed.address()).isEqualTo(b.address());
			assertThat(failed.failure()).isEqualTo(DialFailure.REFUSED_BY_PEER);
			assertThat(failed.reason()).contains("the cluster name of n9 is wrong");
			assertThat(failed.refusal()).isEqualTo(refusal);
		});
		assertThat(a.handler.ups()).isEmpty();
		assertThat(b.handler.ups()).isEmpty();
	}

	@Test
	void refusalByTheDiallerIsToldWithItsReason() {
		Node a = start("a");
		Node b = start("b");
		LinkRefusal refusal = new LinkRefusal(7, 5, "no more nodes wanted");
		a.handler.refuseIf((hello) -> refusal);
		a.dial(b);
		eventually(() -> !a.handler.failures().isEmpty());
		assertThat(a.handler.failures().get(0)).satisfies((failed) -> {
			assertThat(failed.failure()).isEqualTo(DialFailure.REFUSED_BY_US);
			assertThat(failed.reason()).contains("no more nodes wanted");
			assertThat(failed.refusal()).isEqualTo(refusal);
		});
		assertThat(a.handler.ups()).isEmpty();
		assertThat(b.handler.ups()).isEmpty();
	}

	@Test
	void refusedPeerIsTriedAgainAndAcceptedLater() {
		Node a = start("a");
		Node b = start("b");
		b.handler.refuseIf((hello) -> LinkRefusal.of("not yet"));
		a.dial(b);
		eventually(() -> !a.handler.failures().isEmpty());
		b.handler.refuseIf((hello) -> null);
		a.handler.helloIs("second hello of a");
		linked(a, b);
		assertThat(b.link(a).hello()).asString(StandardCharsets.UTF_8).isEqualTo("second hello of a");
	}

	@Test
	void dialOfAnAddressWhereNobodyListensFails() {
		Node a = start("a");
		a.run(() -> a.transport.dial(closedAddress()));
		eventually(() -> !a.handler.failures().isEmpty());
		assertThat(a.handler.failures().get(0).failure()).isEqualTo(DialFailure.UNREACHABLE);
		assertThat(a.handler.failures().get(0).reason()).contains(closedAddress());
		assertThat(a.handler.failures().get(0).refusal()).isNull();
	}

	@Test
	void dialOfAForeignServiceFails() {
		String address = foreignAddress();
		Assumptions.assumeTrue(address != null, "no foreign address");
		Node a = start("a");
		a.run(() -> a.transport.dial(address));
		eventually(() -> a.handler.failures().stream().anyMatch((failed) -> failed.failure() == DialFailure.FOREIGN));
	}

	@Test
	void peerThatStartsLaterIsReached() {
		Node a = start("a");
		Node b = create("b");
		a.dial(b);
		eventually(() -> !a.handler.failures().isEmpty());
		b.start();
		linked(a, b);
	}

	@Test
	void simultaneousDialGivesExactlyOneLink() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		b.dial(a);
		linked(a, b);
		elapse(Duration.ofSeconds(2));
		assertThat(a.handler.link(b.address())).isNotNull();
		assertThat(b.handler.link(a.address())).isNotNull();
		a.run(() -> send(a.link(b), Channels.REPLICATION, 10));
		b.run(() -> send(b.link(a), Channels.REPLICATION, 10));
		eventually(() -> b.handler.frames().size() == 10 && a.handler.frames().size() == 10);
	}

	@Test
	void secondDialOfOneAddressDoesNothing() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
		a.dial(b);
		elapse(Duration.ofMillis(500));
		assertThat(a.handler.ups()).hasSize(1);
		assertThat(b.handler.ups()).hasSize(1);
	}

	@Test
	void dialOfTheOwnAddressIsIgnored() {
		Node a = start("a");
		a.dial(a);
		elapse(Duration.ofSeconds(1));
		assertThat(a.handler.ups()).isEmpty();
		assertThat(a.handler.failures()).isEmpty();
	}

	@Test
	void fullWindowRefusesFramesUntilItIsWritable() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
		Runnable resume = freeze(b.loop);
		int[] sent = new int[1];
		a.run(() -> sent[0] = fill(a.link(b), Channels.REPLICATION));
		assertThat(sent[0]).isPositive();
		assertThat(a.handler.writables()).isEmpty();
		resume.run();
		eventually(() -> a.handler.writables().size() == 1);
		eventually(() -> b.handler.frames().size() == sent[0]);
		a.run(() -> assertThat(a.link(b).send(Channels.REPLICATION, new byte[10])).isTrue());
		eventually(() -> b.handler.frames().size() == sent[0] + 1);
		assertThat(numbers(b.handler.frames(Channels.REPLICATION).subList(0, sent[0]))).isSorted();
	}

	@Test
	void inFlightBytesFallToZeroOnceAllIsAcknowledged() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
		long[] inFlight = new long[1];
		a.run(() -> {
			send(a.link(b), Channels.REPLICATION, 100);
			inFlight[0] = a.link(b).inFlightBytes();
		});
		assertThat(inFlight[0]).isPositive();
		eventually(() -> a.link(b).inFlightBytes() == 0);
	}

	@Test
	void controlChannelPassesAFullBulkWindow() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
		Runnable resume = freeze(b.loop);
		a.run(() -> {
			fill(a.link(b), Channels.REPLICATION);
			assertThat(a.link(b).send(Channels.CLUSTER, new byte[] { 1 })).isTrue();
		});
		resume.run();
		eventually(() -> b.handler.frames(Channels.CLUSTER).size() == 1);
	}

	@Test
	void oversizedFrameIsRefusedAndTheLinkStays() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
		a.run(() -> assertThatIllegalArgumentException()
			.isThrownBy(() -> a.link(b).send(Channels.REPLICATION, new byte[a.transport.maxFrameSize() + 1])));
		a.run(() -> assertThat(a.link(b).send(Channels.REPLICATION, new byte[a.transport.maxFrameSize()])).isTrue());
		eventually(() -> b.handler.frames().size() == 1);
		assertThat(b.handler.frames().get(0).frame()).hasSize(a.transport.maxFrameSize());
	}

	@Test
	void stoppedPeerClosesTheLink() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
		Link link = a.link(b);
		b.stop();
		eventually(() -> a.handler.downs().size() == 1);
		assertThat(a.handler.downs().get(0).evidence()).isEqualTo(LinkDown.CLOSED);
		assertThat(link.isUp()).isFalse();
		a.run(() -> assertThat(link.send(Channels.CLUSTER, new byte[1])).isFalse());
	}

	@Test
	void stoppedDiallerClosesTheLink() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
		a.stop();
		eventually(() -> b.handler.downs().size() == 1);
		assertThat(b.handler.downs().get(0).evidence()).isEqualTo(LinkDown.CLOSED);
	}

	@Test
	void nothingIsToldAfterAStop() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
		a.stop();
		b.run(() -> {
			Link link = b.handler.link(a.address());
			if (link != null) {
				link.send(Channels.CLUSTER, new byte[1]);
			}
		});
		elapse(Duration.ofSeconds(1));
		assertThat(a.handler.downs()).isEmpty();
		assertThat(a.handler.frames()).isEmpty();
	}

	@Test
	void restartedPeerIsRedialledWithANewLink() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
		Link first = a.link(b);
		b.stop();
		eventually(() -> a.handler.downs().size() == 1);
		Node again = start("b");
		again.handler.helloIs("hello of the next b");
		eventually(() -> a.handler.link(again.address()) != null);
		assertThat(a.link(again)).isNotSameAs(first);
		eventually(() -> again.handler.link(a.address()) != null);
		again.run(() -> again.link(a).send(Channels.CLUSTER, new byte[1]));
		eventually(() -> a.handler.frames().size() == 1);
		assertThat(a.handler.frames().get(0).link()).isNotSameAs(first);
	}

	@Test
	void transportCanBeStartedAgain() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
		a.stop();
		eventually(() -> b.handler.downs().size() == 1);
		a.start();
		elapse(Duration.ofMillis(500));
		assertThat(a.handler.ups()).as("earlier dials are forgotten").hasSize(1);
		a.handler.violations().clear();
		b.dial(a);
		eventually(() -> a.handler.ups().size() == 2 && b.handler.ups().size() == 2);
		a.handler.violations().clear();
	}

	@Test
	void hangUpClosesTheLinkAndEndsTheDial() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
		a.run(() -> a.transport.hangUp(b.address()));
		eventually(() -> a.handler.downs().size() == 1 && b.handler.downs().size() == 1);
		assertThat(a.handler.downs().get(0).evidence()).isEqualTo(LinkDown.HUNG_UP);
		assertThat(b.handler.downs().get(0).evidence()).isEqualTo(LinkDown.CLOSED);
		elapse(Duration.ofSeconds(2));
		assertThat(a.handler.ups()).hasSize(1);
	}

	@Test
	void addressCanBeDialledAgainAfterAHangUp() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
		a.run(() -> a.transport.hangUp(b.address()));
		eventually(() -> a.handler.downs().size() == 1 && b.handler.downs().size() == 1);
		a.dial(b);
		linked(a, b);
	}

	@Test
	void takenAddressIsReported() {
		Node a = start("a");
		Node second = create("a");
		second.run(() -> assertThatExceptionOfType(TransportException.class)
			.isThrownBy(() -> second.transport.start(second.handler))
			.withMessageContaining(a.address()));
		a.run(() -> assertThat(a.transport.address()).isEqualTo(a.address()));
	}

	@Test
	void probeOfAListenerIsAccepted() {
		Node a = start("a");
		Node b = start("b");
		assertThat(probe(a, b.address())).isEqualTo(ProbeResult.ACCEPTED);
		assertThat(b.handler.ups()).isEmpty();
	}

	@Test
	void probeOfAClosedAddressIsRefused() {
		Node a = start("a");
		assertThat(probe(a, closedAddress())).isEqualTo(ProbeResult.REFUSED);
	}

	@Test
	void probeOfAStoppedPeerIsRefused() {
		Node a = start("a");
		Node b = start("b");
		a.dial(b);
		linked(a, b);
		String address = b.address();
		b.stop();
		eventually(() -> a.handler.downs().size() == 1);
		assertThat(probe(a, address)).isEqualTo(ProbeResult.REFUSED);
	}

	@Test
	void probeOfASilentAddressIsSilent() {
		String address = silentAddress();
		Assumptions.assumeTrue(address != null, "no silent address");
		Node a = start("a");
		assertThat(probe(a, address)).isEqualTo(ProbeResult.SILENT);
	}

	@Test
	void threeNodesFormAMesh() {
		Node a = start("a");
		Node b = start("b");
		Node c = start("c");
		a.dial(b);
		b.dial(c);
		c.dial(a);
		linked(a, b);
		linked(b, c);
		linked(a, c);
		b.run(() -> b.link(c).send(Channels.CLUSTER, new byte[] { 7 }));
		eventually(() -> c.handler.frames().size() == 1);
		assertThat(c.handler.frames().get(0).link().address()).isEqualTo(b.address());
		assertThat(a.handler.frames()).isEmpty();
	}

}
