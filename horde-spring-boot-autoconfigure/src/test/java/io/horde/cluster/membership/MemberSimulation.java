package io.horde.cluster.membership;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.DeclaredMembers;
import io.horde.node.Changed;
import io.horde.test.Faults;
import org.jspecify.annotations.Nullable;

/**
 * A random life of a few members: a boot and some troubles, each followed by rest. For
 * each kind of trouble it is known what the rules of membership promise.
 */
final class MemberSimulation {

	private static final Duration TIME_TO_REST = Duration.ofSeconds(90);

	private final SplittableRandom random;

	private final TestCluster cluster;

	private final List<String> names = new ArrayList<>();

	private final List<String> log = new ArrayList<>();

	private @Nullable String violation;

	private int twins;

	private int messages;

	MemberSimulation(long seed) {
		this.random = new SplittableRandom(seed * 41 + 3);
		int size = this.random.nextInt(2, 6);
		for (int i = 1; i <= size; i++) {
			this.names.add("n" + i);
		}
		this.cluster = new TestCluster(seed).with((settings) -> Changed.of(settings, "expectedSize", size));
	}

	/**
	 * Run it.
	 * @return the first violation, or {@code null}
	 */
	@Nullable String run() {
		boot();
		for (int round = this.random.nextInt(1, 4); round > 0 && this.violation == null; round--) {
			rest();
			if (this.violation == null) {
				trouble();
			}
		}
		return (this.violation != null) ? this.violation + " after\n  " + String.join("\n  ", this.log) : null;
	}

	private void trouble() {
		switch (this.random.nextInt(7)) {
			case 0 -> badLinks();
			case 1 -> kill();
			case 2 -> standStill();
			case 3 -> comeLate();
			case 4 -> deafness();
			case 5 -> twin();
			default -> lists();
		}
	}

	private void boot() {
		delays();
		for (String name : this.names) {
			start(name);
			this.cluster.run(millis(0, 1000));
		}
		this.cluster.run(Duration.ofSeconds(5));
		for (TestCluster.Node node : this.cluster.nodes()) {
			if (node.bootedAt == null || node.upWhenBooted < this.names.size()) {
				violation("M6: " + node.machine + " took the boot for over at " + node.bootedAt + ", when it saw "
						+ node.upWhenBooted + " of " + this.names.size());
			}
		}
	}

	private void start(String name) {
		this.cluster.start(name, TestCluster.addresses(this.names.toArray(String[]::new)));
	}

	private void delays() {
		this.cluster.network()
			.faults(Faults.NONE.withDelay(Duration.ofNanos(50_000), millis(1, this.random.nextBoolean() ? 3 : 40)));
	}

	private void rest() {
		this.cluster.network().heal();
		this.cluster.network().linkTimeout(Duration.ofSeconds(20));
		delays();
		for (String name : this.names) {
			if (!this.cluster.node(name).loop.isAlive()) {
				start(name);
			}
		}
		String[] all = this.names.toArray(String[]::new);
		boolean agreed = this.cluster.simulation.runUntil(() -> this.cluster.running().size() == all.length
				&& this.cluster.allSee(MemberStatus.UP, all) && allLinked(), TIME_TO_REST);
		if (!agreed) {
			violation("not all see all: " + this.cluster.describe());
		}
		this.cluster.run(millis(1000, 3000));
	}

	private boolean allLinked() {
		return this.cluster.running()
			.stream()
			.allMatch((node) -> node.membership.linked().size() == this.names.size() - 1);
	}

	/* One member has whole links to all others, which may have none to each other. */
	private void badLinks() {
		String hub = any();
		this.cluster.network().linkTimeout(Duration.ofSeconds(this.random.nextBoolean() ? 5 : 20));
		for (String from : this.names) {
			for (String to : this.names) {
				if (!from.equals(to) && !from.equals(hub) && !to.equals(hub) && this.random.nextBoolean()) {
					log("cut " + from + " to " + to);
					this.cluster.network().cut(from, to);
				}
			}
		}
		int[] seen = events();
		this.cluster.run(millis(12_000, 30_000));
		nobodyIsDown("M1", seen);
		for (String from : this.names) {
			for (String to : this.names) {
				if (!from.equals(to)) {
					arrives(from, to);
				}
			}
		}
	}

	private void arrives(String from, String to) {
		String message = "message-" + ++this.messages;
		send(from, to, message);
		this.cluster.run(Duration.ofMillis(300));
		if (!this.cluster.node(to).frames.contains(from + ":" + message)) {
			violation("M1: a frame from " + from + " to " + to + " was lost, though others hear both");
		}
	}

	private void send(String from, String to, String message) {
		TestCluster.Node sender = this.cluster.node(from);
		sender.execute(() -> sender.membership.send(this.cluster.node(to).membership.selfId(), 2,
				message.getBytes(StandardCharsets.UTF_8)));
	}

