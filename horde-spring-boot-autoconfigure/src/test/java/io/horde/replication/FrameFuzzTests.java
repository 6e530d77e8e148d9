package io.horde.replication;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.sun.management.ThreadMXBean;
import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.Codecs;
import io.horde.replication.protocol.EntriesCodec;
import io.horde.replication.protocol.Message;
import io.horde.replication.protocol.Messages;
import io.horde.test.Simulation;
import io.horde.wire.FrameReader;
import io.horde.wire.MalformedFrameException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads replication frames that somebody has tampered with: {@code -Dhorde.fuzz.frames=…}
 * of them.
 */
class FrameFuzzTests {

	private static final int FRAMES = Integer.getInteger("horde.fuzz.frames", 1_000_000);

	private static final int THREADS = 2;

	private static final int TYPES = 16;

	private static final ReplicaId SENDER = new ReplicaId("a", 1);

	private static final ThreadMXBean MEASURE = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private static final List<byte[]> REAL = new ArrayList<>();

	private static Codecs codecs;

	/**
	 * Collect real frames, some of every type: of nodes that join, write, miss something,
	 * pull and reconcile.
	 */
	@BeforeAll
	static void collect() {
		TreeMap<Integer, Integer> types = new TreeMap<>();
		Simulation simulation = new Simulation(3);
		List<String> members = List.of("a", "b", "c");
		List<TestNode> nodes = new ArrayList<>();
		for (String member : members) {
			TestNode node = new TestNode(simulation, member, 77_000_000_000L, new ReplicationSettings(4000, 300, 4000));
			node.peers.tap = (frame) -> {
				FrameReader reader = new FrameReader(frame);
				reader.array();
				if (types.merge(reader.intValue(), 1, Integer::sum) <= 20) {
					REAL.add(frame);
				}
			};
			node.peers.forgetting(Duration.ofSeconds(20), () -> {
			});
			nodes.add(node.start(members));
			simulation.run(Duration.ofSeconds(2));
		}
		codecs = nodes.get(0).replicator.store().codecs();
		simulation.network().linkTimeout(Duration.ofMillis(500));
		for (int round = 0; round < 12; round++) {
			simulation.network().partition(List.of("a"), List.of("b", "c"));
			simulation.run(Duration.ofSeconds(1));
			for (int i = 0; i < 3 + round * 10; i++) {
				nodes.get(i % 3).put("key" + (i % 40), "value" + round);
				nodes.get((i + 1) % 3).remove("key" + ((i + 7) % 40));
			}
			simulation.network().heal();
			simulation.run(Duration.ofSeconds(4));
		}
		// What a doubts afterwards, since b has removed it and its log reaches no more:
		// it asks
		for (int i = 0; i < 40; i++) {
			nodes.get(0).put("doubtful" + i, "value");
		}
		simulation.run(Duration.ofSeconds(2));
		simulation.network().partition(List.of("a"), List.of("b", "c"));
		simulation.run(Duration.ofSeconds(1));
		for (int i = 0; i < 300; i++) {
			nodes.get(1).remove("doubtful" + (i % 40));
			nodes.get(1).put("key" + (i % 40), "last" + i);
		}
		simulation.network().heal();
		simulation.run(Duration.ofSeconds(4));
		nodes.get(2).loop.kill();
		for (int i = 0; i < 40; i++) {
			nodes.get(0).remove("key" + i);
		}
		new TestNode(simulation, "c", 78_000_000_000L, ReplicationSettings.defaults()).start(members);
		simulation.run(Duration.ofSeconds(30));
		assertThat(types).as("types of frames").hasSize(TYPES);
	}

