package io.horde.hazelcast.attack;

import io.horde.hazelcast.gate.LinkSecurity;

/**
 * How the attacked nodes secure their links.
 */
enum Mode {

	/**
	 * Not at all.
	 */
	OPEN,

	/**
	 * By a secret that no attacker knows.
	 */
	SECRET,

	/**
	 * By certificates of an authority.
	 */
	CERTIFICATES;

	static final String CLUSTER = "attacked";

	static final String VALUE = "correct horse battery staple";

	LinkSecurity security() {
		return switch (this) {
			case OPEN -> LinkSecurity.OPEN;
			case SECRET -> LinkSecurity.secret(VALUE, null);
			case CERTIFICATES -> LinkSecurity.certificates(Keys.certificates(Keys.NODE, Keys.AUTHORITY));
		};
	}

}
