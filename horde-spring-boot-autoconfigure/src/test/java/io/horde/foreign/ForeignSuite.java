package io.horde.foreign;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.horde.cluster.HordeCluster;
import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.registry.HordeRegistry;
import io.horde.registry.NameEntry;
import io.horde.registry.NameQuery;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.StartResult;
import io.horde.supervisor.TestCluster;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Simulated nodes of which a suite uses the API only. Where a foreign case sleeps, time
 * passes here.
 */
abstract class ForeignSuite {

	TestCluster cluster = new TestCluster(41);

	HordeCluster members(String node) {
		return this.cluster.node(node).horde.cluster();
	}

	HordeSupervisor supervisor(String node) {
		return this.cluster.supervisor(node);
	}

	HordeRegistry registry(String node) {
		return this.cluster.node(node).registry();
	}

	void pass(Duration duration) {
		this.cluster.simulation.run(duration);
	}

	void pass() {
		pass(Duration.ofMillis(500));
	}

	void part(List<String> some, List<String> others) {
		this.cluster.simulation.network().partition(some, others);
	}

	void heal() {
		this.cluster.simulation.network().heal();
	}

	/**
	 * Start nodes that can't see each other.
	 */
	void apart(String... nodes) {
		part(List.of(nodes[0]), Arrays.asList(nodes).subList(1, nodes.length));
		for (String node : nodes) {
			this.cluster.start(node);
		}
		for (String node : nodes) {
			this.cluster.await(node + " is up", () -> members(node).self().status() == MemberStatus.UP);
		}
	}

	/**
	 * Return the members that a node sees up.
	 */
	List<String> up(String node) {
		return members(node).members()
			.stream()
			.filter((member) -> member.status() == MemberStatus.UP)
			.map(Member::name)
			.toList();
	}

	<T extends @Nullable Object> T get(CompletableFuture<T> future) {
		return this.cluster.get(future);
	}

	ProcessRef start(String node, ChildSpec spec) {
		StartResult result = get(supervisor(node).startChild(spec));
		assertThat(result.failure()).isNull();
		assertThat(result.process()).isNotNull();
		return result.process();
	}

	/**
	 * Start so many children without names.
	 */
	List<StartResult> startMany(String node, String type, int count) {
		return get(supervisor(node)
			.startChildren(IntStream.range(0, count).mapToObj((i) -> ChildSpec.of(type).id("proc-" + i)).toList()));
	}

	/**
	 * Return the run of a child.
	 */
	TestCluster.Run run(String id) {
		List<TestCluster.Run> runs = new ArrayList<>(this.cluster.living());
		runs.removeIf((run) -> !run.id().equals(id));
		assertThat(runs).as("runs of '%s'", id).hasSize(1);
		return runs.get(0);
	}

	/**
	 * Return this registry with a running child as the owner of what is registered.
	 */
	HordeRegistry as(String id) {
		TestCluster.Run run = run(id);
		return run.node.registry().ownedBy(run.context);
	}

	/**
	 * Return the names that a query finds.
	 */
	TreeSet<String> names(String node, NameQuery query) {
		TreeSet<String> names = new TreeSet<>();
		registry(node).find(query).map(NameEntry::name).forEach(names::add);
		return names;
	}

	/**
	 * Return where a name is, as a node sees it.
	 */
	String whereis(String node, String name) {
		return registry(node).lookup(name).map(Object::toString).orElse("nowhere");
	}

}
