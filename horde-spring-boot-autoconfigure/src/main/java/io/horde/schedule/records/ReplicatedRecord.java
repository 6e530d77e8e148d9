package io.horde.schedule.records;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.horde.crdt.Dot;
import io.horde.process.MissedTicks;
import io.horde.schedule.TickLostEvent;
import io.horde.schedule.TicksSkippedEvent;
import io.horde.schedule.engine.Cron;
import io.horde.schedule.engine.Progress;
import io.horde.schedule.engine.Schedule;
import io.horde.schedule.engine.ScheduleRecord;
import io.horde.schedule.engine.TickEntry;
import io.horde.schedule.engine.TickingProcess;
import io.horde.schedule.records.Floor.State;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one run of a process knows and writes of one of its schedules. Confined to the
 * loop, except for what says otherwise.
 */
final class ReplicatedRecord implements ScheduleRecord {

	/** How long others have to confirm a record. */
	private static final Duration LIMIT = Duration.ofSeconds(1);

	private static final Logger logger = LoggerFactory.getLogger(ReplicatedRecord.class);

	private final ScheduleRecords room;

	private final Floors floors;

	private final TickingProcess process;

	private final Schedule schedule;

	private final ScheduleKey key;

	private final boolean quorum;

	/** When its child was asked for, if no run of it was there before; else 0. */
	private final long founding;

	private ZoneId zone;

	private long fingerprint;

	private boolean suppressed;

	private boolean postponed;

	private @Nullable TickEntry lost;

	/** What this run has written of the latest tick that it was to begin. */
	private volatile @Nullable Floor began;

	ReplicatedRecord(ScheduleRecords room, TickingProcess process, Schedule schedule, ScheduleKey key, boolean quorum,
			long founding) {
		this.room = room;
		this.floors = room.floors();
		this.process = process;
		this.schedule = schedule;
		this.key = key;
		this.quorum = quorum;
		this.founding = founding;
		this.zone = room.settings().ownZone();
	}

	@Override
	public boolean isPaused() {
		Pause pause = this.floors.pause(this.key);
		return pause != null && pause.paused();
	}

	@Override
	public void find(BooleanSupplier wanted, Consumer<Progress> found) {
		if (this.founding > 0) {
			found.accept(decide());
			return;
		}
		this.room.sight().whenClear(this.quorum, (clear) -> {
			if (!mayDecide(wanted)) {
				return;
			}
			if (this.room.isTwinAlive(this.process)) {
				this.room.loop().schedule(LIMIT, () -> find(wanted, found));
			}
			else {
				found.accept(clear ? decide() : nobodyKnows());
			}
		});
	}

	/* Its child may run here anew already, and then another record decides. */
	private boolean mayDecide(BooleanSupplier wanted) {
		return wanted.getAsBoolean() && this.room.isPlacedHere(this.process);
	}

	private Cron cron() {
		return (Cron) this.schedule.timing();
	}

	private void zone(@Nullable Floor floor) {
		Cron cron = cron();
		ZoneId set = (cron.zone() != null) ? cron.zone() : this.room.settings().zone();
		this.zone = (set != null) ? set : recorded(floor);
		this.fingerprint = Fingerprints.of(cron.expression(), this.zone.getId());
	}

	private ZoneId recorded(@Nullable Floor floor) {
		try {
			return (floor != null) ? ZoneId.of(floor.zone()) : this.room.settings().ownZone();
		}
		catch (DateTimeException ex) {
			return this.room.settings().ownZone();
		}
	}

	private Progress decide() {
		Floor floor = this.floors.get(this.key);
		zone(floor);
		long now = this.room.now();
		long oldest = now - this.room.settings().catchUp().toMillis();
		if (floor == null) {
			long begin = (this.founding > 0) ? Math.max(Math.min(this.founding, now), oldest) : now;
			write(begin, State.FOUNDED);
			return new Progress(begin, false, this.zone);
		}
		if (floor.state() == State.BEGAN) {
			floor = floor.with(State.LOST);
			lost(floor);
		}
		if (floor.due() > now) {
			ahead(floor);
		}
		if (floor.fingerprint() != this.fingerprint) {
			return new Progress(Math.max(floor.due(), now), false, this.zone);
		}
		return new Progress(Math.max(floor.due(), oldest), mayBeginAgain(floor) && floor.due() >= oldest, this.zone);
	}

	private void ahead(Floor floor) {
		this.room.warnings()
			.warn("have come further than the clock of this node", () -> logger.warn(
					"Schedule {} has come to {} already, which is ahead of the clock of node '{}': it ticks after that. A"
							+ " clock of the cluster was wrong",
					id(), Instant.ofEpochMilli(floor.due()), this.room.node()));
	}

	@Override
	public @Nullable TickEntry lost() {
		return this.lost;
	}

	private void lost(Floor floor) {
		this.lost = TickEntry.lost(floor.due(), floor.node().node());
		this.floors.put(this.key, floor);
		this.room.counters().lost().increment();
		this.room.warnings()
			.warn("have lost a tick with its node", () -> logger.warn(
					"The tick of schedule {} that was due at {} had begun on node '{}', which is lost: whether it came to its"
							+ " end is not known. {}",
					id(), Instant.ofEpochMilli(floor.due()), floor.node().node(),
					(this.schedule.missedTicks() == MissedTicks.RERUN_LOST) ? "It runs again, as missedTicks says"
							: "It is not run again"));
		this.room.publish(
				new TickLostEvent(id(), this.process.id(), Instant.ofEpochMilli(floor.due()), floor.node().node()));
	}

