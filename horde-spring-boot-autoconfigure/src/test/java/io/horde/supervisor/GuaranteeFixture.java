package io.horde.supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

import io.horde.process.RestartPolicy;
import io.horde.process.StartReason;
import io.horde.registry.NameEntry;
import io.horde.schedule.engine.Cron;
import io.horde.schedule.engine.Schedule;
import io.horde.schedule.engine.Timing;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three nodes with a static child and twelve children that were started on demand, into
 * situations of which {@code docs/architecture.md} says what is guaranteed.
 */
abstract class GuaranteeFixture {

	static final List<String> MAJORITY = List.of("n1", "n2");

	static final List<String> ALL = List.of("n1", "n2", "n3");

	private static final int CHILDREN = 12;

	private static final String SINGLE = "single";

	final TestCluster cluster = new TestCluster(77)
		.types(TestCluster.type(TestCluster.ROOM, 0, RestartPolicy.PERMANENT),
				TestCluster.type(SINGLE, 1, RestartPolicy.PERMANENT))
		.schedules((run) -> List.of(new Job(run)));

	/**
	 * Where ticks have begun: children, each with the instants and the nodes.
	 */
	final TreeMap<String, TreeMap<Long, List<String>>> ticks = new TreeMap<>();

	/**
	 * Start the nodes and the children.
	 */
	void begin() {
		this.cluster.with("n1", "n2", "n3").startChildren("n1", CHILDREN);
		this.cluster.awaitRest(CHILDREN + 1);
	}

	void awaitRest() {
		this.cluster.awaitRest(CHILDREN + 1);
	}

	void awaitRest(int children) {
		this.cluster.awaitRest(children);
	}

	void await(String what, BooleanSupplier condition) {
		this.cluster.await(what, condition);
	}

	<T extends @Nullable Object> T get(CompletableFuture<T> future) {
		return this.cluster.get(future);
	}

	void crash(String node) {
		this.cluster.crash(node);
	}

	/**
	 * Return on which nodes each child runs.
	 */
	TreeMap<String, List<String>> places() {
		return this.cluster.placesById();
	}

	void pass(int seconds) {
		this.cluster.simulation.run(Duration.ofSeconds(seconds));
	}

	/**
	 * Let time pass, and look before everything that happens.
	 */
	void pass(int seconds, Runnable look) {
		Duration end = this.cluster.simulation.now().plusSeconds(seconds);
		while (this.cluster.simulation.now().compareTo(end) < 0) {
			look.run();
			this.cluster.simulation.step();
		}
	}

	/**
	 * Cut n3 off.
	 */
	void part() {
		this.cluster.simulation.network().partition(MAJORITY, List.of("n3"));
	}

	void heal() {
		this.cluster.simulation.network().heal();
	}

	void pause() {
		this.cluster.node("n3").loop.pause();
	}

	void resume() {
		this.cluster.node("n3").loop.resume();
	}

	void restartAll() {
		ALL.forEach(this.cluster::crash);
		pass(1);
		ALL.forEach(this.cluster::start);
		this.cluster.awaitUp();
		this.cluster.await("the static child runs", () -> owners(SINGLE).size() == 1);
	}

	/**
	 * Return a child that was started on demand and runs on a node.
	 */
	String childOn(String node) {
		return this.cluster.living()
			.stream()
			.filter((run) -> run.node.name.equals(node) && !run.id().equals(SINGLE))
			.map(TestCluster.Run::id)
			.findFirst()
			.orElseThrow();
	}

	/**
	 * Return a child that a node has taken over.
	 */
	String takenOverBy(String node) {
		return this.cluster.living()
			.stream()
			.filter((run) -> run.node.name.equals(node) && run.context.startReason() == StartReason.TAKEOVER)
			.map(TestCluster.Run::id)
			.findFirst()
			.orElseThrow();
	}

	CompletableFuture<StartResult> start(String node, String name) {
		return this.cluster.supervisor(node).startChild(TestCluster.spec(name));
	}

