package io.horde.test;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Keeps simulated nodes from filling the log: what matters is told by the failure.
 */
public class Quiet implements BeforeAllCallback, AfterAllCallback {

	private static final Logger logger = (Logger) LoggerFactory.getLogger("io.horde");

	private Level before;

	@Override
	public void beforeAll(ExtensionContext context) {
		this.before = logger.getLevel();
		logger.setLevel(Boolean.getBoolean("horde.simulation.log") ? Level.DEBUG : Level.OFF);
	}

	@Override
	public void afterAll(ExtensionContext context) {
		logger.setLevel(this.before);
	}

}
