package io.horde.cluster;

import io.horde.HordeException;

/**
 * This node is out of the cluster. It has stopped its processes, which others run or are
 * going to run, and whatever is asked of it fails with this exception. Another member can
 * be asked.
 */
public class NodeExpelledException extends HordeException {

	private final String nodeName;

	private final ExpulsionCause reason;

	/**
	 * Creates an exception.
	 * @param nodeName the name of this node
	 * @param reason why it is out
	 * @param message what happened, and what to do
	 */
	public NodeExpelledException(String nodeName, ExpulsionCause reason, String message) {
		super(message);
		this.nodeName = nodeName;
		this.reason = reason;
	}

	/**
	 * Return the name of the node that is out.
	 * @return the name of this node
	 */
	public String nodeName() {
		return this.nodeName;
	}

	/**
	 * Return why the node is out.
	 * @return the reason
	 */
	public ExpulsionCause reason() {
		return this.reason;
	}

}
