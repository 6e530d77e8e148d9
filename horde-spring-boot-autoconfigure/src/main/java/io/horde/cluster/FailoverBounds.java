package io.horde.cluster;

import java.time.Duration;

import io.horde.Internal;

/**
 * How long it takes until the processes of a node that is gone are started elsewhere,
 * computed from the settings.
 *
 * @param crash after its process has died, where its machine still answers
 * @param silent after its last sign, where nothing answers
 */
@Internal
public record FailoverBounds(Duration crash, Duration silent) {

	/* A close is confirmed by a dial of our own and, if need be, of the others (M2). */
	private static final Duration DEATH_CONFIRMATION = Duration.ofMillis(200);

	/**
	 * Compute the bounds.
	 * @param settings the settings
	 * @return the bounds
	 */
	public static FailoverBounds of(MembershipSettings settings) {
		return new FailoverBounds(DEATH_CONFIRMATION.plus(settings.confirmTimeout()),
				settings.silenceTimeout().plus(settings.heartbeatInterval()).plus(settings.confirmTimeout()));
	}

	/**
	 * Return the line that is logged at start-up.
	 * @return a sentence
	 */
	public String describe() {
		return "a crashed node is replaced within " + seconds(this.crash) + "; a silent one within "
				+ seconds(this.silent) + "; overlap: as long as a partition, then at most " + seconds(this.silent)
				+ " after it heals";
	}

	private static String seconds(Duration duration) {
		return (duration.toMillis() % 1000 == 0) ? duration.toSeconds() + " s" : duration.toMillis() / 1000.0 + " s";
	}

}
