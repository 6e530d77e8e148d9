package io.horde.registry.calls;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.horde.payload.PayloadException;
import io.horde.registry.RemoteCallException;
import io.horde.registry.calls.CallMessage.Failure;
import io.horde.registry.calls.CallMessage.Kind;
import io.horde.registry.calls.CallMessage.Thrown;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an exception of a process gets to its caller, on another node and on the same one
 * (N10).
 */
final class ThrownExceptions {

	/*
	 * A frame names classes, and whoever sends frames must not choose what is
	 * instantiated. So only two kinds of classes come back with their type: a fixed list
	 * of the JDK's unchecked ones, and those that the called method itself declares in
	 * its throws clause (unchecked ones may be declared too). No class is ever looked up
	 * by a name from a frame. A subclass of a declared exception comes back as the
	 * declared one; all else as RemoteCallException.
	 */

	private static final int MAX_STACK = 8192;

	private static final int MAX_MESSAGE = 4096;

	private static final int MAX_TYPES = 16;

	private static final Logger logger = LoggerFactory.getLogger(ThrownExceptions.class);

	private ThrownExceptions() {
	}

	/**
	 * Tell why an exception that a method declares can't come back as it was thrown.
	 * @param declared the class of the exception
	 * @param payloads rebuilds it
	 * @return a sentence with a remedy, or {@code null} if it can
	 */
	static @Nullable String problem(Class<?> declared, Payloads payloads) {
		if (JdkExceptions.knows(declared)) {
			return null;
		}
		String problem = payloads.exceptions().problem(declared);
		return (problem != null) ? "The exception " + declared.getName() + " " + problem : null;
	}

	/**
	 * Describe what a method threw. Throws nothing, whatever the exception does.
	 * @param id the id of the request
	 * @param thrown the exception
	 * @param method the method
	 * @param payloads writes exceptions
	 * @return the message for the caller
	 */
	static Failure describe(long id, Throwable thrown, ApiMethod method, Payloads payloads) {
		List<String> types = new ArrayList<>();
		for (Class<?> type = thrown.getClass(); type != Throwable.class && type != Object.class
				&& types.size() < MAX_TYPES; type = type.getSuperclass()) {
			types.add(type.getName());
		}
		String message = message(thrown);
		List<@Nullable String> details = List.of();
		byte[] properties = null;
		try {
			details = JdkExceptions.details(thrown);
			Class<?> declared = declared(types, method);
			if (declared != null && !JdkExceptions.knows(thrown.getClass())) {
				properties = properties(thrown, declared, payloads);
			}
		}
		catch (Throwable ex) {
			logger.warn("{} threw {}, of which only the message and the stack reach the caller", method.describe(),
					types.get(0), ex);
		}
		return new Failure(id, Kind.THREW, (message != null) ? cut(message, MAX_MESSAGE) : null,
				new Thrown(types, cut(stack(thrown), MAX_STACK), details, properties));
	}

	private static byte @Nullable [] properties(Throwable thrown, Class<?> declared, Payloads payloads) {
		byte[] properties = payloads.exceptions().encode(thrown, declared);
		if (properties != null && properties.length > payloads.maxSize()) {
			throw new PayloadException("Its properties take " + properties.length + " bytes", null);
		}
		return properties;
	}

	/**
	 * Return the message of an exception that may be unable to tell it.
	 */
	static @Nullable String message(Throwable thrown) {
		try {
			return thrown.getMessage();
		}
		catch (Throwable ex) {
			logger.warn("An exception of class {} has a getMessage() that throws", thrown.getClass().getName(), ex);
			return "(its getMessage() threw " + ex.getClass().getName() + ")";
		}
	}

	private static String stack(Throwable thrown) {
		try {
			StringWriter stack = new StringWriter();
			thrown.printStackTrace(new PrintWriter(stack, true));
			return stack.toString();
		}
		catch (Throwable ex) {
			return thrown.getClass().getName() + "\n\tat " + elements(thrown);
		}
	}

	private static String elements(Throwable thrown) {
		try {
			StringBuilder elements = new StringBuilder();
			for (StackTraceElement element : thrown.getStackTrace()) {
				elements.append(elements.isEmpty() ? "" : "\n\tat ").append(element);
			}
			return elements.toString();
		}
		catch (Throwable ex) {
			return "(its stack is unknown)";
		}
	}

	private static String cut(String text, int length) {
		return (text.length() <= length) ? text : text.substring(0, length) + "…";
	}

	/**
	 * Make the exception for the caller.
	 * @param failure what the node of the process said
	 * @param method the method that was called
	 * @param where a description of the process, for the message
	 * @param payloads rebuilds exceptions
	 * @return an exception that the method may throw
	 */
	static Throwable restore(Failure failure, ApiMethod method, String where, Payloads payloads) {
		Thrown thrown = Objects.requireNonNull(failure.thrown());
		String type = thrown.types().isEmpty() ? "" : thrown.types().get(0);
		RemoteCallException remote = new RemoteCallException(method.describe() + " failed in " + where + ": "
				+ (type.isEmpty() ? "" : type + ": ") + failure.message() + "\nRemote stack: " + thrown.stack(), null);
		Throwable restored = JdkExceptions.restore(type, failure.message(), thrown.details(), remote, method.thrown());
		Class<?> declared = (restored == null) ? declared(thrown.types(), method) : null;
		if (declared != null) {
			restored = restore(declared, failure.message(), thrown, remote, payloads);
		}
		return (restored != null) ? restored : remote;
	}

	private static @Nullable Throwable restore(Class<?> declared, @Nullable String message, Thrown thrown,
			RemoteCallException remote, Payloads payloads) {
		Throwable known = JdkExceptions.restore(declared.getName(), message, thrown.details(), remote,
				List.of(declared));
		if (known != null) {
			return known;
		}
		try {
			return payloads.exceptions().decode(declared, message, thrown.properties(), remote);
		}
		catch (Throwable ex) {
			logger.warn("The exception {} of a process can't be rebuilt here", declared.getName(), ex);
			return null;
		}
	}

	private static @Nullable Class<?> declared(List<String> types, ApiMethod method) {
		for (String type : types) {
			for (Class<?> declared : method.thrown()) {
				if (declared.getName().equals(type)) {
					return declared;
				}
			}
		}
		return null;
	}

}
