package io.horde.supervisor;

/**
 * A process of this node runs on another one now.
 *
 * @param process the process after the change
 */
public record ProcessMovedEvent(ProcessRef process) implements ProcessEvent {

}
