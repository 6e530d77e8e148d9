package io.horde.cluster.membership;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How long it takes until the processes of a node that is gone are started elsewhere,
 * computed from the settings.
 *
 * @param crash after its process has died, where its machine still answers
 * @param silent after it went silent, where nothing answers
 * @param slowest the same where signs have been coming late lately (M3)
 * @param heal after a partition has healed, until doubled processes are gone
 * @param quorum the same for processes under quorum, whether the node has crashed or is
 * silent, or {@code null} if quorum is not used
 */
public record FailoverBounds(Duration crash, Duration silent, Duration slowest, Duration heal,
		@Nullable Duration quorum) {

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
				RECONNECT.plus(settings.heartbeatInterval().multipliedBy(4)), quorum(settings, afterSilence));
	}

	/*
	 * Promises run out, or the silence is noticed; then the next heartbeat claims again.
	 */
	private static @Nullable Duration quorum(MembershipSettings settings, Duration afterSilence) {
		if (settings.seats() == 0) {
			return null;
		}
		Duration promise = Duration.ofNanos(settings.quorum().promise());
		Duration silent = settings.silenceTimeout().plus(afterSilence);
		Duration later = (promise.compareTo(silent) > 0) ? promise : silent;
		return later.plus(settings.heartbeatInterval().multipliedBy(2));
	}

	/**
	 * Return the line that is logged at start-up.
	 * @return a sentence
	 */
	public String describe() {
		return "a crashed node is replaced within " + seconds(this.crash) + "; a silent one within "
				+ seconds(this.silent) + " (" + seconds(this.slowest)
				+ " where signs come late); overlap: as long as a partition, then at most " + seconds(this.heal)
				+ " after it heals (AP)" + ((this.quorum != null)
						? "; under quorum either is replaced within " + seconds(this.quorum) + ", overlap: none" : "");
	}

	private static String seconds(Duration duration) {
		return (duration.toMillis() % 1000 == 0) ? duration.toSeconds() + " s" : duration.toMillis() / 1000.0 + " s";
	}

}
