package io.horde.process;

/**
 * The state of a child in the cluster, as one node sees it.
 */
public enum ProcessState {

	/**
	 * It is claimed by a node and about to run there.
	 */
	STARTING,

	/**
	 * It runs.
	 */
	RUNNING,

	/**
	 * It failed and waits for its next start.
	 */
	RESTARTING,

	/**
	 * It is on its way to another node.
	 */
	MOVING,

	/**
	 * It was told to end and interrupted, and its code goes on. Nobody else runs the
	 * child until that code ends, the node is gone, under quorum its lease has ended, or
	 * an operator restarts the child.
	 */
	STUCK,

	/**
	 * It failed too often; it starts again after the longest back-off, or when an
	 * operator says so.
	 */
	QUARANTINED,

	/**
	 * No member may run it at present.
	 */
	WAITING,

	/**
	 * An operator stopped a static child.
	 */
	STOPPED

}
