package io.horde.benchmark;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.sun.management.OperatingSystemMXBean;
import io.horde.hazelcast.HazelcastTransport;
import io.horde.hazelcast.HazelcastTransportSettings;
import io.horde.hazelcast.gate.LinkSecurity;
import io.horde.node.SingleThreadEventLoop;
import io.horde.transport.Channels;
import io.horde.transport.Link;
import io.horde.transport.LinkRefusal;
import io.horde.transport.TransportHandler;
import org.jspecify.annotations.Nullable;

/**
 * What encryption costs: round trips of 100 bytes, one after the other, and frames of 64
 * kB in one direction, over an open and over a secured link between two transports in
 * this JVM, in turns. A program, not a test: {@code java … LinkBenchmark [rounds]}.
 */
final class LinkBenchmark {

	private static final int ROUND_TRIPS = 20_000;

	private static final int FRAMES = 8_000;

	private static final int FRAME = 64 * 1024;

	private LinkBenchmark() {
	}

	public static void main(String[] args) throws Exception {
		int rounds = (args.length > 0) ? Integer.parseInt(args[0]) : 5;
		LinkSecurity secured = LinkSecurity.secret("0123456789abcdef0123456789abcdef", null);
		for (int round = 0; round <= rounds; round++) {
			measure((round == 0) ? "warm-up, open" : "open", LinkSecurity.OPEN);
			measure((round == 0) ? "warm-up, secured" : "secured", secured);
		}
		System.exit(0);
	}

	private static void measure(String name, LinkSecurity security) throws Exception {
		OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
		try (Side a = new Side("a", security, false); Side b = new Side("b", security, true)) {
			a.run(() -> a.transport.dial(b.transport.address()));
			Link link = a.link.get(30, TimeUnit.SECONDS);
			long[] times = new long[ROUND_TRIPS];
			for (int i = 0; i < ROUND_TRIPS; i++) {
				a.roundTrip(link);
			}
			long cpu = system.getProcessCpuTime();
			for (int i = 0; i < ROUND_TRIPS; i++) {
				times[i] = a.roundTrip(link);
			}
			cpu = system.getProcessCpuTime() - cpu;
			Arrays.sort(times);
			a.bulk(link, b, FRAMES);
			long begin = System.nanoTime();
			a.bulk(link, b, FRAMES);
			double seconds = (System.nanoTime() - begin) / 1e9;
			System.out.printf(Locale.ROOT,
					"%-18s round trip p50 %.1f us, p99 %.1f us, %.1f us of processor; %.0f MB/s in frames of 64 kB%n",
					name, times[ROUND_TRIPS / 2] / 1e3, times[ROUND_TRIPS * 99 / 100] / 1e3, cpu / 1e3 / ROUND_TRIPS,
					(double) FRAMES * FRAME / 1e6 / seconds);
		}
	}

	/**
	 * One transport with its event loop.
	 */
	private static final class Side implements TransportHandler, AutoCloseable {

		private final SingleThreadEventLoop loop;

		private final HazelcastTransport transport;

		private final boolean echo;

		private final CompletableFuture<Link> link = new CompletableFuture<>();

		private final BlockingQueue<Long> answers = new ArrayBlockingQueue<>(1);

		private CountDownLatch expected = new CountDownLatch(0);

		private int unsent;

		Side(String name, LinkSecurity security, boolean echo) throws Exception {
			this.loop = new SingleThreadEventLoop("loop-" + name);
			this.transport = new HazelcastTransport(this.loop,
					HazelcastTransportSettings.defaults("127.0.0.1", 0, "bench", name).withSecurity(security));
			this.echo = echo;
			run(() -> this.transport.start(this));
		}

		void run(Runnable task) throws Exception {
			CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
			this.loop.execute(() -> {
				task.run();
				done.complete(null);
			});
			done.get(60, TimeUnit.SECONDS);
		}

		long roundTrip(Link link) throws InterruptedException {
			long begin = System.nanoTime();
			this.loop.execute(() -> link.send(Channels.CLUSTER, new byte[100]));
			return this.answers.take() - begin;
		}

		void bulk(Link link, Side receiver, int frames) throws Exception {
			CountDownLatch arrived = new CountDownLatch(frames);
			receiver.run(() -> receiver.expected = arrived);
			run(() -> {
				this.unsent = frames;
				sendMore(link);
			});
			if (!arrived.await(5, TimeUnit.MINUTES)) {
				throw new IllegalStateException("Frames did not arrive");
			}
		}

		private void sendMore(Link link) {
			while (this.unsent > 0 && link.send(Channels.REPLICATION, new byte[FRAME])) {
				this.unsent--;
			}
		}

		@Override
		public byte[] hello() {
			return new byte[1];
		}

		@Override
		public @Nullable LinkRefusal refuse(String address, byte[] hello) {
			return null;
		}

		@Override
		public void linkUp(Link link) {
			this.link.complete(link);
		}

		@Override
		public void linkDown(Link link, LinkDown evidence) {
			// The end of a measurement.
		}

		@Override
		public void frame(Link link, int channel, byte[] frame) {
			if (channel == Channels.REPLICATION) {
				this.expected.countDown();
			}
			else if (this.echo) {
				link.send(channel, frame);
			}
			else {
				this.answers.add(System.nanoTime());
			}
		}

		@Override
		public void writable(Link link) {
			sendMore(link);
		}

		@Override
		public void dialFailed(String address, DialFailure failure, String reason, @Nullable LinkRefusal refusal) {
			throw new IllegalStateException(reason);
		}

		@Override
		public void failed(String reason) {
			throw new IllegalStateException(reason);
		}

		@Override
		public void close() throws Exception {
			run(this.transport::stop);
			this.loop.close();
		}

	}

}
