package io.horde.cluster;

import io.horde.HordeException;

/**
 * Another node with this node's name is alive, so this one must not start (M5). Thrown by
 * the start of the application, usually as the cause of an exception of Spring's.
 */
public class DuplicateNodeNameException extends HordeException {

	private final String nodeName;

	/**
	 * Creates an exception.
	 * @param nodeName the name that is taken
	 * @param message who has it, and what to do
	 */
	public DuplicateNodeNameException(String nodeName, String message) {
		super(message);
		this.nodeName = nodeName;
	}

	/**
	 * Return the name that is taken.
	 * @return the node name
	 */
	public String nodeName() {
		return this.nodeName;
	}

}
