package io.horde.autoconfigure;

import io.horde.HordeException;

/**
 * The application can't start because of a mistake in its configuration.
 */
final class StartupMistakeException extends HordeException {

	private final String description;

	private final String action;

	/**
	 * Creates an exception.
	 * @param description what is wrong, sentences
	 * @param action what to do about it, sentences
	 */
	StartupMistakeException(String description, String action) {
		super(description + " " + action);
		this.description = description;
		this.action = action;
	}

	String description() {
		return this.description;
	}

	String action() {
		return this.action;
	}

}
