package io.horde.registry.names;

import java.time.Duration;

/**
 * Settings of a registry.
 *
 * @param callTimeout the deadline of calls that bring none
 * @param moveWait how long a call waits for a process that is moving or being taken over
 * @param mailboxCapacity how many calls may wait for one such process
 */
public record RegistrySettings(Duration callTimeout, Duration moveWait, int mailboxCapacity) {

	/**
	 * The defaults.
	 * @return calls end after 5 s, and 1,000 of them wait up to 5 s for a moving process
	 */
	public static RegistrySettings defaults() {
		return new RegistrySettings(Duration.ofSeconds(5), Duration.ofSeconds(5), 1000);
	}

	/**
	 * Change the call timeout.
	 * @param callTimeout the deadline of calls that bring none
	 * @return new settings
	 */
	public RegistrySettings withCallTimeout(Duration callTimeout) {
		return new RegistrySettings(callTimeout, this.moveWait, this.mailboxCapacity);
	}

	/**
	 * Change how long calls wait for a moving process.
	 * @param moveWait how long
	 * @return new settings
	 */
	public RegistrySettings withMoveWait(Duration moveWait) {
		return new RegistrySettings(this.callTimeout, moveWait, this.mailboxCapacity);
	}

	/**
	 * Change how many calls may wait for one moving process.
	 * @param mailboxCapacity how many
	 * @return new settings
	 */
	public RegistrySettings withMailboxCapacity(int mailboxCapacity) {
		return new RegistrySettings(this.callTimeout, this.moveWait, mailboxCapacity);
	}

}
