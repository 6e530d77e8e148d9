package io.horde.schedule.records;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.horde.HordeException;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.process.engine.ProcessExecutor;
import io.horde.process.engine.ProcessRuntime;
import io.horde.schedule.NoSuchScheduleException;
import io.horde.schedule.records.ScheduleMessage.Operation;
import io.horde.schedule.records.ScheduleMessage.Receivers;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Wanted;
import io.horde.time.EventLoop;
import io.horde.transport.Channels;
import org.jspecify.annotations.Nullable;

/**
 * What operators do with the schedules of the cluster, as one node carries it out: joins
 * the rooms that do it. Users reach it through {@link CurrentSchedules}. Confined to the
 * loop.
 */
public final class ScheduleOperations {

	private final ProcessRuntime runtime;

	private final Ledger ledger;

	private final ScheduleRecords records;

	private final Duration limit;

	private final ScheduleLists lists;

	private final PauseRequests pauses;

	private final RunRequests runs;

	private final Receivers receivers;

	/** What somebody waits for. */
	private final Set<CompletableFuture<?>> open = new HashSet<>();

	private @Nullable HordeException ended;

	/**
	 * Creates the operations of a node, which listen to its membership and its records:
	 * neither may be started yet.
	 * @param limit how long others are waited for
	 */
	public ScheduleOperations(ProcessRuntime runtime, Ledger ledger, ScheduleRecords records, Duration limit) {
		this.runtime = runtime;
		this.ledger = ledger;
		this.records = records;
		this.limit = limit;
		LocalSchedules locals = new LocalSchedules(runtime, ledger, records.floors());
		this.lists = new ScheduleLists(this, locals);
		this.pauses = new PauseRequests(this, locals);
		this.runs = new RunRequests(this);
		RequestedRuns requestedRuns = new RequestedRuns(this, locals);
		this.receivers = new Receivers(this.lists, this.pauses, this.runs, requestedRuns);
		records.onOperation((from, operation) -> operation.deliver(from, this.receivers));
		records.floors().onPause(locals::pauseChanged);
		ledger.membership().addListener(new MembershipListener() {

			@Override
			public void viewChanged(MembershipView before, MembershipView after) {
				ScheduleOperations.this.lists.viewChanged();
				ScheduleOperations.this.runs.viewChanged();
				requestedRuns.viewChanged();
			}

		});
	}

	/**
	 * End what somebody waits for, and refuse what is asked for from now on: this node is
	 * out of the cluster (B4), or stops.
	 * @param failure tells why
	 */
	public void end(HordeException failure) {
		this.ended = failure;
		List.copyOf(this.open).forEach((answer) -> answer.completeExceptionally(failure));
	}

	/**
	 * Ask what can't be answered at once.
	 */
	<T> CompletableFuture<T> ask(Function<ScheduleOperations, CompletableFuture<T>> question) {
		HordeException ended = this.ended;
		if (ended != null) {
			return CompletableFuture.failedFuture(ended);
		}
		CompletableFuture<T> answer = question.apply(this);
		this.open.add(answer);
		answer.whenCompleteAsync((result, failure) -> this.open.remove(answer), loop()::execute);
		return answer;
	}

	/**
	 * Look the child of a schedule up, after all that others know has arrived if this
	 * node does not know it.
	 * @return fails with a {@link NoSuchScheduleException} if there is none
	 */
	CompletableFuture<Wanted> whenKnown(ScheduleId id) {
		CompletableFuture<Wanted> known = new CompletableFuture<>();
		Wanted wanted = this.ledger.wanted(id.child());
		if (wanted != null) {
			known.complete(wanted);
		}
		else {
			this.records.sight().whenClear(false, (clear) -> {
				Wanted late = this.ledger.wanted(id.child());
				if (late != null) {
					known.complete(late);
				}
				else {
					known.completeExceptionally(new NoSuchScheduleException("There is no process '" + id.child()
							+ "', or it was stopped, so it has no schedule '" + id.schedule() + "'"));
				}
			});
		}
		return known;
	}

	static NoSuchScheduleException unknown(ScheduleId id, ReplicaId owner) {
		return new NoSuchScheduleException("Process '" + id.child() + "', which runs on node '" + owner.node()
				+ "', has no schedule '" + id.schedule() + "'");
	}

	/**
	 * Return who is responsible for a child and not gone.
	 */
	@Nullable ReplicaId owner(String child) {
		Placement placement = this.ledger.placement(child);
		return (placement == null || this.ledger.owner(placement).isAway()) ? null : placement.owner();
	}

	/**
	 * Send a message to a member, or to this node itself.
	 * @return {@code false} if it was certainly not sent
	 */
	boolean send(ReplicaId to, Operation message) {
		if (to.equals(self())) {
			loop().execute(() -> message.deliver(to, this.receivers));
			return true;
		}
		return this.ledger.membership().send(to, Channels.SCHEDULES, message.toFrame());
	}

	/**
	 * Return the executor of users' code. May be called from any thread.
	 */
	ProcessExecutor executor() {
		return this.runtime.executor();
	}

	/**
	 * Return the loop. May be called from any thread.
	 */
	EventLoop loop() {
		return this.runtime.loop();
	}

	/**
	 * Return the name of this node. May be called from any thread.
	 */
	String node() {
		return this.ledger.node();
	}

	ReplicaId self() {
		return this.ledger.self();
	}

	MembershipView view() {
		return this.ledger.view();
	}

	Ledger ledger() {
		return this.ledger;
	}

	ScheduleRecords records() {
		return this.records;
	}

	ProcessRuntime runtime() {
		return this.runtime;
	}

	Duration limit() {
		return this.limit;
	}

	ScheduleLists lists() {
		return this.lists;
	}

	PauseRequests pauses() {
		return this.pauses;
	}

	RunRequests runs() {
		return this.runs;
	}

}
