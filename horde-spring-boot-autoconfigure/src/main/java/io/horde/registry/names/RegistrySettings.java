package io.horde.registry.names;

import java.time.Duration;

import io.horde.wire.SettingsCheck;

/**
 * Settings of a registry.
 *
 * @param callTimeout the deadline of calls that bring none
 * @param moveWait how long a call waits for a process that is moving or being taken over
 * @param mailboxCapacity how many calls may wait for one such process
 */
public record RegistrySettings(Duration callTimeout, Duration moveWait, int mailboxCapacity) {

	/**
	 * Creates settings.
	 */
	public RegistrySettings {
		SettingsCheck check = new SettingsCheck(RegistrySettings.class);
		check.positive(callTimeout, "callTimeout");
		check.notNegative(moveWait, "moveWait");
		check.positive(mailboxCapacity, "mailboxCapacity");
	}

	/**
	 * The defaults.
	 * @return calls end after 5 s, and 1,000 of them wait up to 5 s for a moving process
	 */
	public static RegistrySettings defaults() {
		return new RegistrySettings(Duration.ofSeconds(5), Duration.ofSeconds(5), 1000);
	}

}
