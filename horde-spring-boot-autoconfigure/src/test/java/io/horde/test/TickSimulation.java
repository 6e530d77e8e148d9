package io.horde.test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

import io.horde.process.MissedTicks;
import io.horde.schedule.TickLostEvent;
import io.horde.schedule.TicksSkippedEvent;
import io.horde.schedule.engine.FixedTiming.FixedRate;
import io.horde.schedule.engine.Timing;
import io.horde.supervisor.ChildSpec;

/**
 * A random life of a few nodes whose processes have cron schedules: moves, leaves,
 * crashes, pauses and cuts within milliseconds of the instants. What users' code sees is
 * held against the rules of ticks.
 */
final class TickSimulation extends OwnershipWorld {

	private static final long EVERY = 10_000;

	private static final long OTHER = 15_000;

	private static final String RATE = "rate";

	private static final Duration PERIOD = Duration.ofSeconds(7);

	/** A clock that is set while its node runs. */
	private static final Duration MOST_WHILE_RUNNING = Duration.ofMinutes(1);

	private static final long EPOCH_MILLIS = 1_767_225_600_000L;

	private final TickBook book;

	private final long length;

	private long every = EVERY;

	private int instances = 1;

	private final Map<String, Long> lastOfRate = new TreeMap<>();

	private boolean calm;

	/** Whose clock is off, and by how much. */
	private String off;

	private Duration offBy = Duration.ZERO;

	/** By how much a clock was ahead. */
	private Duration ahead = Duration.ZERO;

	/** What users were told of ticks that did not run, or not to their end. */
	private final Map<String, TreeSet<Long>> told = new TreeMap<>();

	/** Whether the instants were the same for all, and no process stood still. */
	private boolean countable = true;

	/** Whether no two sides of the cluster have acted without knowing of each other. */
	private boolean connected = true;

	/** Whether nothing has happened but what is done in order. */
	private boolean orderly = true;

	TickSimulation(long seed, SimulatedCluster.NodeFactory factory) {
		super(seed, factory);
		this.book = new TickBook(this.simulation, this::begins);
		this.length = this.random.nextInt(3) * this.random.nextInt(1, 4000);
		this.cluster.onTickEvent(this::told);
		this.cluster.userCode((users) -> {
			long every = this.every;
			users.instances(SimulatedCluster.SINGLETON, this.instances);
			users.schedules((process) -> List.of(
					schedule(process, "run", TickBook.cron(every), this.length, MissedTicks.RUN_ONCE),
					schedule(process, "skip", TickBook.cron(every), this.length, MissedTicks.SKIP),
					schedule(process, RATE, new FixedRate(Duration.ZERO, PERIOD), 0, MissedTicks.RUN_ONCE)));
		});
	}

