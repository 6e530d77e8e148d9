package io.horde.hazelcast;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ForkJoinPool;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Hazelcast keeps for as long as its classes are loaded.
 */
final class Statics {

	/*
	 * ClassLoaderUtil has a URLClassLoader in a static field. Before Java 24 such a
	 * loader keeps the protection domains, and so the class loaders, of all classes on
	 * the stack that made it, and of those that made the thread. An application that is
	 * restarted by DevTools would keep its first class loader for good. Threads of a
	 * ForkJoinPool inherit no domains, and the task is made of classes of Java alone.
	 */

	private static final String HOLDER = "com.hazelcast.internal.nio.ClassLoaderUtil";

	private static final Logger logger = LoggerFactory.getLogger(Statics.class);

	private Statics() {
	}

	/**
	 * Initialize them with nothing of the application on the stack. They are initialized
	 * anyway later, so nothing is lost if this fails.
	 */
	static void initialize() {
		ForkJoinPool pool = new ForkJoinPool(1);
		try {
			Class<?> holder = Class.forName(HOLDER, false, Statics.class.getClassLoader());
			MethodHandles.Lookup lookup = MethodHandles.publicLookup();
			MethodHandle initialization = lookup
				.findVirtual(MethodHandles.Lookup.class, "ensureInitialized",
						MethodType.methodType(Class.class, Class.class))
				.bindTo(lookup)
				.bindTo(holder);
			pool.submit(MethodHandleProxies.asInterfaceInstance(Runnable.class, initialization)).join();
		}
		catch (ReflectiveOperationException | RuntimeException | LinkageError ex) {
			logger.debug("Static fields of Hazelcast are initialized when it starts", ex);
		}
		finally {
			pool.shutdown();
		}
	}

}
