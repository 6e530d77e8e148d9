package io.horde.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import io.horde.cluster.MemberSource.Candidate;
import io.horde.cluster.membership.MembershipSettings;
import io.horde.crdt.Versioned;
import io.horde.distribution.UniformDistribution;
import io.horde.hazelcast.HazelcastTransport;
import io.horde.hazelcast.HazelcastTransportSettings;
import io.horde.node.Changed;
import io.horde.node.HordeNode;
import io.horde.node.HordeSettings;
import io.horde.node.SingleThreadEventLoop;
import io.horde.node.UserCode;
import io.horde.payload.codec.CborPayloadCodec;
import io.horde.process.engine.ProcessCreation;
import io.horde.process.engine.ProcessFactory;
import io.horde.process.engine.ProcessType;
import io.horde.registry.ConflictResolver;
import io.horde.registry.HordeRegistry;
import io.horde.registry.NameQuery;
import io.horde.registry.engine.CurrentRegistry;
import io.horde.replication.MapListener;
import io.horde.replication.ReplicatedMap;
import io.horde.replication.ReplicationStats;
import io.horde.replication.protocol.EntryCodec;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * One node of {@link ReplicationBenchmark}, in a JVM of its own: the whole core over the
 * production transport, without Spring. Does what its standard input says, a command a
 * line, and answers each with one line.
 */
final class BenchmarkNode {

	static final String ANSWER = "= ";

	private static final long DEADLINE = TimeUnit.SECONDS.toNanos(90);

	private final ConcurrentLinkedQueue<Long> lags = new ConcurrentLinkedQueue<>();

	private final String name;

	private final SingleThreadEventLoop loop;

	private final HazelcastTransport hazelcast;

	private final CountingTransport transport;

	private final HordeNode node;

	private final ReplicatedMap<String> bulk;

	private final ReplicatedMap<String> single;

	private volatile boolean watching;

	private volatile long mostHeap;

	private @Nullable Thread watcher;

	private BenchmarkNode(String name, int port) {
		this.name = name;
		this.loop = new SingleThreadEventLoop("horde-" + name);
		this.hazelcast = new HazelcastTransport(this.loop,
				HazelcastTransportSettings.defaults("127.0.0.1", port, "benchmark", name));
		this.transport = new CountingTransport(this.hazelcast);
		this.node = new HordeNode(this.loop, this.transport,
				new UserCode(new NoProcesses(), new CachedThreads(), new CborPayloadCodec(),
						(strategy) -> new UniformDistribution(), ConflictResolver.lastWriteWins()),
				settings(name), ProcessHandle.current().pid());
		this.bulk = this.node.replicator().map("bulk", new Strings(), Versioned.BY_STAMP);
		this.single = this.node.replicator().map("single", new Strings(), Versioned.BY_STAMP);
		this.single.addListener(new MapListener<>() {

			@Override
			public void changed(String key, @Nullable Versioned<String> before, @Nullable Versioned<String> after) {
				if (after != null && !after.dot().replica().equals(BenchmarkNode.this.node.membership().selfId())) {
					BenchmarkNode.this.lags.add(System.nanoTime() - Long.parseLong(after.value()));
				}
			}

		});
	}

	private static HordeSettings settings(String name) {
		MembershipSettings defaults = MembershipSettings.defaults(name);
		return HordeSettings.defaults(name)
			.with(Changed.of(defaults, "overlayAbove",
					Integer.getInteger("bench.overlay-above", defaults.overlayAbove())));
	}

	/**
	 * Run a node until its standard input ends.
	 * @param args its name and its port
	 * @throws IOException if the input can't be read
	 */
	public static void main(String[] args) throws IOException {
		int status = 1;
		try {
			serve(new BenchmarkNode(args[0], Integer.parseInt(args[1])));
			status = 0;
		}
		catch (RuntimeException ex) {
			ex.printStackTrace();
		}
		// Hazelcast's threads would go on
		Runtime.getRuntime().halt(status);
	}

	private static void serve(BenchmarkNode node) throws IOException {
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		System.out.println(ANSWER + "ready");
		String line = input.readLine();
		while (line != null) {
			System.out.println(ANSWER + node.run(line.split(" ")));
			line = input.readLine();
		}
	}

	private Object run(String[] words) {
		return switch (words[0]) {
			case "start" -> start(Arrays.asList(words).subList(1, words.length));
			case "await-members" -> await(() -> this.node.membership().view().up().size() == number(words[1]));
			case "write" -> write(words[1], number(words[2]));
			case "overwrite" -> overwrite(words[1], number(words[2]), number(words[3]));
			case "register" -> register(words[1], number(words[2]));
			case "await-size" -> await(() -> this.bulk.size() >= number(words[1]));
			case "await-names" -> await(() -> registry().count(NameQuery.prefix(words[1])) >= number(words[2]));
			case "await-round" -> awaitRound(words[1], number(words[2]), number(words[3]));
			case "single" -> single(number(words[1]), number(words[2]));
			case "lags" -> lags();
			case "bytes" -> this.transport.replicationBytes() + " " + this.transport.otherBytes() + " "
					+ this.hazelcast.counters().bytesSent().sum() + " " + written();
			case "first-frame" -> this.transport.firstReplicationFrame();
			case "stats" -> stats();
			case "links" -> this.node.membership().linked().size();
			case "heap" -> heap();
			case "watch-heap" -> watchHeap();
			case "most-heap" -> mostHeap();
			case "cut" -> cut(true);
			case "heal" -> cut(false);
			default -> throw new IllegalArgumentException(String.join(" ", words));
		};
	}

