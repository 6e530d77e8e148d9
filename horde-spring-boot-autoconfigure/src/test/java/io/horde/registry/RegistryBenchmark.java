package io.horde.registry;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.horde.crdt.Dot;
import io.horde.crdt.Versioned;
import io.horde.process.ProcessContext;
import io.horde.replication.ReplicatedMap;
import io.horde.replication.protocol.EntryCodec;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures what a caller on one node waits for: lookups, registrations and
 * {@code isOwner()}, none of which asks another node.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RegistryBenchmark {

	private static final int NAMES = 8192;

	@Benchmark
	public @Nullable Object bareConcurrentHashMapGet(TwoNodes nodes, Next next) {
		return nodes.bare.get(nodes.wanted[next.index()]);
	}

	@Benchmark
	public Optional<NameEntry> lookupOfAnOwnName(TwoNodes nodes, Next next) {
		return nodes.registry.lookup(nodes.ownWanted[next.index()]);
	}

	@Benchmark
	public Optional<NameEntry> lookupOfANameOfAnotherNode(TwoNodes nodes, Next next) {
		return nodes.registry.lookup(nodes.wanted[next.index()]);
	}

	@Benchmark
	public @Nullable Versioned<String> getOfAReplicatedMap(TwoNodes nodes, Next next) {
		return nodes.map.get(nodes.wanted[next.index()]);
	}

	@Benchmark
	public boolean isOwner(TwoNodes nodes) {
		return nodes.process.isOwner();
	}

	@Benchmark
	public Dot putIntoAReplicatedMap(OneNode node, Next next) {
		return node.put(next.index());
	}

	@Benchmark
	public boolean registerAndUnregister(OneNode node, Next next) {
		String name = node.names[next.index()];
		return node.registry.tryRegister(name, "value-12345678901234") && node.registry.unregister(name);
	}

	private static String[] names(String prefix) {
		String[] names = new String[NAMES];
		for (int i = 0; i < NAMES; i++) {
			names[i] = String.format("%s-%015d", prefix, i);
		}
		return names;
	}

	/**
	 * Copies names, as those that callers look up are hardly ever the very objects that
	 * the registry holds; their hashes are cached, though.
	 */
	private static String[] copies(String[] names) {
		String[] copies = new String[names.length];
		for (int i = 0; i < names.length; i++) {
			copies[i] = new String(names[i].toCharArray());
			copies[i].hashCode();
		}
		return copies;
	}

	/**
	 * Where a thread is in the order of names, which looks random.
	 */
	@State(Scope.Thread)
	public static class Next {

		private int index;

		int index() {
			this.index += 2531;
			return this.index & (NAMES - 1);
		}

	}

	/**
	 * A node with 8,192 names of its own, and 8,192 of another one.
	 */
	@State(Scope.Benchmark)
	public static class TwoNodes {

		private final Map<String, Object> bare = new ConcurrentHashMap<>();

		private final String[] wanted = copies(names("othr"));

		private final String[] ownWanted = copies(names("ownn"));

		private ThreadedCluster cluster;

		private HordeRegistry registry;

		private ReplicatedMap<String> map;

		private ProcessContext process;

		@Setup(Level.Trial)
		public void start() {
			this.cluster = new ThreadedCluster(2, StringCodec::addMap);
			RegistryNode node = this.cluster.node(0);
			RegistryNode other = this.cluster.node(1);
			this.registry = node.registry;
			this.map = StringCodec.map(node);
			for (String name : names("ownn")) {
				node.registry.register(name, "value");
				this.bare.put(name, name);
			}
			for (String name : names("othr")) {
				other.registry.register(name, "value");
				other.replicator.write((writes) -> writes.put(StringCodec.map(other), name, "value"));
				this.bare.put(name, name);
			}
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> node.registry.count(NameQuery.all()) == 2 * NAMES && this.map.size() == NAMES);
			this.cluster.start(0, "process", "plain", "process");
			this.process = node.process("process").context();
		}

		@TearDown(Level.Trial)
		public void stop() {
			this.cluster.close();
		}

	}

	/**
	 * A node alone.
	 */
	@State(Scope.Benchmark)
	public static class OneNode {

		private final String[] names = names("name");

		private ThreadedCluster cluster;

		private HordeRegistry registry;

		private RegistryNode node;

		private ReplicatedMap<String> map;

		@Setup(Level.Trial)
		public void start() {
			this.cluster = new ThreadedCluster(1, StringCodec::addMap);
			this.node = this.cluster.node(0);
			this.registry = this.node.registry;
			this.map = StringCodec.map(this.node);
		}

		Dot put(int index) {
			return this.node.replicator
				.write((writes) -> writes.put(this.map, this.names[index], "value-12345678901234"));
		}

		@TearDown(Level.Trial)
		public void stop() {
			this.cluster.close();
		}

	}

	/**
	 * The format of a map of strings, beside those of the registry.
	 */
	private static final class StringCodec implements EntryCodec<String> {

		private static final Map<RegistryNode, ReplicatedMap<String>> maps = new ConcurrentHashMap<>();

		static void addMap(RegistryNode node) {
			maps.put(node, node.replicator.map("strings", new StringCodec(), Versioned.BY_STAMP));
		}

		static ReplicatedMap<String> map(RegistryNode node) {
			ReplicatedMap<String> map = maps.get(node);
			if (map == null) {
				throw new IllegalStateException("The node has no map of strings");
			}
			return map;
		}

		@Override
		public void write(String value, long stamp, FrameWriter writer) {
			writer.string(value);
		}

		@Override
		public String read(FrameReader reader, long stamp) {
			return reader.string();
		}

	}

}
