package io.horde.replication;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;

import com.sun.management.ThreadMXBean;
import io.horde.crdt.Dot;
import io.horde.test.Simulation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the memory that a replicator takes: for what it holds, to read it, and to hand
 * it to a joiner.
 */
class FootprintTests {

	private static final int ENTRIES = 200_000;

	private static final long LOG = 1 << 20;

	/**
	 * A string of 20 characters and its array.
	 */
	private static final int STRING = 24 + 40;

	private final Simulation simulation = new Simulation(1);

	private final ReplicationSettings settings = new ReplicationSettings(LOG, 256 << 10, 1 << 20);

	private TestNode start(String name) {
		return new TestNode(this.simulation, name, 1, this.settings).start(List.of("a", "b"));
	}

	private static void fill(TestNode node) {
		for (int i = 0; i < ENTRIES; i++) {
			node.put(String.format("name-%015d", i), String.format("value-%014d", i));
		}
	}

	/*
	 * What earlier tests have left behind is not all free after the first collection, and
	 * must not become so between two measurements.
	 */
	private static long heap() {
		long before = Long.MAX_VALUE;
		long used = collected();
		while (used < before - (used >>> 10)) {
			before = used;
			used = collected();
		}
		return used;
	}

	private static long collected() {
		System.gc();
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	@Test
	void anEntryTakesLittleHeapBeyondItsKeyAndValue() {
		TestNode writer = start("a");
		this.simulation.run(Duration.ofSeconds(3));
		fill(writer);
		this.simulation.run(Duration.ofSeconds(1));
		long before = heap();
		TestNode joiner = start("b");
		assertThat(this.simulation.runUntil(() -> joiner.names.size() == ENTRIES, Duration.ofSeconds(30))).isTrue();
		this.simulation.run(Duration.ofSeconds(2));
		double each = (heap() - before - LOG) / (double) ENTRIES - 2 * STRING;
		assertThat(writer.names.size()).isEqualTo(joiner.names.size());
		// About 100. What softly reachable things of earlier tests free meanwhile is
		// taken
		// off; the lower bound only shows that the entries were counted.
		assertThat(each).isBetween(10.0, 200.0);
	}

	@Test
	void aSenderHoldsNoMoreOfASnapshotThanItsWindow() {
		TestNode writer = start("a");
		this.simulation.run(Duration.ofSeconds(3));
		fill(writer);
		TestNode joiner = start("b");
		long most = 0;
		while (!joiner.isUp() && this.simulation.now().toSeconds() < 60) {
			this.simulation.run(Duration.ofMillis(1));
			most = Math.max(most, writer.peers.inFlight());
		}
		assertThat(joiner.names.size()).isEqualTo(ENTRIES);
		assertThat(most).isBetween(1L << 17, (1L << 20) + (256 << 10));
	}

	@Test
	void readsAllocateNothing() {
		TestNode node = start("a");
		Dot dot = node.put("here", "1");
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long found = 0;
		for (int i = 0; i < 200_000; i++) {
			found += reads(node, dot);
		}
		long before = threads.getCurrentThreadAllocatedBytes();
		for (int i = 0; i < 100_000; i++) {
			found += reads(node, dot);
		}
		long allocated = threads.getCurrentThreadAllocatedBytes() - before;
		assertThat(found).isEqualTo(4 * 300_000);
		assertThat(allocated / 500_000.0).as("bytes a read").isLessThan(0.1);
	}

	private static long reads(TestNode node, Dot dot) {
		long found = (node.names.get("here") != null) ? 1 : 0;
		found += (node.names.get("nowhere") != null) ? 1 : 0;
		found += node.names.isAlive("here", dot) ? 1 : 0;
		found += node.names.knows(dot) ? 1 : 0;
		return found + node.names.size();
	}

}
