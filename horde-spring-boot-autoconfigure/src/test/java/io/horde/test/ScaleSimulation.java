package io.horde.test;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

import io.horde.replication.ReplicationSettings;
import io.horde.replication.ReplicationStats;
import io.horde.test.ScaleCluster.Node;
import org.jspecify.annotations.Nullable;

/**
 * Simulates large clusters and prints what they cost: a program, not a test. Its
 * arguments are the number of nodes and the number of entries, in pairs. System
 * properties: {@code scale.seed}, {@code scale.above} (more members than these form a
 * sparse overlay), {@code scale.idle}, {@code scale.churn} (seconds of simulated time),
 * {@code scale.cut} (whether a zone is cut off in the end), {@code scale.log} (bytes of
 * log of each node).
 */
final class ScaleSimulation {

	private static final long SEED = Long.getLong("scale.seed", 1);

	private static final int ABOVE = Integer.getInteger("scale.above", 16);

	private static final int IDLE = Integer.getInteger("scale.idle", 20);

	private static final int CHURN = Integer.getInteger("scale.churn", 20);

	private static final boolean CUT = !"false".equals(System.getProperty("scale.cut"));

	private static final int LOG = Integer.getInteger("scale.log", 1 << 20);

	private static final int ZONES = 3;

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private final int size;

	private final int entries;

	private final ScaleCluster cluster;

	private final SplittableRandom random = new SplittableRandom(SEED);

	private final List<Node> dead = new ArrayList<>();

	private int written;

	private long wall = System.nanoTime();

	private long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();

	private ScaleSimulation(int size, int entries) {
		this.size = size;
		this.entries = entries;
		ReplicationSettings defaults = ReplicationSettings.defaults();
		this.cluster = new ScaleCluster(SEED, ZONES, ABOVE,
				new ReplicationSettings(LOG, defaults.snapshotChunk(), defaults.maxInFlight()));
	}

	/**
	 * Run the program.
	 * @param args numbers of nodes and of entries
	 */
	public static void main(String[] args) {
		Locale.setDefault(Locale.ROOT);
		for (int i = 0; i + 1 < args.length; i += 2) {
			new ScaleSimulation(Integer.parseInt(args[i]), Integer.parseInt(args[i + 1])).run();
		}
	}

	private void run() {
		System.out.printf("%n%,d nodes in %d zones, %,d entries, overlay above %d, seed %d%n", this.size, ZONES,
				this.entries, ABOVE, SEED);
		boot();
		idle("idle, without entries");
		write();
		idle("idle, with all entries");
		if (CHURN > 0) {
			churn();
		}
		if (CUT) {
			zone();
		}
		metadata();
	}

	private void boot() {
		this.cluster.grow(this.size, Math.max(50, this.size / 10));
		Duration agreed = this.cluster.await(this.cluster::agree, LIMIT);
		report("boot", "all see all as UP " + show(agreed) + " after the last start");
		this.cluster.simulation.run(Duration.ofSeconds(8));
		var links = this.cluster.nodes().stream().mapToInt(Node::links).summaryStatistics();
		report("links",
				String.format("%d to %d a node, mean %.1f", links.getMin(), links.getMax(), links.getAverage()));
	}

	private void idle(String what) {
		Traffic traffic = new Traffic();
		this.cluster.simulation.run(Duration.ofSeconds(IDLE));
		report(what, traffic.toString());
	}

	/**
	 * Each node writes its share within ten seconds.
	 */
	private void write() {
		this.cluster.measure(true);
		Traffic traffic = new Traffic();
		List<Node> nodes = List.copyOf(this.cluster.nodes());
		int steps = 1000;
		for (int step = 0; step < steps; step++) {
			int until = (int) ((long) this.entries * (step + 1) / steps);
			while (this.written < until) {
				write(nodes.get(this.written % nodes.size()), "entry-" + this.written);
			}
			this.cluster.simulation.run(Duration.ofMillis(10));
		}
		String during = traffic.toString();
		Duration converged = this.cluster.await(this.cluster::converged, LIMIT);
		report("writes",
				String.format("%,d a second: %s; equal %s after the last", this.entries / 10, during, show(converged)));
		report("lag of these", this.cluster.lags());
		this.cluster.measure(false);
	}

	private void write(Node node, String key) {
		this.cluster.write(node, key, "value-" + this.written++);
	}

