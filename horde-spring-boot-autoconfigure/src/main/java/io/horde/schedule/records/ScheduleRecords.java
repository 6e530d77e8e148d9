package io.horde.schedule.records;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.cluster.quorum.SeatConfiguration;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.process.StartReason;
import io.horde.replication.MapListener;
import io.horde.replication.Replicator;
import io.horde.schedule.engine.Schedule;
import io.horde.schedule.engine.ScheduleRecord;
import io.horde.schedule.engine.Tickers;
import io.horde.schedule.engine.TickingProcess;
import io.horde.schedule.records.ScheduleMessage.Operation;
import io.horde.schedule.records.ScheduleMessage.SightAnswer;
import io.horde.schedule.records.ScheduleMessage.SightQuestion;
import io.horde.supervisor.ownership.DesiredEntry;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Placement.Phase;
import io.horde.supervisor.ownership.StaticChildren;
import io.horde.supervisor.ownership.StaticChildren.StaticChild;
import io.horde.supervisor.ownership.Wanted;
import io.horde.time.EventLoop;
import io.horde.time.clock.HybridLogicalClock;
import io.horde.transport.Channels;
import io.horde.wire.MalformedFrameException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node knows of the schedules of the cluster. Confined to the loop, except for
 * what says otherwise.
 */
public final class ScheduleRecords implements ScheduleRecord.Source {

	private static final Duration SWEEP = Duration.ofMinutes(1);

	private static final Logger logger = LoggerFactory.getLogger(ScheduleRecords.class);

	private final EventLoop loop;

	private final Ledger ledger;

	private final Tickers tickers;

	private final ScheduleSettings settings;

	private final Floors floors;

	private final Sight sight;

	private final Warnings warnings;

	private final RecordCounters counters = new RecordCounters();

	private final List<Consumer<Object>> listeners = new CopyOnWriteArrayList<>();

	private BiConsumer<ReplicaId, Operation> operations = (from, operation) -> {
	};

	private Set<String> retired = new HashSet<>();

	private boolean stopped;

	/**
	 * Creates the records of a node, which listen to its membership and its ledger:
	 * neither may be started yet.
	 * @param limit how long a majority is waited for
	 */
	public ScheduleRecords(EventLoop loop, Ledger ledger, Tickers tickers, ScheduleSettings settings, Duration limit) {
		this.loop = loop;
		this.ledger = ledger;
		this.tickers = tickers;
		this.settings = settings;
		this.floors = new Floors(ledger);
		this.warnings = new Warnings(loop, ledger.node());
		this.sight = new Sight(loop, ledger.membership(), ledger.replicator(), settings.ownZone().getId(), limit);
		ledger.membership().onFrame(Channels.SCHEDULES, this::frame);
		ledger.membership().addListener(new MembershipListener() {

			@Override
			public void viewChanged(MembershipView before, MembershipView after) {
				ScheduleRecords.this.sight.viewChanged();
			}

			@Override
			public void turned(boolean beats) {
				if (beats) {
					ScheduleRecords.this.sight.look();
				}
			}

		});
		ledger.desired().addListener(new MapListener<>() {

			@Override
			public void changed(String key, @Nullable Versioned<DesiredEntry> before,
					@Nullable Versioned<DesiredEntry> after) {
				if (after != null && after.value().child() == null && after.origin().equals(self())) {
					stopped(key);
				}
			}

		});
		tickers.records(this);
	}

	/**
	 * Start. Called on the loop.
	 */
	public void start() {
		this.loop.schedule(SWEEP, this::sweep);
	}

	/**
	 * Stop. Called on the loop: another node may go on with it.
	 */
	public void stop() {
		this.stopped = true;
		this.sight.stop();
	}

	/**
	 * Add a listener of the events about ticks. Called before the start.
	 * @param listener told on the loop
	 */
	public void onEvent(Consumer<Object> listener) {
		this.listeners.add(listener);
	}

	void onOperation(BiConsumer<ReplicaId, Operation> operations) {
		this.operations = operations;
	}

	/**
	 * Return how many schedules of the cluster are paused. May be called from any thread.
	 */
	public int paused() {
		return this.floors.paused();
	}

	/**
	 * Return what has become of the records. May be called from any thread.
	 */
	public RecordCounters counters() {
		return this.counters;
	}

	@Override
	public ScheduleRecord of(TickingProcess process, Schedule schedule) {
		Placement placement = this.ledger.placement(process.id());
		Wanted wanted = this.ledger.wanted(process.id());
		boolean quorum = wanted != null && wanted.spec().quorum();
		Placement own = (placement != null && placement.owner().equals(self())) ? placement : null;
		ScheduleKey key = ScheduleKey.of(this.ledger, process.id(), (own != null) ? own.desired() : null,
				schedule.key());
		boolean first = own != null && own.desired() != null && own.reason() == StartReason.FIRST;
		return new ReplicatedRecord(this, process, schedule, key, quorum, first ? askedFor(process.id()) : 0);
	}

