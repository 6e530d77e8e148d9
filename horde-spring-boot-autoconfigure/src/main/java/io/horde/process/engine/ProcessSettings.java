package io.horde.process.engine;

import java.time.Duration;

import io.horde.wire.SettingsCheck;

/**
 * Settings of the runtime of processes.
 *
 * @param startTimeout how long a process may take to start
 * @param shutdownTimeout how long a process may take to stop, unless its type or its
 * order says otherwise
 * @param stopMargin how long interrupted code has to end (T8, Q11)
 * @param mailboxCapacity how many calls may wait for a process
 */
public record ProcessSettings(Duration startTimeout, Duration shutdownTimeout, Duration stopMargin,
		int mailboxCapacity) {

	/**
	 * Creates settings.
	 */
	public ProcessSettings {
		SettingsCheck check = new SettingsCheck(ProcessSettings.class);
		check.positive(startTimeout, "startTimeout");
		check.notNegative(shutdownTimeout, "shutdownTimeout");
		check.notNegative(stopMargin, "stopMargin");
		check.positive(mailboxCapacity, "mailboxCapacity");
	}

	/**
	 * The defaults.
	 * @return 30 s to start, 5 s to stop, 1,000 calls
	 */
	public static ProcessSettings defaults() {
		return new ProcessSettings(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(1), 1000);
	}

}
