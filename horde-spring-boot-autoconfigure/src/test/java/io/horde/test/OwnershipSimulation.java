package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.QuorumNotMetException;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.StartResult;

/**
 * A random life of a few nodes: some troubles, each followed by rest. For each kind of
 * trouble it is known what the rules of ownership promise.
 */
final class OwnershipSimulation extends OwnershipWorld {

	OwnershipSimulation(long seed, SimulatedCluster.NodeFactory factory) {
		super(seed, factory);
	}

	/**
	 * Run it.
	 * @return the first violation, or {@code null}
	 */
	String run() {
		this.names.forEach(this.cluster::start);
		run(Duration.ofSeconds(10));
		for (int round = this.random.nextInt(1, 4); round > 0 && this.violation == null; round--) {
			rest();
			if (this.violation == null) {
				trouble();
			}
		}
		if (this.violation == null) {
			rest();
		}
		return (this.violation != null) ? this.violation + " after\n  " + String.join("\n  ", this.log) : null;
	}

	private void trouble() {
		if (this.quorum && this.random.nextBoolean()) {
			switch (this.random.nextInt(4)) {
				case 0 -> otherMode();
				case 1 -> forget();
				case 2 -> slowStop();
				default -> star();
			}
			return;
		}
		switch (this.random.nextInt(12)) {
			case 0 -> terminateElsewhere();
			case 1 -> startAnew();
			case 2 -> changeOfMind();
			case 3 -> falseSuspicion();
			case 4 -> temporary();
			case 5 -> move();
			case 6 -> leave();
			case 7 -> stopStatic();
			case 8 -> fullStop();
			case 9, 10 -> stopAtWork();
			default -> lastWord();
		}
	}

	/* O1, O2: while one takes it over, another one terminates it. */
	private void terminateElsewhere() {
		SimulatedProcess child = child();
		if (child == null) {
			return;
		}
		List<String> others = others(child.node());
		List<String> some = others.subList(0, others.size() / 2);
		List<String> rest = others.subList(others.size() / 2, others.size());
		log("crash " + child.node() + ", partition " + some + " from " + rest);
		this.simulation.network().partition(some, rest);
		this.cluster.crash(child.node());
		run(millis(0, 9000));
		String at = rest.get(this.random.nextInt(rest.size()));
		log("terminate " + child.id() + " at " + at);
		CompletableFuture<Boolean> end = this.cluster.supervisor(at).terminateChild(child.id());
		run(Duration.ofSeconds(8));
		this.simulation.network().heal();
		run(Duration.ofSeconds(10));
		rest();
		boolean acknowledged = end.isDone() && !end.isCompletedExceptionally() && end.join();
		if (acknowledged && this.cluster.running().containsKey(child.id())) {
			violation("O1: " + child.id() + " was terminated and runs");
		}
	}

	/* O2, O3: a child of the same id with another argument, perhaps after a full stop. */
	private void startAnew() {
		SimulatedProcess child = child();
		if (child == null) {
			return;
		}
		String id = child.id();
		String at = this.names.stream().filter((name) -> !name.equals(child.node())).findFirst().orElseThrow();
		boolean cut = this.random.nextBoolean();
		log("terminate and start " + id + " at " + at + (cut ? ", cut off from it" : ""));
		if (cut) {
			this.simulation.network().partition(List.of(child.node()), others(child.node()));
		}
		CompletableFuture<Boolean> end = this.cluster.supervisor(at).terminateChild(id);
		if (!cut) {
			until(Duration.ofSeconds(15), end::isDone);
			run(millis(0, 3000));
		}
		CompletableFuture<StartResult> start = this.cluster.supervisor(at)
			.startChild(ChildSpec.of(SimulatedCluster.PERMANENT).id(id).name(id).argument(2));
		run(millis(100, 2500));
		this.simulation.network().heal();
		rest();
		SimulatedProcess now = process(id);
		boolean started = start.isDone() && !start.isCompletedExceptionally() && start.join().failure() == null
				&& start.join().created();
		if (started && (now == null || now.argument() == null || now.argument() != 2)) {
			violation("O2: " + now + " runs with argument " + ((now != null) ? now.argument() : null));
		}
		grows(child, now);
	}

	/* O3: the token grows though nobody is left who knew the last one. */
	private void fullStop() {
		SimulatedProcess child = child();
		if (child == null) {
			return;
		}
		log("full stop");
		this.names.forEach(this.cluster::crash);
		this.names.forEach(this.cluster::start);
		rest();
		grows(child, child(child.id(), SimulatedCluster.PERMANENT));
	}

	private void grows(SimulatedProcess before, SimulatedProcess after) {
		if (after != null && after != before && after.context().fencingToken() <= before.context().fencingToken()) {
			violation("O3: " + after + " has come after " + before);
		}
	}

