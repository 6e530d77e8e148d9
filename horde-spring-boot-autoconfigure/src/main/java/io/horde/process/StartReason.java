package io.horde.process;

/**
 * Why a process was started on this node.
 */
public enum StartReason {

	/**
	 * It never ran before.
	 */
	FIRST,

	/**
	 * Its previous run on this node ended.
	 */
	RESTART,

	/**
	 * The node that ran it is gone.
	 */
	TAKEOVER,

	/**
	 * Another node handed it over.
	 */
	HAND_OFF,

	/**
	 * Reserved for a later version: the node that ran it is gone, and its last checkpoint
	 * is at hand. Not given as long as {@link HordeProcess#checkpoint()} is refused.
	 */
	CHECKPOINT

}
