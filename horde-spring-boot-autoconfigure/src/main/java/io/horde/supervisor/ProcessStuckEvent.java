package io.horde.supervisor;

/**
 * Code of a process of this node does not end although it was told to, and interrupted.
 * As long as it runs nobody else runs the child; see
 * {@link io.horde.process.ProcessState#STUCK}.
 *
 * @param process the process
 * @param thread the name of the thread that runs the code
 * @param stack where it is, innermost call first, one call a line
 */
public record ProcessStuckEvent(ProcessRef process, String thread, String stack) implements ProcessEvent {

}
