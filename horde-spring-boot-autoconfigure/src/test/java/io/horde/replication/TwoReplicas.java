package io.horde.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

import io.horde.test.Simulation;
import org.junit.jupiter.api.BeforeEach;

/**
 * Two linked replicas for tests, with place for a third one.
 */
abstract class TwoReplicas {

	final Simulation simulation = new Simulation(11);

	TestNode a;

	TestNode b;

	private long incarnations;

	TestNode start(String name) {
		return new TestNode(this.simulation, name, ++this.incarnations, ReplicationSettings.defaults())
			.start(List.of("a", "b", "c"));
	}

	@BeforeEach
	void start() {
		this.a = start("a");
		this.b = start("b");
		settle();
	}

	void settle() {
		this.simulation.run(Duration.ofSeconds(3));
	}

	void part() {
		this.simulation.network().partition(List.of("a"), List.of("b", "c"));
	}

	void heal() {
		this.simulation.network().heal();
		settle();
	}

	static String read(TestNode node, String key) {
		return (node.names.get(key) != null) ? node.names.get(key).value() : null;
	}

	static TreeMap<String, String> all(TestNode node) {
		TreeMap<String, String> all = new TreeMap<>();
		node.names.forEach((entry) -> all.put(entry.key(), entry.value()));
		return all;
	}

	static List<String> diffs(TestNode node) {
		List<String> diffs = new ArrayList<>();
		node.names.addListener((key, before, after) -> diffs
			.add((after != null) ? "add " + key + " " + after.value() : "remove " + key));
		return diffs;
	}

}
