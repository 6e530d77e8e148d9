package io.horde.supervisor.ownership;

import java.time.Duration;

/**
 * Settings of a supervisor: the values of {@code horde.supervisor.*}.
 *
 * @param distribution the name of the default distribution strategy
 * @param activeRedistribution whether children move when they belong elsewhere
 * @param maxChildren how many children run on this node at most; 0 for no limit
 * @param maxRestarts how many restarts of one child within the window are no cause for
 * quarantine
 * @param restartWindow the window
 * @param backoffInitial the delay of the first restart
 * @param backoffMax the longest delay, and that of a quarantine
 * @param startTimeout how long a process may take to start
 * @param callTimeout the deadline of what the network does
 * @param maxConcurrentMoves how many children move at a time to balance the load
 * @param settleTime how long the view must have been stable before they do
 * @param staticRetention how long a static child runs on that no member announces
 * @param drainTimeout how long leaving may take
 * @param massStartRate how many children that nobody waits for start per second; 0 for no
 * limit
 */
public record SupervisorSettings(String distribution, boolean activeRedistribution, int maxChildren, int maxRestarts,
		Duration restartWindow, Duration backoffInitial, Duration backoffMax, Duration startTimeout,
		Duration callTimeout, int maxConcurrentMoves, Duration settleTime, Duration staticRetention,
		Duration drainTimeout, int massStartRate) {

	/**
	 * Creates settings.
	 */
	public SupervisorSettings {
		require(maxChildren >= 0, "max-children", "must not be negative");
		require(maxRestarts >= 0, "max-restarts", "must not be negative");
		require(maxConcurrentMoves > 0, "max-concurrent-moves", "must be positive");
		require(!backoffInitial.isNegative() && backoffInitial.compareTo(backoffMax) <= 0, "backoff.initial",
				"must not be negative or exceed horde.supervisor.backoff.max");
		require(!callTimeout.isNegative() && !callTimeout.isZero(), "call-timeout", "must be positive");
		require(!settleTime.isNegative(), "settle-time", "must not be negative");
		require(!staticRetention.isNegative(), "static-retention", "must not be negative");
		require(massStartRate >= 0, "mass-start-rate", "must not be negative");
	}

	/**
	 * Return the defaults.
	 * @return the settings
	 */
	public static SupervisorSettings defaults() {
		return new SupervisorSettings("uniform", false, 0, 3, Duration.ofSeconds(5), Duration.ofMillis(100),
				Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(10), 32, Duration.ofSeconds(2),
				Duration.ofSeconds(30), Duration.ofSeconds(20), 0);
	}

	/**
	 * Change the distribution.
	 * @param distribution the name of the default distribution strategy
	 * @param active whether children move when they belong elsewhere
	 * @return new settings
	 */
	public SupervisorSettings withDistribution(String distribution, boolean active) {
		return new SupervisorSettings(distribution, active, this.maxChildren, this.maxRestarts, this.restartWindow,
				this.backoffInitial, this.backoffMax, this.startTimeout, this.callTimeout, this.maxConcurrentMoves,
				this.settleTime, this.staticRetention, this.drainTimeout, this.massStartRate);
	}

	/**
	 * Change the limit of children.
	 * @param maxChildren how many run on this node at most; 0 for no limit
	 * @return new settings
	 */
	public SupervisorSettings withMaxChildren(int maxChildren) {
		return new SupervisorSettings(this.distribution, this.activeRedistribution, maxChildren, this.maxRestarts,
				this.restartWindow, this.backoffInitial, this.backoffMax, this.startTimeout, this.callTimeout,
				this.maxConcurrentMoves, this.settleTime, this.staticRetention, this.drainTimeout, this.massStartRate);
	}

	/**
	 * Change the restart intensity.
	 * @param maxRestarts how many restarts are no cause for quarantine
	 * @param restartWindow within which time
	 * @param backoffInitial the delay of the first restart
	 * @param backoffMax the longest delay
	 * @return new settings
	 */
	public SupervisorSettings withRestarts(int maxRestarts, Duration restartWindow, Duration backoffInitial,
			Duration backoffMax) {
		return new SupervisorSettings(this.distribution, this.activeRedistribution, this.maxChildren, maxRestarts,
				restartWindow, backoffInitial, backoffMax, this.startTimeout, this.callTimeout, this.maxConcurrentMoves,
				this.settleTime, this.staticRetention, this.drainTimeout, this.massStartRate);
	}

	/**
	 * Change the deadlines.
	 * @param startTimeout how long a process may take to start
	 * @param callTimeout the deadline of what the network does
	 * @param drainTimeout how long leaving may take
	 * @return new settings
	 */
	public SupervisorSettings withTimeouts(Duration startTimeout, Duration callTimeout, Duration drainTimeout) {
		return new SupervisorSettings(this.distribution, this.activeRedistribution, this.maxChildren, this.maxRestarts,
				this.restartWindow, this.backoffInitial, this.backoffMax, startTimeout, callTimeout,
				this.maxConcurrentMoves, this.settleTime, this.staticRetention, drainTimeout, this.massStartRate);
	}

	/**
	 * Change how moves are throttled.
	 * @param maxConcurrentMoves how many children move at a time
	 * @param settleTime how long the view must have been stable
	 * @return new settings
	 */
	public SupervisorSettings withMoves(int maxConcurrentMoves, Duration settleTime) {
		return new SupervisorSettings(this.distribution, this.activeRedistribution, this.maxChildren, this.maxRestarts,
				this.restartWindow, this.backoffInitial, this.backoffMax, this.startTimeout, this.callTimeout,
				maxConcurrentMoves, settleTime, this.staticRetention, this.drainTimeout, this.massStartRate);
	}

	/**
	 * Change how long static children run on that no member announces.
	 * @param staticRetention how long
	 * @return new settings
	 */
	public SupervisorSettings withStaticRetention(Duration staticRetention) {
		return new SupervisorSettings(this.distribution, this.activeRedistribution, this.maxChildren, this.maxRestarts,
				this.restartWindow, this.backoffInitial, this.backoffMax, this.startTimeout, this.callTimeout,
				this.maxConcurrentMoves, this.settleTime, staticRetention, this.drainTimeout, this.massStartRate);
	}

	/**
	 * Change how fast many children start.
	 * @param massStartRate how many per second; 0 for no limit
	 * @return new settings
	 */
	public SupervisorSettings withMassStartRate(int massStartRate) {
		return new SupervisorSettings(this.distribution, this.activeRedistribution, this.maxChildren, this.maxRestarts,
				this.restartWindow, this.backoffInitial, this.backoffMax, this.startTimeout, this.callTimeout,
				this.maxConcurrentMoves, this.settleTime, this.staticRetention, this.drainTimeout, massStartRate);
	}

	/**
	 * Return the deadline of a start.
	 * @return what the network may take plus what the process may take
	 */
	public Duration startDeadline() {
		return this.callTimeout.plus(this.startTimeout);
	}

	private static void require(boolean condition, String property, String problem) {
		if (!condition) {
			throw new IllegalArgumentException("horde.supervisor." + property + " " + problem);
		}
	}

}
