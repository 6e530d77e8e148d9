package io.horde.registry.calls;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

import io.horde.registry.RemoteCallException;
import org.jspecify.annotations.Nullable;

/**
 * How an exception of a process gets to its caller.
 */
final class ThrownExceptions {

	/*
	 * A frame names classes, and whoever sends frames must not choose what is
	 * instantiated. So only two kinds of classes come back with their type: those that
	 * the called method itself declares in its throws clause (unchecked ones may be
	 * declared too), and a fixed list of the JDK's unchecked ones. No class is ever
	 * looked up by a name from a frame. A subclass of a declared exception comes back as
	 * the declared one; all else as RemoteCallException.
	 */

	private static final int MAX_STACK = 8192;

	private static final int MAX_MESSAGE = 4096;

	private static final int MAX_TYPES = 16;

	private static final Map<String, Function<@Nullable String, RuntimeException>> KNOWN = Map.ofEntries(
			Map.entry("java.lang.RuntimeException", RuntimeException::new),
			Map.entry("java.lang.IllegalArgumentException", IllegalArgumentException::new),
			Map.entry("java.lang.IllegalStateException", IllegalStateException::new),
			Map.entry("java.lang.NumberFormatException", NumberFormatException::new),
			Map.entry("java.lang.NullPointerException", NullPointerException::new),
			Map.entry("java.lang.UnsupportedOperationException", UnsupportedOperationException::new),
			Map.entry("java.lang.IndexOutOfBoundsException", IndexOutOfBoundsException::new),
			Map.entry("java.lang.ArrayIndexOutOfBoundsException", ArrayIndexOutOfBoundsException::new),
			Map.entry("java.lang.StringIndexOutOfBoundsException", StringIndexOutOfBoundsException::new),
			Map.entry("java.lang.ArithmeticException", ArithmeticException::new),
			Map.entry("java.lang.ClassCastException", ClassCastException::new),
			Map.entry("java.lang.SecurityException", SecurityException::new),
			Map.entry("java.util.NoSuchElementException", NoSuchElementException::new),
			Map.entry("java.util.ConcurrentModificationException", ConcurrentModificationException::new),
			Map.entry("java.util.concurrent.CancellationException", CancellationException::new),
			Map.entry("java.util.concurrent.CompletionException", (message) -> new CompletionException(message, null)),
			Map.entry("java.util.concurrent.RejectedExecutionException", RejectedExecutionException::new),
			Map.entry("java.time.DateTimeException", DateTimeException::new));

	private ThrownExceptions() {
	}

	/**
	 * Describe what a method threw.
	 * @param id the id of the request
	 * @param thrown the exception
	 * @return the message for the caller
	 */
	static CallMessage.Failure describe(long id, Throwable thrown) {
		List<String> types = new ArrayList<>();
		for (Class<?> type = thrown.getClass(); type != Throwable.class && type != Object.class
				&& types.size() < MAX_TYPES; type = type.getSuperclass()) {
			types.add(type.getName());
		}
		StringWriter stack = new StringWriter();
		thrown.printStackTrace(new PrintWriter(stack, true));
		String message = thrown.getMessage();
		return new CallMessage.Failure(id, CallMessage.Kind.THREW, types,
				(message != null) ? cut(message, MAX_MESSAGE) : null, cut(stack.toString(), MAX_STACK));
	}

	private static String cut(String text, int length) {
		return (text.length() <= length) ? text : text.substring(0, length) + "…";
	}

	/**
	 * Make the exception for the caller.
	 * @param failure what the node of the process said
	 * @param method the method that was called
	 * @param where a description of the process, for the message
	 * @return an exception that the method may throw
	 */
	static Throwable restore(CallMessage.Failure failure, ApiMethod method, String where) {
		RemoteCallException remote = new RemoteCallException(method.describe() + " failed in " + where + ": "
				+ (failure.types().isEmpty() ? "" : failure.types().get(0) + ": ") + failure.message()
				+ "\nRemote stack: " + failure.stack(), null);
		for (String type : failure.types()) {
			for (Class<?> declared : method.thrown()) {
				if (declared.getName().equals(type)) {
					Throwable restored = instantiate(declared, failure.message(), remote);
					return (restored != null) ? restored : remote;
				}
			}
		}
		Function<@Nullable String, RuntimeException> known = failure.types().isEmpty() ? null
				: KNOWN.get(failure.types().get(0));
		return (known != null) ? withCause(known.apply(failure.message()), remote) : remote;
	}

	private static @Nullable Throwable instantiate(Class<?> type, @Nullable String message, Throwable remote) {
		for (Class<?>[] signature : List.<Class<?>[]>of(new Class<?>[] { String.class, Throwable.class },
				new Class<?>[] { String.class }, new Class<?>[0])) {
			try {
				Constructor<?> constructor = type.getConstructor(signature);
				@Nullable Object[] arguments = switch (signature.length) {
					case 2 -> new @Nullable Object[] { message, remote };
					case 1 -> new @Nullable Object[] { message };
					default -> new Object[0];
				};
				return withCause((Throwable) constructor.newInstance(arguments), remote);
			}
			catch (ReflectiveOperationException | RuntimeException ex) {
				// the next signature, at last none
			}
		}
		return null;
	}

	private static <T extends Throwable> T withCause(T thrown, Throwable remote) {
		if (thrown.getCause() != remote) {
			try {
				thrown.initCause(remote);
			}
			catch (IllegalStateException ex) {
				thrown.addSuppressed(remote);
			}
		}
		return thrown;
	}

}