	/* T3: nobody who is left can tell, so it begins behind all that may have begun. */
	private Progress nobodyKnows() {
		zone(this.floors.get(this.key));
		long from = this.room.now() + this.room.maxClockOffset().toMillis();
		write(from, State.SKIPPED);
		this.room.warnings()
			.warn("skip ticks, since no majority of voters knows whether they have begun", () -> logger.warn(
					"No majority of voters knows how far schedule {} has come: its ticks that were due before {} are skipped,"
							+ " since they may have run",
					id(), Instant.ofEpochMilli(from)));
		this.room.publish(new TicksSkippedEvent(id(), this.process.id(), Instant.ofEpochMilli(from), 1,
				"no majority of voters knows whether they have run"));
		return new Progress(from, false, this.zone);
	}

	@Override
	public void begin(long due, Consumer<Answer> answer) {
		if (this.room.isTwinAlive(this.process)) {
			answer.accept(Answer.NOT_HELD);
			return;
		}
		Floor floor = this.floors.get(this.key);
		if (floor != null && (floor.due() > due || (floor.due() == due && !mayBeginAgain(floor)))) {
			suppressed(floor, due);
			answer.accept(Answer.ELSEWHERE);
			return;
		}
		Floor began = floor(due, State.BEGAN);
		this.began = began;
		CompletableFuture<Void> held = held(this.floors.put(this.key, began));
		EventLoop.Timer limit = this.room.loop()
			.schedule(LIMIT, () -> held.completeExceptionally(new IllegalStateException("late")));
		held.whenComplete((nothing, late) -> {
			limit.cancel();
			if (late == null) {
				this.postponed = false;
				answer.accept(Answer.HELD);
			}
			else if (this.quorum) {
				takeBack(due);
				postponed(due);
				answer.accept(Answer.NOT_HELD);
			}
			else {
				this.room.counters().unheld().increment();
				answer.accept(Answer.UNHELD);
			}
		});
	}

	@Override
	public boolean isBegun(long due) {
		Floor own = own(due);
		return own != null && own.state() == State.BEGAN;
	}

	/**
	 * Return the floor if it is about the tick of an instant that this run has begun.
	 */
	private @Nullable Floor own(long due) {
		Floor floor = this.floors.get(this.key);
		boolean own = floor != null && floor.due() == due && floor.with(State.BEGAN).equals(this.began);
		return own ? floor : null;
	}

	private boolean mayBeginAgain(Floor floor) {
		return floor.state() == State.RELEASED
				|| (floor.state() == State.LOST && this.schedule.missedTicks() == MissedTicks.RERUN_LOST);
	}

	private CompletableFuture<Void> held(@Nullable Dot dot) {
		return (dot != null) ? this.room.held(dot, this.quorum) : CompletableFuture.completedFuture(null);
	}

	private void suppressed(Floor floor, long due) {
		this.room.counters().suppressed().increment();
		if (!this.suppressed) {
			this.suppressed = true;
			this.room.warnings()
				.warn("do not begin a tick that was decided on elsewhere", () -> logger.warn(
						"The tick of schedule {} that is due at {} does not begin on node '{}': node '{}' has come to {} already."
								+ " This is said once",
						id(), Instant.ofEpochMilli(due), this.room.node(), floor.node().node(),
						Instant.ofEpochMilli(floor.due())));
		}
	}

	private void postponed(long due) {
		this.room.counters().postponed().increment();
		if (!this.postponed) {
			this.postponed = true;
			this.room.warnings()
				.warn("wait for a majority of voters to confirm a record", () -> logger.warn(
						"The tick of schedule {} that is due at {} waits: no majority of voters has confirmed its record within"
								+ " {}. It is tried again",
						id(), Instant.ofEpochMilli(due), LIMIT));
		}
	}

	@Override
	public void release(long due, Runnable held) {
		CompletableFuture<Void> released = held(takeBack(due));
		EventLoop.Timer limit = this.room.loop().schedule(LIMIT, () -> released.complete(null));
		released.thenRun(() -> {
			limit.cancel();
			held.run();
		});
	}

	/* With the epoch of the record: the run may have got a higher one since (O4). */
	private @Nullable Dot takeBack(long due) {
		Floor own = own(due);
		return (own != null && own.state() == State.BEGAN) ? this.floors.put(this.key, own.with(State.RELEASED)) : null;
	}

	@Override
	public void ended(TickEntry tick) {
		Floor own = own(tick.due());
		if (own != null) {
			this.floors.put(this.key, own.with(State.ENDED));
		}
	}

	@Override
	public void skipped(TickEntry ticks) {
		write(ticks.due(), State.SKIPPED);
		if (!isPaused()) {
			this.room.counters().missed().add(ticks.skipped());
		}
		this.room.publish(new TicksSkippedEvent(id(), this.process.id(), Instant.ofEpochMilli(ticks.due()),
				ticks.skipped(), ticks.remark()));
	}

	private void write(long due, State state) {
		this.floors.put(this.key, floor(due, state));
	}

	private Floor floor(long due, State state) {
		return new Floor(this.key.desired(), due, this.process.epoch(), this.room.self(), state, this.fingerprint,
				this.zone.getId());
	}

	private String id() {
		return new ScheduleId(this.process.id(), this.schedule.key()).toString();
	}

}