	CompletableFuture<Boolean> terminate(String node, String id) {
		return this.cluster.supervisor(node).terminateChild(id);
	}

	CompletableFuture<ProcessRef> move(String id, String node) {
		return this.cluster.supervisor("n1").moveChild(id, node);
	}

	CompletableFuture<Long> call(String node, String name) {
		return this.cluster.node(node).registry().proxy(RoomApi.class, name).token();
	}

	/**
	 * Return the node to which a name resolves.
	 */
	String resolve(String node, String name) {
		return this.cluster.node(node).registry().lookup(name).map(NameEntry::node).orElse("nobody");
	}

	/**
	 * Return the nodes on which a copy of a child says that it is its owner.
	 */
	List<String> owners(String id) {
		return this.cluster.living()
			.stream()
			.filter((run) -> run.id().equals(id) && run.context.isOwner())
			.map((run) -> run.node.name)
			.sorted()
			.toList();
	}

	/**
	 * Return the highest token under which a child runs on some nodes, 0 if it doesn't.
	 */
	long token(String id, List<String> nodes) {
		return this.cluster.living()
			.stream()
			.filter((run) -> run.id().equals(id) && nodes.contains(run.node.name))
			.mapToLong((run) -> run.context.fencingToken())
			.max()
			.orElse(0);
	}

	long holders(String id) {
		return this.cluster.nodes.values()
			.stream()
			.filter((node) -> node.loop.isAlive() && node.supervisor().child(id).isPresent())
			.count();
	}

	long millis() {
		return this.cluster.node("n1").loop.currentTimeMillis();
	}

	/**
	 * Return the instants of a time at which a child has ticked on some nodes.
	 */
	Set<Long> ticked(String id, List<String> nodes, long from, long to) {
		Set<Long> ticked = new TreeSet<>();
		this.ticks.getOrDefault(id, new TreeMap<>()).subMap(from, true, to, true).forEach((due, begun) -> {
			if (begun.stream().anyMatch(nodes::contains)) {
				ticked.add(due);
			}
		});
		return ticked;
	}

	/**
	 * Return the instants of a time.
	 */
	static Set<Long> instants(long from, long to) {
		Set<Long> instants = new TreeSet<>();
		for (long due = Job.next(from - 1); due <= to; due = Job.next(due)) {
			instants.add(due);
		}
		return instants;
	}

	/**
	 * Return the latest instant before a time.
	 */
	static long latest(long millis) {
		return Job.next(millis) - Job.EVERY;
	}

	void assertNoTickTwice() {
		assertThat(this.ticks).isNotEmpty()
			.allSatisfy(
					(id, instants) -> assertThat(instants).allSatisfy((due, begun) -> assertThat(begun).hasSize(1)));
	}

	void assertRunsOnceOn(String id, List<String> nodes) {
		this.cluster.await(id + " runs once on " + nodes,
				() -> owners(id).stream().filter(nodes::contains).count() == 1);
		assertThat(this.cluster.places(id).stream().filter(nodes::contains)).hasSize(1);
	}

	/**
	 * A cron schedule that ticks each other second.
	 */
	private final class Job implements Schedule {

		private static final long EVERY = 2000;

		private final TestCluster.Run run;

		Job(TestCluster.Run run) {
			this.run = run;
		}

		static long next(long millis) {
			return (Math.floorDiv(millis, EVERY) + 1) * EVERY;
		}

		@Override
		public String name() {
			return "job";
		}

		@Override
		public String key() {
			return "job";
		}

		@Override
		public Timing timing() {
			return new Cron("*/2 * * * * *", null, (millis, zone) -> next(millis));
		}

		@Override
		public void due(long millis) {
		}

		@Override
		public @Nullable CompletionStage<?> run(long due) {
			GuaranteeFixture.this.ticks.computeIfAbsent(this.run.id(), (id) -> new TreeMap<>())
				.computeIfAbsent(due, (instant) -> new ArrayList<>())
				.add(this.run.node.name);
			return null;
		}

	}

}
