package io.horde.autoconfigure;

import io.horde.StartupMistakeException;

import org.springframework.core.NativeDetector;

/**
 * Refuses to start in a native image.
 */
final class NativeImages {

	/**
	 * What GraalVM sets, as {@link NativeDetector} reads it once for good.
	 */
	static final String PROPERTY = "org.graalvm.nativeimage.imagecode";

	private NativeImages() {
	}

	/**
	 * Refuse to go on in a native image.
	 * @throws StartupMistakeException if this is one
	 */
	static void refuse() {
		if (NativeDetector.Context.RUN.toString().equals(System.getProperty(PROPERTY))) {
			throw new StartupMistakeException(
					"Horde does not run in a native image: its transport was never tried in one.",
					"Run the application on a JVM. Ahead-of-time processing is supported there, with "
							+ "spring.aot.enabled=true. For an image in which Horde is off, set horde.enabled=false when it is "
							+ "built.");
		}
	}

}
