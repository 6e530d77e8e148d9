package io.horde.wire;

import java.time.Duration;

/**
 * Checks the components of a record of settings.
 *
 * @param settings the record
 */
public record SettingsCheck(Class<? extends Record> settings) {

	/**
	 * Refuse a component unless something holds.
	 * @param problem what is wrong otherwise: the rest of a sentence that begins with the
	 * component. Other components of the record stand in braces
	 * @throws InvalidSettingException if it does not hold
	 */
	public void require(boolean condition, String component, String problem) {
		if (!condition) {
			throw new InvalidSettingException(this.settings, component, problem);
		}
	}

	public void positive(Duration value, String component) {
		require(!value.isNegative() && !value.isZero(), component, "must be positive");
	}

	public void positive(int value, String component) {
		require(value > 0, component, "must be positive");
	}

	public void notNegative(Duration value, String component) {
		require(!value.isNegative(), component, "must not be negative");
	}

	public void notNegative(int value, String component) {
		require(value >= 0, component, "must not be negative");
	}

	/**
	 * Refuse what is no name.
	 */
	public void name(String value, String component) {
		String problem = NameLimits.problem(value);
		if (problem != null) {
			throw new InvalidSettingException(this.settings, component, problem);
		}
	}

}
