package io.horde.supervisor.ownership;

import java.time.Duration;

import io.horde.wire.SettingsCheck;

/**
 * Settings of a supervisor.
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
		SettingsCheck check = new SettingsCheck(SupervisorSettings.class);
		check.notNegative(maxChildren, "maxChildren");
		check.notNegative(maxRestarts, "maxRestarts");
		check.positive(maxConcurrentMoves, "maxConcurrentMoves");
		check.require(!backoffInitial.isNegative() && backoffInitial.compareTo(backoffMax) <= 0, "backoffInitial",
				"must not be negative or exceed {backoffMax}");
		check.positive(startTimeout, "startTimeout");
		check.positive(callTimeout, "callTimeout");
		check.notNegative(settleTime, "settleTime");
		check.notNegative(staticRetention, "staticRetention");
		check.notNegative(drainTimeout, "drainTimeout");
		check.notNegative(massStartRate, "massStartRate");
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
	 * Return the deadline of a start.
	 * @return what the network may take plus what the process may take
	 */
	public Duration startDeadline() {
		return this.callTimeout.plus(this.startTimeout);
	}

}