	private void kill() {
		String name = any();
		log("kill " + name);
		this.cluster.node(name).kill();
		this.cluster.run(FailoverBounds.of(MembershipSettings.defaults(name)).crash());
		if (!this.cluster.othersSee(name, MemberStatus.DOWN)) {
			violation("M2: the death of " + name + " is not seen: " + this.cluster.describe());
		}
	}

	private void standStill() {
		TestCluster.Node node = this.cluster.node(any());
		Duration duration = millis(500, 45_000);
		boolean suspend = this.random.nextBoolean();
		log((suspend ? "suspend " : "pause ") + node.machine + " for " + duration);
		if (suspend) {
			node.loop.suspend();
		}
		else {
			node.loop.pause();
		}
		this.cluster.run(duration);
		int seen = node.events.size();
		node.loop.resume();
		this.cluster.run(Duration.ofSeconds(8));
		nobodyIsDown("M4", node, seen);
	}

	/*
	 * Two members, with nobody else to ask; each silence was announced by a shorter one.
	 */
	private void comeLate() {
		if (this.names.size() > 2) {
			return;
		}
		int[] seen = events();
		double silence = this.random.nextDouble(1.9, 2.4);
		while (silence < 11) {
			Duration duration = Duration.ofMillis((long) (silence * 1000));
			log("silence of " + duration);
			this.cluster.network().partition(this.names.subList(0, 1), this.names.subList(1, 2));
			this.cluster.run(duration);
			this.cluster.network().heal();
			this.cluster.run(millis(1000, 4000));
			silence *= this.random.nextDouble(1.1, 1.5);
		}
		nobodyIsDown("M3", seen);
	}

	private void deafness() {
		log("deafness");
		int[] seen = events();
		this.cluster.deaf = true;
		for (int i = this.random.nextInt(30, 100); i > 0; i--) {
			for (String from : this.names) {
				this.names.stream().filter((to) -> !to.equals(from)).forEach((to) -> send(from, to, "I live"));
			}
			this.cluster.run(Duration.ofMillis(200));
		}
		this.cluster.deaf = false;
		nobodyIsDown("M3", seen);
	}

	private void twin() {
		String name = any();
		log("another " + name);
		TestCluster.Node first = this.cluster.node(name);
		TestCluster.Node second = this.cluster.start("twin" + ++this.twins, name,
				TestCluster.addresses(this.names.toArray(String[]::new)));
		this.cluster.run(Duration.ofSeconds(10));
		if (first.failure != null || second.failure == null) {
			violation("M5: " + name + " ended with " + first.failure + ", and its twin with " + second.failure);
		}
		second.kill();
	}

	private void lists() {
		List<String> some = new ArrayList<>();
		List<String> others = new ArrayList<>();
		this.names.forEach((name) -> (this.random.nextBoolean() ? some : others).add(name));
		log("partition " + some + " from " + others);
		this.cluster.network().partition(some, others);
		this.cluster.run(millis(0, 8000));
		int calls = this.random.nextInt(2, 5);
		for (int i = 0; i < calls; i++) {
			TestCluster.Node node = this.cluster.node(any());
			List<String> list = new ArrayList<>(TestCluster.addresses(this.names.toArray(String[]::new)));
			list.add("spare" + this.random.nextInt(1000) + ":7420");
			log(node.machine + " declares " + list);
			node.execute(() -> node.membership.setMembers(list));
			this.cluster.run(millis(0, 1000));
		}
		DeclaredMembers last = this.cluster.nodes()
			.stream()
			.map((node) -> node.membership.declared())
			.max(Comparator.comparingLong(DeclaredMembers::stamp).thenComparing(DeclaredMembers::by))
			.orElseThrow();
		this.cluster.network().heal();
		delays();
		this.cluster.run(Duration.ofSeconds(15));
		for (TestCluster.Node node : this.cluster.running()) {
			if (!node.membership.declared().equals(last)) {
				violation("M7: " + node.machine + " has " + node.membership.declared() + ", and the last list is "
						+ last);
			}
		}
	}

	private int[] events() {
		return this.names.stream().mapToInt((name) -> this.cluster.node(name).events.size()).toArray();
	}

	private void nobodyIsDown(String rule, int[] seen) {
		for (int i = 0; i < seen.length; i++) {
			nobodyIsDown(rule, this.cluster.node(this.names.get(i)), seen[i]);
		}
	}

	private void nobodyIsDown(String rule, TestCluster.Node node, int seen) {
		for (String event : node.events.subList(seen, node.events.size())) {
			if (event.endsWith(" DOWN")) {
				violation(rule + ": " + node.machine + " says " + event);
			}
		}
	}

	private String any() {
		return this.names.get(this.random.nextInt(this.names.size()));
	}

	private Duration millis(int from, int to) {
		return Duration.ofMillis(this.random.nextInt(from, to));
	}

	private void violation(String violation) {
		if (this.violation == null) {
			this.violation = violation;
		}
	}

	private void log(String what) {
		this.log.add(this.cluster.simulation.now() + " " + what);
	}

}
