package io.horde.transport;

import io.horde.HordeException;
import org.jspecify.annotations.Nullable;

/**
 * A transport can't be started: its address is taken, or is none of this machine. Thrown
 * by the start of the application, usually as the cause of an exception of Spring's.
 */
public class TransportException extends HordeException {

	private final String address;

	/**
	 * Creates an exception.
	 * @param address the address that could not be bound
	 * @param message what happened and what to do
	 * @param cause what led to it
	 */
	public TransportException(String address, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.address = address;
	}

	/**
	 * Return the address that could not be bound.
	 * @return {@code host:port}
	 */
	public String address() {
		return this.address;
	}

}
