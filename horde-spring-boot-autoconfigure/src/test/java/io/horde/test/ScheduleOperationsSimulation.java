package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.horde.schedule.ScheduleBusyException;
import io.horde.schedule.TickOutcomeUnknownException;
import io.horde.supervisor.ProcessRef;
import org.jspecify.annotations.Nullable;

/**
 * Operators pause, resume and run schedules at any node, while frames are lost, doubled
 * and late, the process moves, and nodes crash, one after the other (T6).
 */
final class ScheduleOperationsSimulation {

	private static final String CHILD = "child";

	private static final String REPORT = CHILD + "#" + TickingCluster.REPORT;

	private static final String DAILY = CHILD + "#" + TickingCluster.DAILY;

	private static final Duration REST = Duration.ofSeconds(120);

	private final SplittableRandom random;

	private final TickingCluster world;

	private final List<String> log = new ArrayList<>();

	/** Since which tick the schedule is paused, or -1. */
	private int pausedSince = -1;

	private boolean resumed = true;

	private int done;

	private @Nullable String violation;

	ScheduleOperationsSimulation(long seed) {
		this.random = new SplittableRandom(seed * 61 + 5);
		this.world = new TickingCluster(seed, this.random.nextBoolean(), this.random.nextBoolean() ? 0.1 : 0);
	}

	/**
	 * Run it.
	 * @return the first violation, or {@code null}
	 */
	@Nullable String run() {
		this.world.startChild(CHILD);
		faults();
		for (int i = 0; i < 10 && this.violation == null; i++) {
			switch (this.random.nextInt(7)) {
				case 0, 1 -> pause();
				case 2 -> resume();
				case 3, 4 -> tick();
				case 5 -> move();
				default -> crash();
			}
			check();
		}
		rest();
		if (this.violation == null && this.resumed && this.world.ticksWithin(5, CHILD, TickingCluster.REPORT) == 0) {
			this.violation = "it does not tick though it is not paused";
		}
		return (this.violation != null) ? this.violation + " after\n  " + String.join("\n  ", this.log) : null;
	}

	/**
	 * Return how many operations were answered without failure.
	 */
	int done() {
		return this.done;
	}

	private void faults() {
		this.world.simulation()
			.network()
			.faults(Faults.NONE.withLoss(this.random.nextDouble(0.05))
				.withDuplication(this.random.nextDouble(0.3))
				.withDelay(Duration.ofNanos(50_000), Duration.ofMillis(this.random.nextInt(1, 60))));
	}

	private void pause() {
		String node = any();
		boolean answered = answered(node, "pause", this.world.at(node).pause(REPORT));
		this.resumed = false;
		if (answered && this.pausedSince < 0) {
			this.pausedSince = this.world.ticks().size();
		}
		nap(3000);
	}

	/* An unanswered one may take effect, or not. */
	private void resume() {
		check();
		this.pausedSince = -1;
		String node = any();
		boolean pausedBefore = !this.resumed;
		this.resumed = answered(node, "resume", this.world.at(node).resume(REPORT)) || (this.resumed && !pausedBefore);
		nap(3000);
	}

	private void tick() {
		String node = any();
		long before = daily();
		CompletableFuture<?> tick = this.world.at(node).runNow(DAILY);
		if (this.random.nextInt(3) == 0) {
			nap(30);
			String owner = this.world.cluster().running().getOrDefault(CHILD, List.of(node)).get(0);
			if (!owner.equals(node)) {
				restart(owner);
			}
		}
		boolean answered = answered(node, "run", tick);
		nap(3000);
		long ticks = daily() - before;
		boolean unknown = tick.isCompletedExceptionally() && (failure(tick) instanceof TickOutcomeUnknownException
				|| failure(tick) instanceof ScheduleBusyException);
		if (answered ? ticks != 1 : (ticks > (unknown ? 1 : 0))) {
			violation(ticks + " ticks on one request");
		}
	}

	private void move() {
		String node = any();
		log("move to " + node);
		CompletableFuture<ProcessRef> move = this.world.cluster().supervisor(any()).moveChild(CHILD, node);
		nap(2000);
		log("moved: " + move);
	}

	private void crash() {
		restart(any());
		rest();
	}

	private void restart(String node) {
		log("crash " + node);
		this.world.cluster().crash(node);
		nap(8000);
		log("start " + node);
		this.world.cluster().start(node);
	}

	private void rest() {
		List<String> differences = this.world.cluster().awaitRest(REST);
		if (!differences.isEmpty()) {
			violation("not at rest: " + differences);
		}
	}

	private boolean answered(String node, String what, CompletableFuture<?> future) {
		this.world.simulation().runUntil(future::isDone, Duration.ofSeconds(40));
		log(what + " at " + node + ": " + (future.isCompletedExceptionally() ? failure(future) : future));
		if (!future.isDone()) {
			violation(what + " was not answered");
		}
		boolean answered = future.isDone() && !future.isCompletedExceptionally();
		this.done += answered ? 1 : 0;
		return answered;
	}

	private static Throwable failure(CompletableFuture<?> future) {
		try {
			throw new IllegalStateException("no failure, but " + future.join());
		}
		catch (CompletionException ex) {
			return ex.getCause();
		}
	}

	private void check() {
		List<TickingCluster.Tick> ticks = this.world.ticks();
		if (this.pausedSince >= 0 && ticks.subList(this.pausedSince, ticks.size())
			.stream()
			.anyMatch((tick) -> tick.child().equals(CHILD) && tick.key().equals(TickingCluster.REPORT))) {
			violation("it ticks though it is paused");
		}
	}

	private long daily() {
		return this.world.ticks()
			.stream()
			.filter((tick) -> tick.child().equals(CHILD) && tick.key().equals(TickingCluster.DAILY))
			.count();
	}

	private String any() {
		List<String> alive = this.world.cluster().alive();
		return alive.get(this.random.nextInt(alive.size()));
	}

	private void nap(int most) {
		this.world.simulation().run(Duration.ofMillis(this.random.nextInt(most)));
	}

	private void violation(String violation) {
		if (this.violation == null) {
			this.violation = violation;
		}
	}

	private void log(String what) {
		this.log.add(this.world.simulation().now() + " " + what);
	}

}
