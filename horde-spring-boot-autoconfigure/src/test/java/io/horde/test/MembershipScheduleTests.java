package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

import io.horde.HordeException;
import io.horde.cluster.MemberSource.Candidate;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipSettings;
import io.horde.cluster.protocol.Expelled;
import io.horde.cluster.topology.TopologyBySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs random lives of members without anything on top: at rest all living members see
 * each other, and nobody else, as {@code UP}.
 */
@ExtendWith(Quiet.class)
class MembershipScheduleTests {

	private static final String DEFAULT_SEEDS = "1-100";

	@Test
	void membersAgreeAtRestAfterAnySchedule() {
		List<String> failures = new ArrayList<>();
		String[] seeds = System.getProperty("horde.simulation.membership.seeds", DEFAULT_SEEDS).split("-");
		long last = Long.parseLong(seeds[seeds.length - 1]);
		for (long seed = Long.parseLong(seeds[0]); seed <= last && failures.size() < 5; seed++) {
			Schedule schedule = new Schedule(seed);
			try {
				schedule.run(failures);
			}
			catch (IllegalStateException ex) {
				throw new AssertionError(schedule.describe(), ex);
			}
		}
		assertThat(failures).as("failed seeds").isEmpty();
	}

	private static final class Schedule {

		private final long seed;

		private final Simulation simulation;

		private final SplittableRandom random;

		private final TreeMap<String, Node> nodes = new TreeMap<>();

		private final List<String> log = new ArrayList<>();

		private Schedule(long seed) {
			this.seed = seed;
			this.simulation = new Simulation(seed);
			this.random = new SplittableRandom(~seed);
		}

		private void run(List<String> failures) {
			int size = this.random.nextInt(2, 7);
			for (int i = 1; i <= size; i++) {
				start("n" + i);
				this.simulation.run(Duration.ofMillis(this.random.nextInt(2000)));
			}
			int steps = this.random.nextInt(5, 40);
			for (int i = 0; i < steps; i++) {
				act();
				this.simulation.run(Duration.ofMillis(this.random.nextInt(this.random.nextBoolean() ? 100 : 8000)));
			}
			log("rest");
			this.simulation.network().heal();
			alive().forEach((node) -> node.loop.resume());
			for (int i = 0; i < 60 && !differences().isEmpty(); i++) {
				this.simulation.run(Duration.ofSeconds(1));
			}
			this.simulation.run(Duration.ofSeconds(5));
			List<String> differences = differences();
			if (!differences.isEmpty()) {
				failures.add(describe() + "\n" + String.join("\n", differences));
			}
		}

		private void act() {
			List<Node> alive = alive();
			Node node = alive.get(this.random.nextInt(alive.size()));
			Node other = alive.get(this.random.nextInt(alive.size()));
			switch (this.random.nextInt(10)) {
				case 0 -> {
					if (alive.size() > 1) {
						log("crash " + node.name);
						node.loop.kill();
					}
				}
				case 1, 2 -> this.nodes.values()
					.stream()
					.filter((candidate) -> !candidate.loop.isAlive())
					.findFirst()
					.ifPresent((dead) -> start(dead.name));
				case 3, 4 -> {
					Duration duration = Duration.ofMillis(this.random.nextInt(25_000));
					boolean suspend = this.random.nextBoolean();
					log((suspend ? "suspend " : "pause ") + node.name + " for " + duration);
					if (suspend) {
						node.loop.suspend();
					}
					else {
						node.loop.pause();
					}
					this.simulation.after(duration, node.loop::resume);
				}
				case 5 -> {
					List<String> some = this.nodes.keySet()
						.stream()
						.filter((name) -> this.random.nextBoolean())
						.toList();
					List<String> others = this.nodes.keySet().stream().filter((name) -> !some.contains(name)).toList();
					log("partition " + some + " from " + others);
					this.simulation.network().partition(some, others);
				}
				case 6 -> {
					log("cut " + node.name + " to " + other.name);
					this.simulation.network().cut(node.name, other.name);
				}
				case 7, 8 -> {
					log("heal");
					this.simulation.network().heal();
				}
				default -> {
					log("reset " + node.name + " and " + other.name);
					this.simulation.network().reset(node.name, other.name);
				}
			}
		}

		private void start(String name) {
			log("start " + name);
			SimulatedEventLoop loop = this.simulation.eventLoop(name);
			Membership membership = new Membership(loop, this.simulation.network().transport(loop),
					MembershipSettings.defaults(name), TopologyBySize::new, this.random.nextLong());
			Node node = new Node(name, loop, membership);
			this.nodes.put(name, node);
			membership.addListener(node);
			loop.execute(() -> {
				membership.start();
				discover(node);
			});
		}

		private void discover(Node node) {
			node.membership
				.candidates(this.nodes.keySet().stream().map((name) -> new Candidate(name + ":7420", name)).toList());
			node.loop.schedule(Duration.ofSeconds(5), () -> discover(node));
		}

		private List<Node> alive() {
			return this.nodes.values().stream().filter((node) -> node.loop.isAlive()).toList();
		}

		private List<String> differences() {
			List<String> differences = new ArrayList<>();
			TreeSet<String> expected = new TreeSet<>();
			alive().forEach((node) -> expected.add(node.membership.selfId().toString()));
			for (Node node : alive()) {
				TreeSet<String> up = new TreeSet<>();
				node.membership.view().up().forEach((member) -> up.add(member.id().toString()));
				if (!up.equals(expected)) {
					differences.add(node.name + " sees " + statuses(node) + " where " + expected + " are alive"
							+ ((node.failure != null) ? ", and failed: " + node.failure : ""));
				}
			}
			differences.addAll(this.simulation.network().halfOpen());
			return differences;
		}

		private static List<String> statuses(Node node) {
			return node.membership.view()
				.members()
				.stream()
				.map((member) -> member.id() + "=" + member.status() + (member.linked() ? "" : " (no link)"))
				.toList();
		}

		private void log(String action) {
			this.log.add(this.simulation.now() + " " + action);
		}

		private String describe() {
			return "seed " + this.seed + ":\n  " + String.join("\n  ", this.log);
		}

	}

	private static final class Node implements MembershipListener {

		private final String name;

		private final SimulatedEventLoop loop;

		private final Membership membership;

		private HordeException failure;

		private Node(String name, SimulatedEventLoop loop, Membership membership) {
			this.name = name;
			this.loop = loop;
			this.membership = membership;
		}

		@Override
		public void settled() {
			join();
		}

		/* In place of the replicator, which would fetch the state first. */
		private void join() {
			boolean somebodyIsUp = this.membership.view()
				.members()
				.stream()
				.anyMatch((member) -> member.status() == MemberStatus.UP && member.linked());
			this.loop.schedule(Duration.ofMillis(somebodyIsUp ? 50 : 500), this.membership::joined);
		}

		@Override
		public void expelled(Expelled expelled) {
			this.failure = expelled.failure();
		}

		@Override
		public void startFailed(HordeException failure) {
			this.failure = failure;
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
