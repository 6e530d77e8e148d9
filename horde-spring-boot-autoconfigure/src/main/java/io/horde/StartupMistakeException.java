package io.horde;

/**
 * The application can't start because of a mistake in its configuration: an unknown
 * distribution strategy, a service to look up and nobody to look it up with, quorum
 * without a number of seats. Thrown by the start of the application, usually as the cause
 * of an exception of Spring's; the log shows its two parts instead of a stack trace.
 * <p>
 * A property whose value is impossible by itself ends the start with Spring Boot's
 * {@code InvalidConfigurationPropertyValueException} instead.
 */
public class StartupMistakeException extends HordeException {

	private final String description;

	private final String action;

	/**
	 * Creates an exception. For Horde; an application has no reason to.
	 * @param description what is wrong, sentences
	 * @param action what to do about it, sentences
	 */
	public StartupMistakeException(String description, String action) {
		super(description + " " + action);
		this.description = description;
		this.action = action;
	}

	/**
	 * Return what is wrong.
	 * @return sentences
	 */
	public String description() {
		return this.description;
	}

	/**
	 * Return what to do about it.
	 * @return sentences
	 */
	public String action() {
		return this.action;
	}

}
