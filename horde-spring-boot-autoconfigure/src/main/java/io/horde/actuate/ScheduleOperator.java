package io.horde.actuate;

import java.security.Principal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.horde.cluster.QuorumNotMetException;
import io.horde.schedule.HordeSchedules;
import io.horde.schedule.NoSuchScheduleException;
import io.horde.schedule.ProcessSchedule;
import io.horde.schedule.ScheduleBusyException;
import io.horde.schedule.ScheduleListing;
import io.horde.schedule.ScheduleNotRunningException;
import io.horde.schedule.SchedulePause;
import io.horde.schedule.TickOutcome;
import io.horde.schedule.TickRecord;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * What operators can see of schedules and do to them.
 */
final class ScheduleOperator {

	/** How long a request waits for the end of a tick. */
	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final int ACCEPTED = 202;

	private final HordeSchedules schedules;

	ScheduleOperator(HordeSchedules schedules) {
		this.schedules = schedules;
	}

	/**
	 * Return who asks, as it is told to others.
	 * @param by who says so himself, if he does
	 * @return {@code null} if nobody is known
	 */
	static @Nullable String who(@Nullable String by, SecurityContext security) {
		Principal principal = security.getPrincipal();
		String known = (principal != null) ? principal.getName() : null;
		return (by != null && known != null && !by.equals(known)) ? by + " (" + known + ")" : (by != null) ? by : known;
	}

	ScheduleListing list() {
		return HordeOperations.join(this.schedules.list());
	}

	@Nullable ProcessSchedule find(String id) {
		return orNull(this.schedules.find(id).thenApply((found) -> found.orElse(null)));
	}

	/**
	 * Act on a schedule.
	 * @param action {@code run}, {@code pause}, {@code resume}
	 * @param by who asks, or {@code null}
	 * @return the outcome, or {@code null} if there is no such schedule
	 */
	@Nullable Object operate(String id, String action, @Nullable String by) {
		return switch (action) {
			case "run" -> run(id, by);
			case "pause" -> {
				SchedulePause pause = orNull((by != null) ? this.schedules.pause(id, by) : this.schedules.pause(id));
				yield (pause != null) ? Map.of("paused", id, "by", pause.by(), "since", pause.since()) : null;
			}
			case "resume" -> {
				Boolean was = orNull((by != null) ? this.schedules.resume(id, by) : this.schedules.resume(id));
				yield (was != null) ? Map.of("resumed", id, "wasPaused", was) : null;
			}
			default -> throw HordeOperations.unknown(action, "run, pause, resume");
		};
	}

	private @Nullable Object run(String id, @Nullable String by) {
		CompletableFuture<TickRecord> tick = (by != null) ? this.schedules.runNow(id, by) : this.schedules.runNow(id);
		try {
			tick.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			return new WebEndpointResponse<>(Map.of("schedule", id, "outcome", TickOutcome.RUNNING), ACCEPTED);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return new WebEndpointResponse<>(Map.of("schedule", id, "outcome", TickOutcome.RUNNING), ACCEPTED);
		}
		catch (java.util.concurrent.ExecutionException ex) {
			// Told by the future itself
		}
		return orNull(tick);
	}

	private static <T> @Nullable T orNull(CompletableFuture<T> future) {
		try {
			return HordeOperations.join(future);
		}
		catch (NoSuchScheduleException ex) {
			return null;
		}
		catch (IllegalArgumentException | ScheduleBusyException | ScheduleNotRunningException
				| QuorumNotMetException ex) {
			throw new InvalidEndpointRequestException(String.valueOf(ex.getMessage()), String.valueOf(ex.getMessage()));
		}
	}

}
