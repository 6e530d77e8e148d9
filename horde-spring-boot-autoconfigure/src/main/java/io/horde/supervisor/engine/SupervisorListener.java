package io.horde.supervisor.engine;

import io.horde.process.StopReason;
import io.horde.supervisor.ProcessRef;

/**
 * Is told what becomes of the processes of this node. Called on the process executor, one
 * call after the other.
 */
public interface SupervisorListener {

	/**
	 * A process runs on this node now.
	 */
	default void started(ProcessRef process) {
	}

	/**
	 * A process of this node has ended.
	 * @param process the process in its last state here
	 * @param reason why it ended
	 */
	default void stopped(ProcessRef process, StopReason reason) {
	}

	/**
	 * A process of this node runs on another one now.
	 * @param process the process, with the node that runs it
	 */
	default void moved(ProcessRef process) {
	}

	/**
	 * A process of this node failed too often.
	 */
	default void quarantined(ProcessRef process, String error) {
	}

}
