package io.horde.cluster;

import java.time.Duration;

import io.horde.Internal;

/**
 * How long it takes until the processes of a node that is gone are started elsewhere,
 * computed from the settings.
 *
 * @param crash after its process has died, where its machine still answers
 * @param silent after it went silent, where nothing answers
 * @param slowest the same where signs have been coming late lately (M3)
 * @param heal after a partition has healed, until doubled processes are gone
 */
@Internal
public record FailoverBounds(Duration crash, Duration silent, Duration slowest, Duration heal) {

	/* The transport's pause between two attempts, and its time limit for one. */
	private static final Duration RECONNECT = Duration.ofSeconds(2);

	/**
	 * Compute the bounds.
	 * @param settings the settings
	 * @return the bounds
	 */
	public static FailoverBounds of(MembershipSettings settings) {
		Duration afterSilence = settings.heartbeatInterval().plus(settings.confirmTimeout());
		Duration highest = Duration.ofNanos(SilenceBound.HIGHEST);
		Duration bound = (settings.silenceTimeout().compareTo(highest) > 0) ? settings.silenceTimeout() : highest;
		return new FailoverBounds(Detector.DEATH_CONFIRMATION.plus(settings.heartbeatInterval()),
				settings.silenceTimeout().plus(afterSilence), bound.plus(afterSilence),
				RECONNECT.plus(settings.heartbeatInterval().multipliedBy(4)));
	}

	/**
	 * Return the line that is logged at start-up.
	 * @return a sentence
	 */
	public String describe() {
		return "a crashed node is replaced within " + seconds(this.crash) + "; a silent one within "
				+ seconds(this.silent) + " (" + seconds(this.slowest)
				+ " where signs come late); overlap: as long as a partition, then at most " + seconds(this.heal)
				+ " after it heals (AP)";
	}

	private static String seconds(Duration duration) {
		return (duration.toMillis() % 1000 == 0) ? duration.toSeconds() + " s" : duration.toMillis() / 1000.0 + " s";
	}

}
