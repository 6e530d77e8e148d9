package io.horde.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.horde.sample.SampleNode.Answer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rounds of random faults against three JVMs, with increments going on all the time.
 * After each round the cluster must come to rest with each session running once. The
 * number of rounds is the system property {@code sample.rounds}; a failure names the
 * seed, which {@code sample.seed} repeats.
 */
class RandomFaultsIT {

	private static final Log logger = LogFactory.getLog(RandomFaultsIT.class);

	private static final int ROUNDS = Integer.getInteger("sample.rounds", 8);

	private static final long SEED = Long.getLong("sample.seed", ThreadLocalRandom.current().nextLong());

	private static final Duration REST = Duration.ofSeconds(60);

	/**
	 * More than a call may take at the node that is asked, so that the node tells why it
	 * refuses.
	 */
	private static final Duration ANSWER = Duration.ofSeconds(12);

	/**
	 * The call was sent to a node that died or was paused before it answered, so nobody
	 * can tell whether it ran, and it must not be sent again (N4).
	 */
	private static final Set<String> UNAVOIDABLE = Set.of("503 CallOutcomeUnknownException",
			"503 CallTimeoutException");

	/**
	 * The node that is in trouble, from before that begins until it is in the cluster
	 * again.
	 */
	private volatile SampleNode victim;

	@Test
	@Timeout(3000)
	void everySessionRunsOnceAfterEachRound() {
		Random random = new Random(SEED);
		AtomicBoolean goOn = new AtomicBoolean(true);
		AtomicLong increments = new AtomicLong();
		Refusals refusals = new Refusals();
		try (SampleCluster cluster = SampleCluster.start("random", 3)) {
			Set<String> ids = new TreeSet<>(cluster.startSessions(cluster.node(0), "r", 200));
			List<String> targets = List.copyOf(ids);
			CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
				Random choice = new Random(SEED + 1);
				while (goOn.get()) {
					List<SampleNode> nodes = cluster.answering();
					SampleNode node = nodes.get(choice.nextInt(nodes.size()));
					boolean living = this.victim != node;
					Answer answer = node.post("/sessions/" + targets.get(choice.nextInt(targets.size())) + "/increment",
							ANSWER);
					if (answer.ok()) {
						increments.incrementAndGet();
					}
					else {
						refusals.add(living && this.victim != node, answer);
						logger.debug("%s refused: %s".formatted(node, answer));
					}
				}
			});
			try {
				for (int round = 0; round < ROUNDS; round++) {
					String what = fault(cluster, random, ids, round);
					cluster.awaitUp(3);
					this.victim = null;
					cluster.awaitAtRest(ids, REST);
					logger.info("Round %d of seed %d: %s; %d increments, %d refused: %s".formatted(round, SEED, what,
							increments.get(), refusals.sum(), refusals));
				}
			}
			catch (Throwable ex) {
				throw new AssertionError("Seed " + SEED, ex);
			}
			finally {
				goOn.set(false);
				load.join();
			}
			assertThat(increments).hasPositiveValue();
			assertThat(refusals.ofLivingNodes().keySet()).as("what living nodes refuse, " + refusals)
				.isSubsetOf(UNAVOIDABLE);
		}
	}

	private String fault(SampleCluster cluster, Random random, Set<String> ids, int round) {
		List<SampleNode> nodes = new ArrayList<>(cluster.nodes());
		SampleNode victim = nodes.remove(random.nextInt(nodes.size()));
		this.victim = victim;
		SampleNode other = nodes.get(random.nextInt(nodes.size()));
		switch (random.nextInt(5)) {
			case 0 -> {
				victim.kill();
				cluster.awaitAtRest(ids, REST);
				victim.start();
				return "kill and restart of " + victim;
			}
			case 1 -> {
				victim.kill();
				victim.start();
				return "kill and immediate restart of " + victim;
			}
			case 2 -> {
				victim.terminate();
				assertThat(victim.await(Duration.ofSeconds(40))).as(victim + " exits by itself").isTrue();
				victim.start();
				return "stop and restart of " + victim;
			}
			case 3 -> {
				int millis = 500 + random.nextInt(7000);
				long begin = System.nanoTime();
				victim.pause();
				SampleCluster.await("a pause", Duration.ofSeconds(10),
						() -> System.nanoTime() - begin >= Duration.ofMillis(millis).toNanos());
				victim.resume();
				return "pause of " + victim + " for " + millis + " ms";
			}
			default -> {
				ids.addAll(cluster.startSessions(other, "x" + round + "-", 20));
				victim.kill();
				cluster.awaitAtRest(ids, REST);
				victim.start();
				return "start of 20 sessions and at once kill of " + victim;
			}
		}
	}

}
