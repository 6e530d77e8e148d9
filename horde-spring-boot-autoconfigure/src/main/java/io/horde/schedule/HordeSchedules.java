package io.horde.schedule;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Shows the schedules of all processes of the cluster, and lets operators act on them,
 * from any node and wherever the process runs.
 * <p>
 * The id of a schedule is that of its process, {@code #}, and the name of the method:
 * {@code invoices#report}. Where several annotations stand on methods of that name the
 * second one is {@code invoices#report#2}. An id stays when the expression changes.
 * <p>
 * All methods may be called from any thread and never block. What they return completes
 * on the process executor, with a result or an exception. What the network does takes
 * {@code horde.supervisor.call-timeout} at most; what takes longer is said at the method.
 * All of them fail with a {@link io.horde.HordeException} if this node does not run or is
 * out of the cluster. They may be called by a process; one that waits for a tick of its
 * own waits for ever unless its type is concurrent.
 */
public interface HordeSchedules {

	/**
	 * Return the schedules of the processes that run. All members that are {@code UP} are
	 * asked, so this costs each of them something: it is for people, not for decisions.
	 * @return the schedules, and the members that have not answered in time. Each member
	 * has the call timeout for each part of its answer, of which there is one for some
	 * hundred schedules. A process that moves meanwhile may be missing
	 */
	CompletableFuture<ScheduleListing> list();

	/**
	 * Return one schedule. All members that are {@code UP} are asked, since each may
	 * remember ticks of it.
	 * @param id the id of the schedule
	 * @return the schedule, as far as the members have answered in time; empty if none of
	 * these runs its process, or that has no such schedule
	 */
	CompletableFuture<Optional<ProcessSchedule>> find(String id);

	/**
	 * Let a schedule tick now, as it is its turn, whatever its expression says and also
	 * while it is paused. Its due times stay as they are. The tick runs where the process
	 * runs, as its owner, and is asked for at most once; it is not begun again if that
	 * node is lost.
	 * <p>
	 * A tick may take long. So the call timeout ends when the owner has taken the request
	 * over. From then on there is no limit: what is returned completes when the tick has
	 * ended, or its node is lost. Who wants to wait for less uses
	 * {@link CompletableFuture#get(long, java.util.concurrent.TimeUnit)}; the tick goes
	 * on all the same.
	 * @param id the id of the schedule
	 * @return the tick, when it has ended. Also one that {@link TickOutcome#FAILED
	 * failed} or was {@link TickOutcome#INTERRUPTED interrupted} is a result. Fails with
	 * {@link NoSuchScheduleException}; with {@link ScheduleBusyException} if a tick of it
	 * runs or waits; with {@link ScheduleNotRunningException} if its process does not
	 * run, or is no owner, until the call timeout has passed; with
	 * {@link TickOutcomeUnknownException} if the tick may have begun and its owner is
	 * lost or does not answer. Only after the last one it may have run
	 */
	CompletableFuture<TickRecord> runNow(String id);

	/**
	 * Like {@link #runNow(String)}, on behalf of somebody.
	 * @param id the id of the schedule
	 * @param by who asks, for {@link TickRequestedEvent}
	 * @return the tick; fails with an {@link IllegalArgumentException} if {@code by} is
	 * no acceptable name
	 */
	CompletableFuture<TickRecord> runNow(String id, String by);

	/**
	 * Let a schedule tick no more, until it is resumed. A tick that runs goes on, and one
	 * that waits does not begin. What falls due meanwhile is skipped, and not made up
	 * for.
	 * <p>
	 * A pause outlives the owner: so many members know of it as for the record of a tick,
	 * two (where there are two), or a majority of the voters if the process needs a
	 * quorum. It belongs to the process: when that is terminated it is over, and a stop
	 * of all nodes forgets it. Of a pause and a resume at the same time the pause counts.
	 * Under AP each side of a partition knows its own pauses, until they meet.
	 * @param id the id of the schedule
	 * @return who has paused it, and since when: of one that was paused, who did so
	 * first. Completes when the owner obeys; if the process does not run just now, who
	 * runs it next will. Fails with {@link NoSuchScheduleException}; with
	 * {@link ScheduleNotRunningException} if the process does not run and so nobody knows
	 * whether it has such a schedule; with {@link io.horde.cluster.QuorumNotMetException}
	 * if it needs a quorum, and no majority is there or confirms it; with another
	 * {@link io.horde.HordeException} if it is not confirmed in time. Its message says
	 * whether it is written: then it may take effect later
	 */
	CompletableFuture<SchedulePause> pause(String id);

	/**
	 * Like {@link #pause(String)}, on behalf of somebody.
	 * @param id the id of the schedule
	 * @param by who pauses it; else it is the name of this node
	 * @return who has paused it; fails with an {@link IllegalArgumentException} if
	 * {@code by} is no acceptable name
	 */
	CompletableFuture<SchedulePause> pause(String id, String by);

	/**
	 * Let a schedule tick again. Its next tick is that which falls due next.
	 * @param id the id of the schedule
	 * @return {@code true} if it was paused; {@code false} if no member that is up and
	 * answers knows of a pause, then nothing has changed. Completes and fails like
	 * {@link #pause(String)}, also if somebody else pauses it at the same time
	 */
	CompletableFuture<Boolean> resume(String id);

	/**
	 * Like {@link #resume(String)}, on behalf of somebody.
	 * @param id the id of the schedule
	 * @param by who resumes it, for {@link ScheduleResumedEvent}
	 * @return whether it was paused; fails with an {@link IllegalArgumentException} if
	 * {@code by} is no acceptable name
	 */
	CompletableFuture<Boolean> resume(String id, String by);

}
