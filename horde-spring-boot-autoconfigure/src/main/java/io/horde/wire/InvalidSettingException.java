package io.horde.wire;

/**
 * A setting of the core has a value that it can't have. The core knows its settings by
 * the records that hold them, and not what a user calls them.
 */
public final class InvalidSettingException extends IllegalArgumentException {

	private final Class<? extends Record> settings;

	private final String component;

	private final String problem;

	InvalidSettingException(Class<? extends Record> settings, String component, String problem) {
		super(component + " " + problem.replace("{", "").replace("}", ""));
		this.settings = settings;
		this.component = component;
		this.problem = problem;
	}

	/**
	 * Return the record that refused the value.
	 */
	public Class<? extends Record> settings() {
		return this.settings;
	}

	/**
	 * Return its component, with the key behind a dot if it is one value of a map.
	 */
	public String component() {
		return this.component;
	}

	/**
	 * Return what is wrong.
	 * @return the rest of a sentence that begins with the component. Other components of
	 * the record stand in braces
	 */
	public String problem() {
		return this.problem;
	}

}
