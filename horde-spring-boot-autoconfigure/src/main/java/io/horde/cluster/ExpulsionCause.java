package io.horde.cluster;

/**
 * Why a node is out of the cluster.
 */
public enum ExpulsionCause {

	/**
	 * A later start with the name of this node is a member in its place.
	 */
	REPLACED,

	/**
	 * The others have declared this node gone for good while it was not reachable.
	 */
	FORGOTTEN,

	/**
	 * The transport of this node has ended, and can't be started again.
	 */
	TRANSPORT_LOST

}