	private long askedFor(String child) {
		Versioned<DesiredEntry> entry = this.ledger.desired().get(child);
		return (entry != null) ? HybridLogicalClock.millis(entry.stamp()) : 0;
	}

	/**
	 * Tell whether this node is the one that runs a process, as far as it knows.
	 */
	boolean isPlacedHere(TickingProcess process) {
		Placement own = this.ledger.placement(process.id());
		return own != null && own.owner().equals(self());
	}

	/**
	 * Tell whether the same static child runs under its other id, because the number of
	 * instances has just changed, and that one was there first or is going to end: it
	 * goes on to tick until then (T1).
	 */
	boolean isTwinAlive(TickingProcess process) {
		StaticChild fixed = this.ledger.statics().get(process.id());
		if (fixed == null || fixed.instance() != 0) {
			return false;
		}
		Placement twin = this.ledger.placement((fixed.of() == 1) ? fixed.type() + "-0" : fixed.type());
		return twin != null && twin.desired() == null && !isResting(twin.phase()) && !this.ledger.owner(twin).isAway()
				&& (twin.epoch() < process.epoch()
						|| StaticChildren.derive(this.ledger.view()).containsKey(process.id()));
	}

	private static boolean isResting(Phase phase) {
		return phase == Phase.WAITING || phase == Phase.QUARANTINED || phase == Phase.RESTARTING;
	}

	private void frame(ReplicaId from, byte[] frame) {
		try {
			ScheduleMessage message = ScheduleMessage.of(frame);
			if (message instanceof SightQuestion question) {
				this.sight.asked(from, question);
			}
			else if (message instanceof SightAnswer answer) {
				this.sight.answered(from, answer);
			}
			else if (message instanceof Operation operation) {
				this.operations.accept(from, operation);
			}
		}
		catch (MalformedFrameException ex) {
			logger.warn("{} dropped a malformed message of {} about schedules: {}", self(), from, ex.getMessage());
		}
	}

	/* A static child was terminated: it has no schedules until it is started again. */
	private void stopped(String child) {
		StaticChild fixed = this.ledger.statics().get(child);
		if (fixed != null) {
			String prefix = ScheduleKey.prefix(fixed);
			this.loop.execute(() -> this.floors.sweep((key) -> ScheduleKey.isOf(key, prefix)));
		}
	}

	/*
	 * One member does it, and what seems to be retired only the second time: the view may
	 * just have changed.
	 */
	private void sweep() {
		if (this.stopped) {
			return;
		}
		this.loop.schedule(SWEEP, this::sweep);
		List<MemberState> up = this.ledger.view().up();
		if (up.isEmpty() || !up.get(0).id().equals(self())) {
			this.retired = new HashSet<>();
			return;
		}
		Set<String> before = this.retired;
		Set<String> now = new HashSet<>();
		Set<String> living = new HashSet<>();
		this.ledger.statics().values().forEach((child) -> living.add(ScheduleKey.prefix(child)));
		this.floors.sweep((key) -> {
			if (living.stream().anyMatch((prefix) -> ScheduleKey.isOf(key, prefix))) {
				return false;
			}
			now.add(key);
			return before.contains(key);
		});
		this.retired = now;
	}

	EventLoop loop() {
		return this.loop;
	}

	/**
	 * Wait until so many have merged a write as is owed (T2, T6).
	 * @param quorum whether that is a majority of the voters, or one other member
	 * @return completes on the loop; who completes it waits no longer
	 */
	CompletableFuture<Void> held(Dot dot, boolean quorum) {
		Replicator replicator = this.ledger.replicator();
		return quorum ? replicator.held(dot, (names) -> seats().isMajority(names)) : replicator.held(dot);
	}

	ReplicaId self() {
		return this.ledger.self();
	}

	String node() {
		return this.ledger.node();
	}

	private SeatConfiguration seats() {
		return this.ledger.membership().leases().state().configuration();
	}

	Duration maxClockOffset() {
		return this.ledger.membership().settings().maxClockOffset();
	}

	ScheduleSettings settings() {
		return this.settings;
	}

	Floors floors() {
		return this.floors;
	}

	Warnings warnings() {
		return this.warnings;
	}

	Sight sight() {
		return this.sight;
	}

	/**
	 * Return the wall clock of the cluster.
	 */
	long now() {
		return this.tickers.now().millis();
	}

	void publish(Object event) {
		this.listeners.forEach((listener) -> listener.accept(event));
	}

}
