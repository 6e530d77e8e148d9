package io.horde.supervisor;

/**
 * A process of this node failed too often: it is not started again for a while.
 *
 * @param process the process after the change
 * @param error its last error
 */
public record ProcessQuarantinedEvent(ProcessRef process, String error) implements ProcessEvent {

}
