package io.horde.process.engine;

import java.time.Duration;

/**
 * Settings of the runtime of processes.
 *
 * @param startTimeout how long a process may take to start
 * @param shutdownTimeout how long a process may take to stop, unless its type or its
 * order says otherwise
 * @param stopMargin how long it may take to stop when its lease has ended, before it is
 * interrupted (Q11)
 * @param mailboxCapacity how many calls may wait for a process
 */
public record ProcessSettings(Duration startTimeout, Duration shutdownTimeout, Duration stopMargin,
		int mailboxCapacity) {

	/**
	 * The defaults.
	 * @return 30 s to start, 5 s to stop, 1,000 calls
	 */
	public static ProcessSettings defaults() {
		return new ProcessSettings(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(1), 1000);
	}

	/**
	 * Change the start timeout.
	 * @param startTimeout how long a process may take to start
	 * @return new settings
	 */
	public ProcessSettings withStartTimeout(Duration startTimeout) {
		return new ProcessSettings(startTimeout, this.shutdownTimeout, this.stopMargin, this.mailboxCapacity);
	}

	/**
	 * Change the shutdown timeout.
	 * @param shutdownTimeout how long a process may take to stop
	 * @return new settings
	 */
	public ProcessSettings withShutdownTimeout(Duration shutdownTimeout) {
		return new ProcessSettings(this.startTimeout, shutdownTimeout, this.stopMargin, this.mailboxCapacity);
	}

	/**
	 * Change the capacity of mailboxes.
	 * @param mailboxCapacity how many calls may wait for a process
	 * @return new settings
	 */
	public ProcessSettings withMailboxCapacity(int mailboxCapacity) {
		return new ProcessSettings(this.startTimeout, this.shutdownTimeout, this.stopMargin, mailboxCapacity);
	}

}
