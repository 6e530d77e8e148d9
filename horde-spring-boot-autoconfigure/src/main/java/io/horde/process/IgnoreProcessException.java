package io.horde.process;

import io.horde.HordeException;

/**
 * Thrown by a process while it is constructed or initialised, to say that it need not
 * run: the child is forgotten, and that is no error. A child that starts with the cluster
 * is asked again after {@code horde.supervisor.backoff.max}.
 */
public class IgnoreProcessException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message why the process need not run
	 */
	public IgnoreProcessException(String message) {
		super(message);
	}

}
