package io.horde.supervisor;

/**
 * A process runs on this node now.
 *
 * @param process the process after the change
 */
public record ProcessStartedEvent(ProcessRef process) implements ProcessEvent {

}