	private static int number(String word) {
		return Integer.parseInt(word);
	}

	private static String key(String prefix, int number) {
		return String.format("%s%0" + (20 - prefix.length()) + "d", prefix, number);
	}

	private long start(Collection<String> addresses) {
		long begin = System.nanoTime();
		this.node.start().join();
		List<Candidate> candidates = addresses.stream().map((address) -> new Candidate(address, "")).toList();
		this.loop.execute(() -> this.node.membership().candidates(candidates));
		return begin;
	}

	private long await(BooleanSupplier condition) {
		long deadline = System.nanoTime() + DEADLINE;
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException(this.name + " waits in vain, has " + this.bulk.size()
						+ " entries and sees " + this.node.membership().view().up());
			}
			LockSupport.parkNanos(500_000);
		}
		return System.nanoTime();
	}

	/**
	 * Write new entries. Keys and values are made before, and the garbage of that is
	 * collected, so that their cost is not measured.
	 */
	private String write(String prefix, int count) {
		String[] keys = new String[count];
		String[] values = new String[count];
		for (int i = 0; i < count; i++) {
			keys[i] = key(prefix, i);
			values[i] = key("v", i);
		}
		System.gc();
		long begin = System.nanoTime();
		for (int i = 0; i < count; i++) {
			put(this.bulk, keys[i], values[i]);
		}
		return begin + " " + System.nanoTime();
	}

	/**
	 * Write the same entries again and again.
	 */
	private String overwrite(String prefix, int count, int rounds) {
		long begin = System.nanoTime();
		for (int round = 1; round <= rounds; round++) {
			String value = key("r", round);
			for (int i = 0; i < count; i++) {
				put(this.bulk, key(prefix, i), value);
			}
		}
		return begin + " " + System.nanoTime();
	}

	private HordeRegistry registry() {
		return new CurrentRegistry(this.node.registry());
	}

	private String register(String prefix, int count) {
		String[] names = new String[count];
		for (int i = 0; i < count; i++) {
			names[i] = key(prefix, i);
		}
		long begin = System.nanoTime();
		for (String name : names) {
			registry().register(name, name);
		}
		return begin + " " + System.nanoTime();
	}

	private long awaitRound(String prefix, int count, int round) {
		String value = key("r", round);
		for (int i = 0; i < count; i++) {
			String key = key(prefix, i);
			await(() -> {
				Versioned<String> visible = this.bulk.get(key);
				return visible != null && visible.value().equals(value);
			});
		}
		return System.nanoTime();
	}

	private String single(int count, int gapMillis) {
		for (int i = 0; i < count; i++) {
			put(this.single, key("s", i), Long.toString(System.nanoTime()));
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(gapMillis));
		}
		return "done";
	}

	private void put(ReplicatedMap<String> map, String key, String value) {
		this.node.replicator().write((writes) -> writes.put(map, key, value));
	}

	/**
	 * Return how long the writes of others took to be visible here, and forget them.
	 */
	private String lags() {
		String all = this.lags.stream().map(String::valueOf).collect(Collectors.joining(" "));
		this.lags.clear();
		return all;
	}

	/**
	 * Return what this process has written, nearly all of it into sockets; 0 where there
	 * is no {@code /proc}.
	 */
	private static long written() {
		Path io = Path.of("/proc/self/io");
		if (!Files.exists(io)) {
			return 0;
		}
		try {
			return Files.readAllLines(io)
				.stream()
				.filter((line) -> line.startsWith("wchar: "))
				.mapToLong((line) -> Long.parseLong(line.substring("wchar: ".length())))
				.sum();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private String stats() {
		ReplicationStats stats = this.node.replicator().stats();
		return stats.entries() + " " + stats.logBytes() + " " + stats.pulls() + " " + stats.reconciliations();
	}

	private static long heap() {
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	/**
	 * Collect garbage again and again, and keep the largest heap that was left.
	 */
	private long watchHeap() {
		long before = Math.min(heap(), heap());
		this.mostHeap = 0;
		this.watching = true;
		Thread watcher = new Thread(() -> {
			while (this.watching) {
				this.mostHeap = Math.max(this.mostHeap, heap());
				LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
			}
		}, "heap");
		watcher.setDaemon(true);
		watcher.start();
		this.watcher = watcher;
		return before;
	}

	private long mostHeap() {
		this.watching = false;
		try {
			if (this.watcher != null) {
				this.watcher.join();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return this.mostHeap;
	}

	private long cut(boolean cut) {
		this.transport.cut(cut);
		return System.nanoTime();
	}

	/**
	 * The format of strings.
	 */
	private static final class Strings implements EntryCodec<String> {

		@Override
		public void write(String value, long stamp, FrameWriter writer) {
			writer.string(value);
		}

		@Override
		public String read(FrameReader reader, long stamp) {
			return reader.string();
		}

	}

	/**
	 * A node that can run nothing.
	 */
	private static final class NoProcesses implements ProcessFactory {

		@Override
		public Collection<ProcessType> types() {
			return List.of();
		}

		@Override
		public @Nullable ProcessType type(String name) {
			return null;
		}

		@Override
		public Object create(ProcessCreation creation) {
			throw new IllegalStateException("There are no processes here");
		}

		@Override
		public void destroy(ProcessCreation creation, Object instance) {
		}

	}

}