	/**
	 * Every second some nodes crash, and those that have crashed before are started
	 * again; meanwhile others write.
	 */
	private void churn() {
		int each = Math.max(1, this.size / 500);
		this.cluster.measure(true);
		Traffic traffic = new Traffic();
		for (int second = 0; second < CHURN; second++) {
			for (int i = 0; i < each; i++) {
				Node victim = any(this.cluster.alive());
				victim.kill();
				this.dead.add(victim);
			}
			for (int i = 0; i < each && this.dead.size() > 5 * each; i++) {
				Node again = this.dead.remove(0);
				this.cluster.start(again.name, again.zone);
			}
			for (int i = 0; i < 100; i++) {
				Node writer = any(this.cluster.alive());
				if (writer.replicator.isSynchronized()) {
					write(writer, "entry-" + this.random.nextInt(this.entries));
				}
				this.cluster.simulation.run(Duration.ofMillis(10));
			}
		}
		report("churn, " + CHURN + " s", each + " crashes and restarts and 100 writes a second: " + traffic);
		this.cluster.measure(false);
		report("lag of these", this.cluster.lags());
		this.dead.forEach((node) -> this.cluster.start(node.name, node.zone));
		report("after it", "agreed " + show(this.cluster.await(this.cluster::agree, LIMIT)) + ", equal "
				+ show(this.cluster.await(this.cluster::converged, LIMIT)) + " later");
	}

	private void zone() {
		this.cluster.cutOff(1);
		Traffic traffic = new Traffic();
		Duration seen = await(() -> this.cluster.sidesAgree(1));
		report("a zone is cut off", "each side agrees after " + show(seen) + "; " + traffic);
		for (int i = 0; i < 200; i++) {
			write(any(this.cluster.alive()), "entry-" + this.random.nextInt(this.entries));
		}
		this.cluster.simulation.run(Duration.ofSeconds(3));
		this.cluster.simulation.network().heal();
		traffic = new Traffic();
		Duration agreed = await(this.cluster::agree);
		Duration equal = await(this.cluster::converged);
		report("healed", "all agree after " + show(agreed) + ", equal " + show(equal) + " later; " + traffic);
	}

	private @Nullable Duration await(BooleanSupplier condition) {
		return this.cluster.await(condition, LIMIT);
	}

	private Node any(List<Node> nodes) {
		return nodes.get(this.random.nextInt(nodes.size()));
	}

	private void metadata() {
		List<ReplicationStats> stats = this.cluster.alive().stream().map((node) -> node.replicator.stats()).toList();
		report("metadata",
				String.format("at most %,d incarnations and %,d single dots a node; %,d entries, %,d B of log",
						stats.stream().mapToInt(ReplicationStats::origins).max().orElse(0),
						stats.stream().mapToInt(ReplicationStats::singleDots).max().orElse(0), stats.get(0).entries(),
						stats.get(0).logBytes()));
		System.gc();
		report("heap", String.format("%,d MB for all nodes after a collection",
				ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20));
	}

	private static String show(@Nullable Duration duration) {
		return (duration != null) ? duration.toMillis() / 1000.0 + " s" : "NOT WITHIN " + LIMIT.toSeconds() + " s";
	}

	private void report(String what, String figures) {
		long now = System.nanoTime();
		long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
		System.out.printf("%-24s %s  [simulated %.1f s, took %.1f s, computed %.1f s]%n", what, figures,
				this.cluster.simulation.now().toMillis() / 1000.0, (now - this.wall) / 1e9, (cpu - this.cpu) / 1e9);
		this.wall = now;
		this.cpu = cpu;
	}

	/**
	 * What all nodes send from now on.
	 */
	private final class Traffic {

		private final SimulatedNetwork network = ScaleSimulation.this.cluster.simulation.network();

		private final Duration start = ScaleSimulation.this.cluster.simulation.now();

		private final long bytes = this.network.bytes();

		private final long frames = this.network.frames();

		@Override
		public String toString() {
			double seconds = ScaleSimulation.this.cluster.simulation.now().minus(this.start).toMillis() / 1000.0;
			return String.format("%,.0f B/s and %,.0f frames/s a node",
					(this.network.bytes() - this.bytes) / seconds / ScaleSimulation.this.size,
					(this.network.frames() - this.frames) / seconds / ScaleSimulation.this.size);
		}

	}

}