	@Test
	void everyFrameIsReadOrRefusedCleanly() throws Exception {
		// On threads of their own, where a stack trace is cheap
		ExecutorService executor = Executors.newFixedThreadPool(THREADS);
		try {
			int refused = 0;
			List<Future<Integer>> parts = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				SplittableRandom random = new SplittableRandom(i);
				parts.add(executor.submit(() -> refused(random, FRAMES / THREADS)));
			}
			for (Future<Integer> part : parts) {
				refused += part.get();
			}
			assertThat(refused).isBetween(FRAMES / 4, FRAMES - 1);
		}
		finally {
			executor.shutdown();
		}
	}

	private static int refused(SplittableRandom random, int frames) {
		int refused = 0;
		for (int i = 0; i < frames; i++) {
			byte[] frame = mutate(random);
			try {
				read(frame);
			}
			catch (MalformedFrameException ex) {
				refused++;
			}
			catch (RuntimeException | Error ex) {
				throw new AssertionError("Frame " + i + " " + Arrays.toString(frame), ex);
			}
		}
		return refused;
	}

	@Test
	void nothingIsAllocatedBeyondTheBoundsOfAFrame() {
		SplittableRandom random = new SplittableRandom(2);
		double most = 0;
		for (int i = 0; i < FRAMES / 10; i++) {
			byte[] frame = mutate(random);
			long before = MEASURE.getCurrentThreadAllocatedBytes();
			try {
				read(frame);
			}
			catch (MalformedFrameException ex) {
				// Costs a stack trace, which is counted below
			}
			long allocated = MEASURE.getCurrentThreadAllocatedBytes() - before;
			if (i > 1000) {
				most = Math.max(most, (allocated - 16_000) / (double) Math.max(1, frame.length));
			}
		}
		assertThat(most).as("bytes per byte of a frame").isLessThanOrEqualTo(32);
	}

	private static void read(byte[] frame) {
		Message message = Messages.read(frame, SENDER);
		if (message instanceof Message.Deltas deltas) {
			deltas.runs()
				.forEach((run) -> run.deltas().forEach((delta) -> codecs.read(run.origin(), delta, (id) -> id)));
		}
		else if (message instanceof Message.Chunk chunk) {
			EntriesCodec.read(chunk.entries(), codecs, (id) -> id);
		}
		else if (message instanceof Message.Entries told) {
			EntriesCodec.read(told.entries(), codecs, (id) -> id);
		}
	}

	private static byte[] mutate(SplittableRandom random) {
		byte[] frame = REAL.get(random.nextInt(REAL.size())).clone();
		int mutations = 1 + random.nextInt(3);
		for (int i = 0; i < mutations && frame.length > 1; i++) {
			int at = random.nextInt(frame.length);
			switch (random.nextInt(7)) {
				case 0 -> frame[at] ^= (byte) (1 << random.nextInt(8));
				case 1 -> frame[at] = (byte) random.nextInt(256);
				case 2 -> frame = Arrays.copyOf(frame, at);
				case 3 -> frame = splice(frame, at, REAL.get(random.nextInt(REAL.size())), random);
				case 4 -> frame = insert(frame, at, hugeHead(random));
				case 5 -> {
					byte[] head = hugeHead(random);
					System.arraycopy(head, 0, frame, at, Math.min(head.length, frame.length - at));
				}
				default -> frame = insert(frame, at, Arrays.copyOfRange(frame, at, frame.length));
			}
		}
		return frame;
	}

	/* An array, a string or a number that claims to be large. */
	private static byte[] hugeHead(SplittableRandom random) {
		int[] majors = { 0x00, 0x20, 0x40, 0x60, 0x80, 0xa0 };
		int size = random.nextInt(4);
		byte[] head = new byte[1 + (1 << size)];
		head[0] = (byte) (majors[random.nextInt(majors.length)] | (24 + size));
		for (int i = 1; i < head.length; i++) {
			head[i] = (byte) (random.nextBoolean() ? 0xff : random.nextInt(128));
		}
		return head;
	}

	private static byte[] splice(byte[] frame, int at, byte[] other, SplittableRandom random) {
		int from = random.nextInt(other.length);
		byte[] spliced = Arrays.copyOf(frame, at + other.length - from);
		System.arraycopy(other, from, spliced, at, other.length - from);
		return spliced;
	}

	private static byte[] insert(byte[] frame, int at, byte[] inserted) {
		byte[] longer = Arrays.copyOf(frame, frame.length + inserted.length);
		System.arraycopy(inserted, 0, longer, at, inserted.length);
		System.arraycopy(frame, at, longer, at + inserted.length, frame.length - at);
		return longer;
	}

}
