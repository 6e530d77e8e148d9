package io.horde.replication;

import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.horde.crdt.CausalContext;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.EntryCodec;
import io.horde.test.SimulatedEventLoop;
import io.horde.test.Simulation;
import io.horde.time.clock.HybridLogicalClock;
import io.horde.wire.FrameReader;
import org.jspecify.annotations.Nullable;

import org.springframework.test.util.ReflectionTestUtils;

/**
 * A replicator with two maps on a simulated network.
 */
final class TestNode {

	static final EntryCodec<String> STRINGS = EntryCodec.of((value, writer) -> writer.string(value),
			FrameReader::string);

	final ReplicaId id;

	final SimulatedEventLoop loop;

	final TestPeers peers;

	final Replicator replicator;

	final ReplicatedMap<String> names;

	final ReplicatedMap<String> places;

	TestNode(Simulation simulation, String name, long incarnation, ReplicationSettings settings) {
		this(simulation, name, incarnation, settings, new ReentrantLock(), null);
	}

	/**
	 * Creates a node with a lock of the test's (N5).
	 * @param missing the rule that is taken away, or {@code null}
	 */
	TestNode(Simulation simulation, String name, long incarnation, ReplicationSettings settings, Lock lock,
			@Nullable Rule missing) {
		this.id = new ReplicaId(name, incarnation);
		this.loop = simulation.eventLoop(name);
		this.peers = new TestPeers(this.loop, simulation.network().transport(this.loop), this.id);
		this.replicator = new Replicator(this.loop, this.peers, new HybridLogicalClock(this.loop), settings,
				simulation.seed(), lock);
		this.names = this.replicator.map("names", STRINGS, Rule.order(missing, this.id));
		this.places = this.replicator.map("places", STRINGS, Rule.order(missing, this.id));
	}

	TestNode start(Collection<String> members) {
		List<String> others = members.stream()
			.filter((member) -> !member.equals(this.id.node()))
			.map((member) -> member + ":7420")
			.toList();
		this.loop.execute(() -> {
			this.peers.start(this.replicator, others);
			this.replicator.start();
		});
		return this;
	}

	Dot put(String key, String value) {
		return this.replicator.write((writes) -> writes.put(this.names, key, value));
	}

	boolean remove(String key) {
		return this.replicator.write((writes) -> writes.removeSeen(this.names, key));
	}

	/**
	 * Drop the log, as if as much had been written since as it holds.
	 */
	void dropLog() {
		DeltaLog log = (DeltaLog) ReflectionTestUtils.getField(this.replicator.store(), "log");
		this.replicator.store().context().origins().forEach(log::drop);
	}

	boolean isUp() {
		return this.loop.isAlive() && this.replicator.isSynchronized();
	}

	CausalContext context() {
		return this.replicator.store().context().snapshot();
	}

	/**
	 * All living values of both maps, by dot.
	 */
	TreeMap<String, String> alive() {
		TreeMap<String, String> alive = new TreeMap<>();
		for (ReplicatedMap<String> map : List.of(this.names, this.places)) {
			map.forEach((visible) -> map.siblings(visible.key())
				.forEach((version) -> alive.put(version.dot().toString(),
						map.name() + "/" + version.key() + "=" + version.value() + "@" + version.stamp())));
		}
		return alive;
	}

	Supplier<String> description() {
		return () -> this.id + " " + context() + " " + alive();
	}

	@Override
	public String toString() {
		return this.id.toString();
	}

}
