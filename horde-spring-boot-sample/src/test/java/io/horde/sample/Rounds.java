package io.horde.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.horde.sample.Outcome.Wake;
import io.horde.sample.SampleNode.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rounds of faults against a cluster whose processes work all the time: a fault, until
 * each child runs once again on three nodes.
 */
final class Rounds implements AutoCloseable {

	private static final Duration PAUSE = Duration.ofSeconds(10);

	private static final Duration EXIT = Duration.ofSeconds(60);

	private static final Duration OPERATION = Duration.ofSeconds(60);

	/**
	 * A node with fewer children is no victim that tells much.
	 */
	private static final int ENOUGH = 2;

	private final WorkCluster cluster;

	private final Random random;

	private final ExecutorService operators = Executors.newCachedThreadPool();

	Rounds(WorkCluster cluster, Random random) {
		this.cluster = cluster;
		this.random = random;
	}

	/**
	 * Let a fault happen, and wait until the cluster is at rest again.
	 * @return what user code did meanwhile
	 */
	Round round(Fault fault) {
		SampleNode victim = victim();
		List<SampleNode> others = this.cluster.nodes().stream().filter((node) -> node != victim).toList();
		long from = System.nanoTime();
		Wake wake = switch (fault) {
			case SIGTERM -> terminate(victim);
			case MOVE -> move(victim, others);
			case DRAIN -> drain(victim);
			case TERMINATE -> terminateChildren(victim);
			case PAUSE -> pause(victim);
			case PARTITION -> partition(victim);
			case KILL -> kill(victim);
		};
		this.cluster.awaitAtRest();
		// A fault shall hit ticks that just begin, but not always
		Ticks.awaitEndOfPeriod(this.random.nextBoolean() ? 0 : this.random.nextDouble());
		long to = System.nanoTime();
		// What was terminated is another child when it is started, and owes no instant
		// from before
		long enough = (fault == Fault.TERMINATE) ? Ticks.PERIOD : Ticks.ENOUGH;
		Spans spans = this.cluster.spans();
		Map<Mode, Outcome> outcomes = new EnumMap<>(Mode.class);
		for (Mode mode : Mode.values()) {
			outcomes.put(mode, Outcome.of(spans, this.cluster.children(mode).toList(), from, to, wake, enough));
		}
		return new Round(fault, victim.name(), Duration.ofNanos(to - from), outcomes);
	}

	/* Preferably one that has children of both modes to lose. */
	private SampleNode victim() {
		List<SampleNode> candidates = this.cluster.nodes()
			.stream()
			.filter((node) -> Stream.of(Mode.values())
				.allMatch((mode) -> this.cluster.childrenOf(node).stream().filter(mode::is).count() >= ENOUGH))
			.toList();
		return any(!candidates.isEmpty() ? candidates
				: this.cluster.nodes().stream().filter((node) -> !this.cluster.childrenOf(node).isEmpty()).toList());
	}

	private SampleNode any(List<SampleNode> nodes) {
		return nodes.get(this.random.nextInt(nodes.size()));
	}

	private Wake terminate(SampleNode victim) {
		victim.terminate();
		assertThat(victim.await(EXIT)).as("%s exits by itself", victim).isTrue();
		victim.start();
		return null;
	}

	private Wake move(SampleNode victim, List<SampleNode> others) {
		forEachChild(victim, (child) -> {
			SampleNode asked = any(this.cluster.nodes());
			SampleNode target = any(others);
			// A move that is called off is no failure
			return () -> asked.operate(process(child), "{\"action\":\"move\",\"node\":\"" + target.name() + "\"}");
		});
		return null;
	}

	private Wake drain(SampleNode victim) {
		Answer answer = victim.operate("/actuator/horde/node", "{\"action\":\"drain\"}");
		assertThat(answer.ok()).as("%s", answer).isTrue();
		this.cluster.awaitSilence(victim);
		return terminate(victim);
	}

	private Wake terminateChildren(SampleNode victim) {
		forEachChild(victim, (child) -> {
			SampleNode asked = any(this.cluster.nodes());
			return () -> {
				asked.operate(process(child), "{\"action\":\"terminate\"}");
				SampleCluster.await(child + " is started again", OPERATION,
						() -> asked.operate(process(child), "{\"action\":\"restart\"}").ok());
			};
		});
		return null;
	}

	private static String process(String child) {
		return "/actuator/horde/processes/" + child;
	}

	/* All at once. */
	private void forEachChild(SampleNode node, Function<String, Runnable> operation) {
		List<Runnable> operations = new ArrayList<>();
		this.cluster.childrenOf(node).forEach((child) -> operations.add(operation.apply(child)));
		operations.stream()
			.map((task) -> CompletableFuture.runAsync(task, this.operators))
			.toList()
			.forEach(CompletableFuture::join);
	}

	private Wake pause(SampleNode victim) {
		victim.pause();
		long begin = System.nanoTime();
		elapse(begin);
		long end = System.nanoTime();
		victim.resume();
		this.cluster.spans().paused(victim.name(), begin, end);
		return new Wake(List.of(victim.name()), begin, end);
	}

	private Wake partition(SampleNode victim) {
		FaultyNetwork network = this.cluster.network();
		int place = this.cluster.nodes().indexOf(victim);
		long begin = System.nanoTime();
		network.partition(List.of(place),
				IntStream.range(0, WorkCluster.SIZE).filter((i) -> i != place).boxed().toList());
		elapse(begin);
		long end = System.nanoTime();
		network.heal();
		return new Wake(this.cluster.nodes().stream().map(SampleNode::name).toList(), end, end);
	}

	private static void elapse(long begin) {
		SampleCluster.await(PAUSE + " have passed", PAUSE.plusSeconds(5),
				() -> System.nanoTime() - begin >= PAUSE.toNanos());
	}

	private Wake kill(SampleNode victim) {
		victim.kill();
		if (this.random.nextBoolean()) {
			this.cluster.awaitOneRunEach();
		}
		victim.start();
		return null;
	}

	@Override
	public void close() {
		this.operators.shutdownNow();
	}

	/**
	 * What came of a fault.
	 *
	 * @param fault the fault
	 * @param victim the node that it has hit
	 * @param duration until all was at rest again
	 * @param outcomes what user code did meanwhile
	 */
	record Round(Fault fault, String victim, Duration duration, Map<Mode, Outcome> outcomes) {

		/**
		 * Return what was owed and not kept: no overlap in an orderly hand-over, where no
		 * tick is begun twice either, and none left out by whoever could begin it; and
		 * under quorum never two owners, and no tick begun twice.
		 */
		List<String> broken() {
			List<String> broken = new ArrayList<>();
			this.outcomes.forEach((mode, outcome) -> {
				if (this.fault.isOrderly()) {
					outcome.overlaps().forEach((overlap) -> broken.add(this.fault + ": user code of " + overlap));
					outcome.ticks().leftOut().forEach((tick) -> broken.add(this.fault + ": left out " + tick));
				}
				if (this.fault.isOrderly() || mode == Mode.QUORUM) {
					outcome.ticks().doubled().forEach((tick) -> broken.add(this.fault + ": begun twice " + tick));
				}
				if (mode == Mode.QUORUM) {
					outcome.owners().forEach((overlap) -> broken.add(this.fault + ": two owners, " + overlap));
				}
			});
			return broken;
		}

		@Override
		public String toString() {
			return "%s (%s, %d ms): %s".formatted(this.fault, this.victim, this.duration.toMillis(), this.outcomes);
		}

	}

}