	/* O2: a start that takes long and is not wanted any more. */
	private void changeOfMind() {
		String id = "c" + ++this.children;
		String at = any();
		log("start and terminate " + id + " at " + at);
		this.cluster.supervisor(at).startChild(ChildSpec.of(SimulatedCluster.PERMANENT).id(id).name(id));
		run(millis(0, 1500));
		this.cluster.supervisor(at).terminateChild(id);
		run(Duration.ofSeconds(10));
		if (this.cluster.running().containsKey(id)) {
			violation("O2: " + id + " was terminated and runs");
		}
	}

	/* O4: who suspects the owner claims the child, and can't start it. */
	private void falseSuspicion() {
		SimulatedProcess child = child();
		if (child == null || this.quorum) {
			return;
		}
		List<String> others = others(child.node());
		others.forEach((name) -> this.cluster.startFailures(name, 1));
		log("cut off " + child.node() + ", and no start succeeds elsewhere");
		this.simulation.network().partition(List.of(child.node()), others);
		run(millis(4000, 12_000));
		this.simulation.network().heal();
		Duration end = this.simulation.now().plusSeconds(6);
		while (this.simulation.now().compareTo(end) < 0 && this.violation == null) {
			run(Duration.ofMillis(10));
			if (!this.cluster.running().containsKey(child.id())) {
				violation("O4: " + child.id() + " was stopped, and nobody else runs it");
			}
		}
	}

	/* O5: a temporary child of a node that was only out of reach goes on. */
	private void temporary() {
		SimulatedProcess child = child("t" + ++this.children, SimulatedCluster.TEMPORARY);
		if (child == null || this.quorum) {
			return;
		}
		log("cut off " + child.node());
		this.simulation.network().partition(List.of(child.node()), others(child.node()));
		run(millis(4000, 15_000));
		this.simulation.network().heal();
		run(Duration.ofSeconds(6));
		if (!child.isRunning()) {
			violation("O5: " + child + " was stopped, because others took its node for gone");
		}
	}

	/* O6: also to a node to which it does not belong. */
	private void move() {
		SimulatedProcess child = child();
		if (child == null) {
			return;
		}
		List<String> others = others(child.node());
		String target = others.get(this.random.nextInt(others.size()));
		String at = any();
		log("move " + child.id() + " to " + target + " at " + at);
		CompletableFuture<ProcessRef> move = this.cluster.supervisor(at).moveChild(child.id(), target);
		until(Duration.ofSeconds(20), move::isDone);
		if (!move.isDone() || move.isCompletedExceptionally() || !move.join().node().equals(target)) {
			violation("O6: the move of " + child.id() + " to " + target + " ended with " + move);
		}
	}

	/* O7: the state survives a target that fails. */
	private void leave() {
		SimulatedProcess child = child();
		if (child == null) {
			return;
		}
		List<String> others = others(child.node());
		String unable = others.get(this.random.nextInt(others.size()));
		this.cluster.startFailures(unable, 1);
		int moves = child.moves();
		log(child.node() + " leaves, and no start succeeds on " + unable);
		CompletableFuture<Void> left = this.cluster.leave(child.node());
		until(Duration.ofSeconds(30), left::isDone);
		run(Duration.ofSeconds(2));
		this.cluster.startFailures(unable, 0);
		SimulatedProcess now = process(child.id());
		if (now != null && now.moves() <= moves) {
			violation("O7: " + now + " has lost its state, handed over " + now.moves() + " times and before " + moves);
		}
	}

	/* T8, T9: nobody else begins before the work of who stops in order has ended. */
	private void stopAtWork() {
		SimulatedProcess child = child();
		if (child == null) {
			return;
		}
		boolean obeys = this.random.nextBoolean();
		Duration length = millis(200, obeys ? 30_000 : 60_000);
		CompletableFuture<Void> work = this.cluster.work(child, obeys, length);
		until(Duration.ofSeconds(3), child::isWorking);
		if (!child.isWorking()) {
			return;
		}
		String node = child.node();
		String at = any();
		switch (this.random.nextInt(3)) {
			case 0 -> {
				log("move " + child.id() + " at work of " + length + ", obedient " + obeys + ", at " + at);
				this.cluster.supervisor(at).moveChild(child.id(), others(node).get(0));
			}
			case 1 -> {
				log(node + " leaves, " + child.id() + " at work of " + length + ", obedient " + obeys);
				this.cluster.leave(node);
			}
			default -> {
				log("terminate and start " + child.id() + " at work of " + length + ", obedient " + obeys + ", at "
						+ at);
				this.cluster.supervisor(at).terminateChild(child.id());
				this.cluster.supervisor(at).startChild(ChildSpec.of(SimulatedCluster.PERMANENT).id(child.id()));
			}
		}
		Duration end = this.simulation.now().plusSeconds(70);
		while (!work.isDone() && child.isAlive() && this.simulation.now().compareTo(end) < 0
				&& this.violation == null) {
			run(Duration.ofMillis(20));
			for (SimulatedProcess other : this.cluster.processes()) {
				if (other != child && other.id().equals(child.id()) && other.context().isOwner() && !work.isDone()
						&& child.isAlive()) {
					violation("T8: " + other + " is owner while " + child + " works");
				}
			}
		}
		run(Duration.ofSeconds(5));
		if (this.cluster.cluster(node).self().status() == MemberStatus.LEAVING) {
			crash(node);
		}
	}

