package io.horde.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.horde.sample.SampleCluster.Copy;

/**
 * Measures on real JVMs how long the sessions of a node are away when it is killed,
 * stopped or paused. A program, not a test: it prints a table and asserts nothing about
 * time, but it ends with an error if a session is lost or doubled.
 */
final class Failover {

	private static final int RUNS = Integer.getInteger("sample.runs", 5);

	private static final int SESSIONS = Integer.getInteger("sample.sessions", 1000);

	private static final Duration REST = Duration.ofSeconds(60);

	private Failover() {
	}

	public static void main(String[] args) {
		report("start of " + SESSIONS + " sessions, acknowledged (ms)", measureStarts());
		measure("SIGKILL of one of three: last of its sessions answers (ms)", "bench-kill", SampleNode::kill);
		measure("SIGTERM of one of three: last of its sessions answers (ms)", "bench-term", SampleNode::terminate);
		measure("SIGSTOP of one of three: last of its sessions answers (ms)", "bench-stop", SampleNode::pause);
	}

	private static List<Long> measureStarts() {
		List<Long> millis = new ArrayList<>();
		try (SampleCluster cluster = SampleCluster.start("bench-start", 3)) {
			for (int run = 0; run < RUNS; run++) {
				millis.add(cluster.node(0)
					.post("/sessions?count=" + SESSIONS + "&prefix=b" + run + "-")
					.json()
					.path("millis")
					.asLong());
			}
		}
		return millis;
	}

	/**
	 * Measure one fault in one life of the survivors. The first time they also load and
	 * compile what such a fault needs, so it is told apart.
	 */
	private static void measure(String what, String name, Consumer<SampleNode> fault) {
		List<Long> millis = new ArrayList<>();
		try (SampleCluster cluster = SampleCluster.start(name, 3)) {
			SampleNode victim = cluster.node(2);
			for (int run = 0; run <= RUNS; run++) {
				Set<String> ids = cluster.startSessions(cluster.node(0), "b" + run + "-", SESSIONS);
				cluster.awaitAtRest(ids, REST);
				Map<String, List<Copy>> before = cluster.running();
				Set<String> away = new TreeSet<>(ids);
				away.removeIf((id) -> !before.get(id).get(0).node().equals(victim.name()));
				millis.add(measureReturn(cluster, victim, away, fault));
				bringBack(victim);
				cluster.awaitUp(3);
				cluster.awaitAtRest(ids, REST);
				ids.parallelStream().forEach((id) -> cluster.node(0).delete("/sessions/" + id));
				cluster.awaitAtRest(Set.of(), REST);
			}
		}
		System.out.println(what + ", the first time: " + millis.remove(0));
		report(what, millis);
	}

	private static void bringBack(SampleNode victim) {
		if (victim.isPaused()) {
			victim.resume();
		}
		else {
			victim.await(Duration.ofSeconds(40));
			victim.start();
		}
	}

	private static long measureReturn(SampleCluster cluster, SampleNode victim, Set<String> away,
			Consumer<SampleNode> fault) {
		List<SampleNode> survivors = cluster.nodes().stream().filter((node) -> node != victim).toList();
		ExecutorService executor = Executors.newFixedThreadPool(8);
		try {
			long begin = System.nanoTime();
			fault.accept(victim);
			List<CompletableFuture<Void>> answers = new ArrayList<>();
			int i = 0;
			for (String id : away) {
				SampleNode survivor = survivors.get(i++ % survivors.size());
				answers.add(CompletableFuture.runAsync(() -> awaitElsewhere(survivor, victim, id), executor));
			}
			answers.forEach(CompletableFuture::join);
			return Duration.ofNanos(System.nanoTime() - begin).toMillis();
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static void awaitElsewhere(SampleNode survivor, SampleNode victim, String id) {
		long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
		while (true) {
			SampleNode.Answer answer = survivor.get("/sessions/" + id, Duration.ofSeconds(20));
			if (answer.ok() && !answer.json().path("node").asString().equals(victim.name())) {
				return;
			}
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException(id + " does not answer: " + answer);
			}
			// Whoever asks all the time takes the processor from those who should answer
			LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
		}
	}

	private static void report(String what, List<Long> millis) {
		long[] sorted = millis.stream().mapToLong(Long::longValue).sorted().toArray();
		System.out.println(what + ": median " + sorted[sorted.length / 2] + ", all " + Arrays.toString(sorted));
	}

}
