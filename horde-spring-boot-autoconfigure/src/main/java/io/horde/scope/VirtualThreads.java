package io.horde.scope;

import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;

/**
 * Virtual threads, from a source level that doesn't know them.
 */
final class VirtualThreads {

	private VirtualThreads() {
	}

	/**
	 * Return a factory of virtual threads.
	 * @return the factory, or {@code null} if the JVM has none
	 */
	static @Nullable ThreadFactory factory() {
		try {
			Class<?> builderType = Class.forName("java.lang.Thread$Builder");
			Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
			builderType.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
			return (ThreadFactory) builderType.getMethod("factory").invoke(builder);
		}
		catch (ReflectiveOperationException ex) {
			return null;
		}
	}

}
