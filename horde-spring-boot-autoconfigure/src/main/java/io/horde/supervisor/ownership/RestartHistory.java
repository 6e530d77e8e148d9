package io.horde.supervisor.ownership;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;

/**
 * The recent restarts of one child. Travels with its placement, so that a crash loop is
 * not forgotten when another node takes the child over.
 *
 * @param attempts restarts since the child last ran well, for the back-off
 * @param times the wall clock at the restarts within the window, for the intensity
 */
public record RestartHistory(int attempts, List<Long> times) {

	public static final RestartHistory NONE = new RestartHistory(0, List.of());

	private static final int MAX_SHIFT = 30;

	public RestartHistory {
		times = List.copyOf(times);
	}

	/**
	 * Add a restart.
	 */
	public RestartHistory restarted(long now, Duration window) {
		List<Long> recent = new ArrayList<>();
		for (long time : this.times) {
			if (time <= now && now - time < window.toMillis()) {
				recent.add(time);
			}
		}
		recent.add(now);
		return new RestartHistory(this.attempts + 1, recent);
	}

	/**
	 * Take into account for how long the child ran before it ended: after a run that
	 * outlasts window and delay the next back-off is the first one again.
	 */
	public RestartHistory ran(Duration lifetime, SupervisorSettings settings) {
		boolean well = lifetime.compareTo(settings.restartWindow()) >= 0 && lifetime.compareTo(delay(settings)) >= 0;
		return well ? new RestartHistory(0, this.times) : this;
	}

	public boolean exceeds(int maxRestarts) {
		return this.times.size() > maxRestarts;
	}

	/**
	 * Return the delay before the restart that was added last, without jitter.
	 */
	public Duration delay(SupervisorSettings settings) {
		if (this.attempts == 0) {
			return Duration.ZERO;
		}
		Duration delay = settings.backoffInitial().multipliedBy(1L << Math.min(this.attempts - 1, MAX_SHIFT));
		return (delay.compareTo(settings.backoffMax()) < 0) ? delay : settings.backoffMax();
	}

	public void write(FrameWriter writer) {
		writer.array(1 + this.times.size()).longValue(this.attempts);
		this.times.forEach(writer::longValue);
	}

	public static RestartHistory read(FrameReader reader) {
		int size = reader.array();
		int attempts = reader.intValue();
		List<Long> times = reader.items(size - 1, reader::longValue);
		reader.end();
		return (attempts == 0 && times.isEmpty()) ? NONE : new RestartHistory(Math.max(0, attempts), times);
	}

}
