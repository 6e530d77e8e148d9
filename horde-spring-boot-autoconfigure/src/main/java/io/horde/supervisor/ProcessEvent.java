package io.horde.supervisor;

/**
 * What has become of a process of this node. Published as an application event, on a
 * thread of Horde's process executor, one after the other.
 */
public sealed interface ProcessEvent permits ProcessStartedEvent, ProcessStoppedEvent, ProcessMovedEvent,
		ProcessQuarantinedEvent, ProcessStuckEvent {

	/**
	 * Return the process.
	 * @return the process after the change
	 */
	ProcessRef process();

}
