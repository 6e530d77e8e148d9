package io.horde.hazelcast;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.horde.node.SingleThreadEventLoop;
import io.horde.transport.Channels;
import io.horde.transport.Link;
import io.horde.transport.LinkRefusal;
import io.horde.transport.RecordingHandler;
import io.horde.transport.TransportHandler;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How frames flow over one link.
 */
class FlowTests {

	private static final int WINDOW = 1 << 20;

	private TestNode sender;

	private SingleThreadEventLoop receiverLoop;

	private HazelcastTransport receiver;

	private final Counting counting = new Counting();

	private Link link;

	@BeforeEach
	void link() throws Exception {
		this.sender = TestNode.start("sender", (settings) -> settings.withLimits(1 << 20, WINDOW));
		this.receiverLoop = new SingleThreadEventLoop("receiver");
		this.receiver = new HazelcastTransport(this.receiverLoop,
				HazelcastTransportSettings.defaults("127.0.0.1", 0, "test", "receiver"));
		CountDownLatch started = new CountDownLatch(1);
		this.receiverLoop.execute(() -> {
			this.receiver.start(this.counting);
			started.countDown();
		});
		started.await();
		this.sender.dial(this.receiver.address());
		this.link = this.sender.linkTo(this.receiver.address());
	}

	@AfterEach
	void close() throws Exception {
		this.sender.close();
		CountDownLatch stopped = new CountDownLatch(1);
		this.receiverLoop.execute(() -> {
			this.receiver.stop();
			stopped.countDown();
		});
		stopped.await();
		this.receiverLoop.close();
	}

	@Test
	void hundredThousandFramesArriveInOrder() {
		int count = 100_000;
		long begin = System.nanoTime();
		sendAll(count, 100);
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> this.counting.received.get() == count);
		System.out.printf("%,d frames of 100 bytes per second, %d packets in all%n",
				count * 1_000_000_000L / (System.nanoTime() - begin), this.counting.received.get());
		assertThat(this.counting.outOfOrder.get()).isZero();
		assertThat(this.receiver.counters().framesReceived().sum()).isEqualTo(count);
		assertThat(this.sender.transport().counters().framesSent().sum()).isEqualTo(count);
		assertThat(this.receiver.counters().dropped().sum()).isZero();
	}

	@Test
	void framesOfManySizesArriveInOrder() {
		int count = 2_000;
		AtomicInteger next = new AtomicInteger();
		pump(next, count, (number) -> 4 + (int) ((number * 7919L) % 300_000));
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> this.counting.received.get() == count);
		assertThat(this.counting.outOfOrder.get()).isZero();
	}

	@Test
	void slowReceiverBoundsWhatIsInFlight() {
		CountDownLatch resume = new CountDownLatch(1);
		this.receiverLoop.execute(() -> awaitUninterrupted(resume));
		int[] accepted = new int[1];
		this.sender.run(() -> {
			while (this.link.send(Channels.REPLICATION, frame(accepted[0], 1000))) {
				accepted[0]++;
			}
		});
		assertThat(this.link.inFlightBytes()).isBetween((long) WINDOW, WINDOW + 1100L);
		assertThat(this.sender.handler().writables()).isEmpty();
		resume.countDown();
		Awaitility.await().until(() -> this.sender.handler().writables().size() == 1);
		Awaitility.await().until(() -> this.counting.received.get() == accepted[0]);
		Awaitility.await().until(() -> this.link.inFlightBytes() == 0);
	}

	@Test
	void framesBetweenMembersHaveABoundOfTheirOwn() {
		CountDownLatch resume = new CountDownLatch(1);
		this.receiverLoop.execute(() -> awaitUninterrupted(resume));
		int[] accepted = new int[1];
		this.sender.run(() -> {
			while (this.link.send(Channels.CLUSTER, frame(accepted[0], 1000))) {
				accepted[0]++;
			}
		});
		assertThat(this.link.inFlightBytes()).isLessThanOrEqualTo((256 << 10) + 1100);
		resume.countDown();
		Awaitility.await().until(() -> this.counting.received.get() == accepted[0]);
	}

	@Test
	void smallFramesShareAPacket() {
		long before = this.sender.transport().counters().bytesSent().sum();
		this.sender.run(() -> {
			for (int i = 0; i < 1000; i++) {
				this.link.send(Channels.REPLICATION, frame(i, 20));
			}
		});
		Awaitility.await().until(() -> this.counting.received.get() == 1000);
		assertThat(this.sender.transport().counters().bytesSent().sum() - before).isLessThan(1000 * 26 + 200);
	}

	private void sendAll(int count, int size) {
		pump(new AtomicInteger(), count, (number) -> size);
	}

	private void pump(AtomicInteger next, int count, java.util.function.IntUnaryOperator size) {
		RecordingHandler handler = this.sender.handler();
		while (next.get() < count) {
			int before = handler.writables().size();
			this.sender.run(() -> {
				while (next.get() < count
						&& this.link.send(Channels.REPLICATION, frame(next.get(), size.applyAsInt(next.get())))) {
					next.incrementAndGet();
				}
			});
			Awaitility.await()
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(1))
				.atMost(Duration.ofSeconds(30))
				.until(() -> next.get() == count || handler.writables().size() > before || !this.link.isUp());
			assertThat(this.link.isUp()).as("%s, after %d frames", handler.downs(), next.get()).isTrue();
		}
	}

	private static byte[] frame(int number, int size) {
		return ByteBuffer.allocate(size).putInt(number).array();
	}

	private static void awaitUninterrupted(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Counts frames and checks their order.
	 */
	private static final class Counting implements TransportHandler {

		private final AtomicInteger received = new AtomicInteger();

		private final AtomicInteger outOfOrder = new AtomicInteger();

		@Override
		public byte[] hello() {
			return new byte[0];
		}

		@Override
		public @Nullable LinkRefusal refuse(String address, byte[] hello) {
			return null;
		}

		@Override
		public void linkUp(Link link) {
		}

		@Override
		public void linkDown(Link link, LinkDown evidence) {
		}

		@Override
		public void frame(Link link, int channel, byte[] frame) {
			if (ByteBuffer.wrap(frame).getInt() != this.received.getAndIncrement()) {
				this.outOfOrder.incrementAndGet();
			}
		}

		@Override
		public void writable(Link link) {
		}

		@Override
		public void dialFailed(String address, DialFailure failure, String reason, @Nullable LinkRefusal refusal) {
		}

		@Override
		public void failed(String reason) {
		}

	}

}