	private TickBook.Booked schedule(SimulatedProcess process, String key, Timing timing, long length,
			MissedTicks missed) {
		String id = process.id().equals(SimulatedCluster.SINGLETON + "-0") ? SimulatedCluster.SINGLETON : process.id();
		return new TickBook.Booked(this.book, process, id, key, timing, length, missed);
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
			ticks();
			if (this.violation == null) {
				trouble();
			}
		}
		if (this.violation == null) {
			rest();
			ticks();
			complete();
		}
		return (this.violation != null) ? this.violation + " after\n  " + String.join("\n  ", this.log) : null;
	}

	/* T2: what has begun once never begins again. */
	private void begins(TickBook.Span span) {
		if (!span.process().context().isOwner()) {
			violation("T2: " + span + " begins, and it is no owner");
		}
		if (span.schedule().endsWith("#" + RATE)) {
			rate(span);
			return;
		}
		if (this.calm && trueMillis() < span.due() - 2500) {
			violation("T4: " + span + " begins too early");
		}
		long before = this.book.begun(span) - 1;
		if (before > 0 && (this.quorum || this.connected)) {
			violation("T2: " + span + " begins, and has begun before");
		}
		for (TickBook.Span other : this.book.running()) {
			boolean same = other.process().id().equals(span.process().id());
			if (same && other.process() != span.process() && this.orderly) {
				violation("T8: " + span + " begins while " + other + " runs");
			}
			if (same && other.schedule().equals(span.schedule()) && other.process() == span.process()) {
				violation("T7: " + span + " begins while " + other + " runs");
			}
		}
	}

	/* T7: a move of its process is no reason to tick. */
	private void rate(TickBook.Span span) {
		Long last = this.lastOfRate.put(span.process().id(), span.begun());
		long least = Duration.ofSeconds(1).toNanos();
		if (last != null && span.process().moves() > 0 && this.orderly && this.length == 0
				&& span.begun() - last < least) {
			violation("T7: " + span + " begins " + (span.begun() - last) / 1_000_000 + " ms after the last one");
		}
	}

	private long trueMillis() {
		return EPOCH_MILLIS + this.simulation.nanos() / 1_000_000;
	}

	/* At rest, each schedule of each process ticks. */
	private void ticks() {
		if (this.violation != null) {
			return;
		}
		this.orderly = true;
		this.connected = true;
		child();
		// T4: what a clock has done that was ahead is not done again
		run(this.ahead);
		this.ahead = Duration.ZERO;
		this.calm = true;
		run(Duration.ofMillis(this.every + 4000 + 2 * this.length));
		this.calm = false;
		long now = trueMillis();
		for (SimulatedProcess process : List.copyOf(this.cluster.processes())) {
			String id = process.id().equals(SimulatedCluster.SINGLETON + "-0") ? SimulatedCluster.SINGLETON
					: process.id();
			for (String key : List.of("run", "skip")) {
				boolean ticked = this.book.all()
					.getOrDefault(id + "#" + key, Map.of())
					.keySet()
					.stream()
					.anyMatch((due) -> due > now - 2 * this.every - 5000 - 2 * this.length);
				if (!ticked && process.createdAt() < this.simulation.nanos()
						- Duration.ofMillis(2 * this.every).toNanos()) {
					violation("T5: " + id + "#" + key + " of " + process + " does not tick");
				}
			}
		}
		if (this.off != null) {
			log("clock of " + this.off + " is right again");
			this.orderly = false;
			if (this.offBy.abs().compareTo(MOST_WHILE_RUNNING) > 0) {
				restart(this.off, this.offBy.negated());
			}
			else {
				this.cluster.loop(this.off).clock().step(this.offBy.negated());
				ahead(this.offBy);
			}
			this.off = null;
			run(Duration.ofSeconds(10));
			this.orderly = true;
		}
	}

	private void told(Object event) {
		if (event instanceof TickLostEvent lost) {
			if (this.orderly) {
				violation("T2: " + lost + ", though nothing but an orderly stop has happened");
			}
			told(lost.schedule(), lost.due().toEpochMilli());
		}
		else if (event instanceof TicksSkippedEvent skipped) {
			boolean unknown = skipped.reason().startsWith("no majority");
			long last = skipped.due().toEpochMilli() / this.every * this.every;
			for (int i = 0; i < (unknown ? 30 : skipped.count()); i++) {
				told(skipped.schedule(), last - i * this.every);
			}
		}
	}

	private void told(String schedule, long due) {
		this.told.computeIfAbsent(schedule, (key) -> new TreeSet<>()).add(due);
	}

	/* T5: each instant has a tick, or a word. */
	private void complete() {
		// Where two long ticks follow each other the next instant has no tick of its own
		if (!this.countable || 2 * this.length > this.every - 3000) {
			return;
		}
		this.book.all().forEach((schedule, spans) -> {
			if (schedule.endsWith("#" + RATE)) {
				return;
			}
			List<Long> instants = List.copyOf(spans.keySet());
			for (long due = instants.get(0); due < instants.get(instants.size() - 1); due += this.every) {
				if (!spans.containsKey(due) && !this.told.getOrDefault(schedule, new TreeSet<>()).contains(due)) {
					violation("T5: " + schedule + " has no tick for " + due + ", and nobody was told");
				}
			}
		});
	}

	private void ahead(Duration step) {
		this.ahead = (step.abs().compareTo(this.ahead) > 0) ? step.abs() : this.ahead;
	}

	private long now(String name) {
		return this.cluster.loop(name).currentTimeMillis();
	}

	/* Until some milliseconds before or after an instant. */
	private void toAnInstant(String name) {
		long left = this.every - Math.floorMod(now(name), this.every);
		long jitter = this.random.nextInt(5) == 0 ? this.random.nextLong(-3000, 3000) : this.random.nextLong(-30, 30);
		run(Duration.ofMillis(Math.max(0, left + jitter)));
	}

	private void trouble() {
		SimulatedProcess child = child();
		if (child == null) {
			return;
		}
		delays(this.random.nextInt(4) == 0 ? 300 : 20);
		String owner = child.node();
		switch (this.random.nextInt(14)) {
			case 0, 1 -> {
				toAnInstant(owner);
				log(owner + " leaves");
				CompletableFuture<Void> left = this.cluster.leave(owner);
				until(Duration.ofSeconds(40), left::isDone);
				run(millis(0, 3000));
			}
			case 2 -> {
				toAnInstant(owner);
				String target = others(owner).get(0);
				log("move " + child.id() + " to " + target);
				CompletableFuture<?> move = this.cluster.supervisor(any()).moveChild(child.id(), target);
				until(Duration.ofSeconds(20), move::isDone);
			}
			case 3, 4 -> {
				this.orderly = false;
				toAnInstant(owner);
				crash(owner);
				run(millis(0, 12_000));
			}
			case 6, 7 -> {
				this.orderly = false;
				this.countable = false;
				this.stoodStill = true;
				toAnInstant(owner);
				sleep(owner);
			}
			case 8 -> {
				this.orderly = false;
				toAnInstant(owner);
				cut(owner);
			}
			case 9 -> {
				this.countable = false;
				toAnInstant(owner);
				log("terminate and start " + child.id());
				this.cluster.supervisor(any()).terminateChild(child.id());
				run(millis(0, 3000));
				this.cluster.supervisor(any())
					.startChild(ChildSpec.of(SimulatedCluster.PERMANENT).id(child.id()).name(child.id()).argument(2));
				run(millis(0, 5000));
			}
			case 10 -> rollout();
			case 11 -> clock(owner);
			case 5, 12 -> {
				this.orderly = false;
				if (this.quorum && this.names.size() == 3 && this.length > 0 && this.random.nextBoolean()) {
					forgetful(child);
				}
				else {
					toAnInstant(owner);
					voters(owner);
				}
			}
			default -> clockThatStaysOff();
		}
	}

	/* T3: the one who holds a record besides its owner forgets it, and the owner dies. */
	private void forgetful(SimulatedProcess child) {
		String owner = child.node();
		List<String> others = others(owner);
		String holder = others.get(0);
		log("cut " + owner + " from " + others.get(1));
		this.simulation.network().partition(List.of(owner), others.subList(1, 2));
		toAnInstant(owner);
		until(Duration.ofSeconds(3), () -> this.book.running().stream().anyMatch((span) -> span.process() == child));
		crash(holder);
		log("start " + holder + ", cut " + owner + " from all");
		this.simulation.network().partition(List.of(owner), others);
		this.cluster.start(holder);
		run(millis(0, 1000));
		crash(owner);
		run(Duration.ofSeconds(25));
	}

	/* T3: those who held a record lose it, and its owner dies. */
	private void voters(String owner) {
		List<String> others = others(owner);
		String first = others.get(0);
		boolean both = this.names.size() > 3 && this.random.nextBoolean();
		for (String name : both ? others.subList(0, 2) : List.of(first)) {
			crash(name);
			run(millis(0, 300));
			log("start " + name);
			this.cluster.start(name);
			run(millis(0, both ? 12_000 : 8000));
		}
		if (!this.quorum || this.random.nextBoolean()) {
			run(millis(0, 8000));
		}
		if (!this.quorum) {
			until(Duration.ofSeconds(30), () -> this.names.stream().allMatch(this::isUp));
			run(Duration.ofSeconds(2));
		}
		crash(owner);
		run(millis(0, 15_000));
	}

	private void sleep(String owner) {
		boolean pair = this.random.nextInt(3) == 0;
		List<String> sleepers = pair ? List.of(owner, others(owner).get(0)) : List.of(owner);
		for (String name : sleepers) {
			boolean suspend = this.random.nextInt(3) == 0;
			log((suspend ? "suspend " : "pause ") + name);
			if (suspend) {
				this.cluster.suspend(name);
			}
			else {
				this.cluster.pause(name);
			}
			run(millis(0, 1000));
		}
		run(this.random.nextBoolean() ? millis(2000, 5000) : millis(100, 25_000));
		for (String name : sleepers) {
			log("resume " + name);
			this.cluster.resume(name);
			run(millis(0, 500));
		}
		run(millis(0, 6000));
	}

	private void cut(String owner) {
		this.connected = this.quorum;
		List<String> others = others(owner);
		List<String> side = (this.names.size() > 3 && this.random.nextBoolean()) ? List.of(owner, others.remove(0))
				: List.of(owner);
		log("cut " + side + " from " + others);
		this.simulation.network().partition(side, others);
		run(millis(0, 25_000));
		log("heal");
		this.simulation.network().heal();
		run(millis(0, 3000));
	}

	private void rollout() {
		this.countable = false;
		this.every = (this.every == EVERY) ? OTHER : EVERY;
		this.instances = (this.random.nextBoolean()) ? this.instances : 4 - this.instances;
		log("roll out: every " + this.every + " ms, " + this.instances + " instances");
		for (String name : List.copyOf(this.names)) {
			CompletableFuture<Void> left = this.cluster.leave(name);
			until(Duration.ofSeconds(40), left::isDone);
			run(millis(0, 2000));
			this.cluster.start(name);
			until(Duration.ofSeconds(60), () -> isUp(name));
			run(millis(3000, 12_000));
		}
	}

	/* T4: it is corrected, and so are the instants. */
	private void clockThatStaysOff() {
		this.orderly = false;
		this.countable = false;
		this.off = any();
		if (this.random.nextBoolean()) {
			long most = Duration.ofHours(24).minusMinutes(1).toMillis();
			this.offBy = Duration.ofMillis(this.random.nextLong(-most, most));
			log(this.off + " starts again, and its clock is off by " + this.offBy);
			restart(this.off, this.offBy);
			run(Duration.ofSeconds(10));
			return;
		}
		this.offBy = this.random.nextBoolean() ? millis(2000, 50_000) : millis(-50_000, -2000);
		ahead(this.offBy);
		log("clock of " + this.off + " jumps by " + this.offBy + " and stays so");
		this.cluster.loop(this.off).clock().step(this.offBy);
		run(Duration.ofSeconds(10));
	}

	/* What begins before its clock is known to be off can't be right. */
	private void restart(String name, Duration step) {
		if (this.random.nextBoolean()) {
			crash(name);
		}
		else {
			CompletableFuture<Void> left = this.cluster.leave(name);
			until(Duration.ofSeconds(40), left::isDone);
		}
		run(millis(0, 12_000));
		this.simulation.clock(name).step(step);
		this.cluster.start(name);
		until(Duration.ofSeconds(60), () -> isUp(name));
	}

	private void clock(String owner) {
		this.countable = false;
		this.orderly = false;
		Duration step = this.random.nextBoolean() ? millis(-900, 900) : millis(-60_000, 60_000);
		ahead(step);
		log("clock of " + owner + " jumps by " + step);
		this.cluster.loop(owner).clock().step(step);
		run(millis(0, 12_000));
		if (this.random.nextBoolean()) {
			toAnInstant(owner);
			log(owner + " leaves");
			CompletableFuture<Void> left = this.cluster.leave(owner);
			until(Duration.ofSeconds(40), left::isDone);
		}
		run(millis(0, 12_000));
		log("clock of " + owner + " is right again");
		this.cluster.loop(owner).clock().step(step.negated());
	}

}