	/* O8: a static child that was stopped stays so, also after a restart of a node. */
	private void stopStatic() {
		String at = any();
		log("terminate worker-1 at " + at);
		CompletableFuture<Boolean> end = this.cluster.supervisor(at).terminateChild("worker-1");
		until(Duration.ofSeconds(15), end::isDone);
		if (!end.isDone() || end.isCompletedExceptionally()) {
			violation("O8: the termination of worker-1 ended with " + end);
			return;
		}
		run(Duration.ofSeconds(2));
		crash(any());
		rest();
		if (end.join() && this.cluster.running().containsKey("worker-1")) {
			violation("O8: worker-1 was terminated and runs");
		}
		CompletableFuture<StartResult> start = this.cluster.supervisor(any())
			.startChild(ChildSpec.of(SimulatedCluster.WORKER).id("worker-1"));
		until(Duration.ofSeconds(15), start::isDone);
	}

	/* O9: those who have said that they have terminated a child die at once. */
	private void lastWord() {
		SimulatedProcess child = child();
		if (child == null) {
			return;
		}
		delays(300);
		String at = this.random.nextBoolean() ? child.node() : any();
		boolean cut = this.quorum && this.names.size() > 3 && this.random.nextBoolean();
		log("terminate " + child.id() + " on " + child.node() + " at " + at + (cut ? ", cut off" : ""));
		if (cut) {
			List<String> others = others(at);
			others.remove(child.node());
			this.simulation.network().partition(List.of(at, child.node()), others);
		}
		CompletableFuture<Boolean> end = this.cluster.supervisor(at).terminateChild(child.id());
		until(Duration.ofSeconds(15), end::isDone);
		if (!end.isDone() || end.isCompletedExceptionally()) {
			return;
		}
		crash(at);
		if (cut && !at.equals(child.node())) {
			crash(child.node());
		}
		rest();
		if (this.cluster.running().containsKey(child.id())) {
			violation("O9: the termination of " + child.id() + " was acknowledged, and it runs");
		}
	}

	/* Q1: a node on which the type has another mode. */
	private void otherMode() {
		SimulatedProcess child = child();
		if (child == null) {
			return;
		}
		String other = others(child.node()).get(0);
		crash(other);
		run(Duration.ofSeconds(10));
		log(other + " runs without quorum, and is cut off");
		this.modesDiffer = true;
		this.mode = "uniform";
		this.cluster.start(other);
		this.mode = "quorum";
		run(Duration.ofSeconds(20));
		this.simulation.network().partition(List.of(other), others(other));
		run(Duration.ofSeconds(15));
		this.simulation.network().heal();
		crash(other);
		run(Duration.ofSeconds(10));
	}

	/* Q8: a minority takes the others for gone. */
	private void forget() {
		String minority = any();
		String other = others(minority).get(0);
		long incarnation = incarnation(other);
		log("cut off " + minority + ", which forgets " + other);
		this.simulation.network().partition(List.of(minority), others(minority));
		run(Duration.ofSeconds(20));
		try {
			this.cluster.cluster(minority).forget(other);
		}
		catch (QuorumNotMetException ex) {
			log(ex.getMessage());
		}
		run(Duration.ofSeconds(5));
		this.simulation.network().heal();
		run(Duration.ofSeconds(10));
		// Who hears that it was forgotten begins anew
		if (!isUp(other) || incarnation(other) != incarnation) {
			violation("Q8: " + other + " was forgotten by a minority");
		}
	}

	private long incarnation(String name) {
		return this.cluster.cluster(name)
			.members()
			.stream()
			.filter(Member::self)
			.mapToLong(Member::incarnation)
			.findFirst()
			.orElseThrow();
	}

	/* Q11: what stops within the margin is gone before its successor starts. */
	private void slowStop() {
		SimulatedProcess child = child();
		if (child == null) {
			return;
		}
		log("cut off " + child.node());
		this.simulation.network().partition(List.of(child.node()), others(child.node()));
		run(millis(9000, 15_000));
	}

	/* Q12: all reach each other through one node only. */
	private void star() {
		child();
		List<SimulatedProcess> before = new ArrayList<>(this.cluster.processes());
		String hub = any();
		log("all links but those of " + hub + " are cut");
		List<String> others = others(hub);
		for (String one : others) {
			this.simulation.network().partition(List.of(one), others.stream().filter((o) -> !o.equals(one)).toList());
		}
		run(Duration.ofSeconds(25));
		for (SimulatedProcess process : before) {
			if (!this.active && (!process.isRunning() || !process.context().isOwner())) {
				violation("Q12: " + process + " has lost its lease");
			}
		}
	}

}
