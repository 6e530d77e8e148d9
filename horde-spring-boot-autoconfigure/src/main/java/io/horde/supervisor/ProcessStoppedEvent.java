package io.horde.supervisor;

import io.horde.process.StopReason;

/**
 * A process of this node has ended.
 *
 * @param process the process after the change
 * @param reason why it has ended
 */
public record ProcessStoppedEvent(ProcessRef process, StopReason reason) implements ProcessEvent {

}
