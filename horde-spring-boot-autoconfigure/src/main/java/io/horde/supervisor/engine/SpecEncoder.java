package io.horde.supervisor.engine;

import java.lang.reflect.Type;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

import io.horde.payload.PayloadTooLargeException;
import io.horde.process.RestartPolicy;
import io.horde.process.engine.ProcessFactory;
import io.horde.process.engine.ProcessType;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.ChildStartException;
import io.horde.supervisor.InvalidChildSpecException;
import io.horde.supervisor.ownership.DesiredChild;
import io.horde.supervisor.ownership.Modes;
import io.horde.supervisor.ownership.Wanted;
import io.horde.wire.NameLimits;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;

/**
 * Turns a {@link ChildSpec} into what is replicated. Called on the caller's thread, so
 * that a value that can't be encoded never gets to the loop.
 */
final class SpecEncoder {

	private static final int MAX_NAMES = 64 << 10;

	private final ProcessFactory factory;

	private final Payloads payloads;

	private final Modes modes;

	private final SplittableRandom random;

	SpecEncoder(ProcessFactory factory, Payloads payloads, Modes modes, SplittableRandom random) {
		this.factory = factory;
		this.payloads = payloads;
		this.modes = modes;
		this.random = random;
	}

	PendingStart encode(ChildSpec spec) {
		String typeName = typeName(spec);
		String specId = spec.id();
		String id = (specId != null) ? checked(specId, "id") : typeName + "-" + randomId();
		if (spec.name() != null) {
			checked(spec.name(), "name");
		}
		spec.labels().forEach((key, value) -> {
			checked(key, "label's key");
			if (!value.isEmpty()) {
				checked(value, "label '" + key + "'");
			}
		});
		ProcessType type = this.factory.type(typeName);
		if (type != null && spec.argument() != null && !type.acceptsArgument()) {
			throw new ChildStartException("Child '" + id + "' was not started: process type '" + typeName
					+ "' has no @ProcessArgument parameter, but the spec has an argument", null);
		}
		String distribution = (type != null) ? type.distribution() : "";
		DesiredChild child = new DesiredChild(typeName, spec.name(),
				encode(spec.value(), null, "the value of child '" + id),
				encode(spec.argument(), (type != null) ? type.argument() : null, "the argument of child '" + id),
				restart(spec, type), spec.shutdownTimeout(),
				Collections.unmodifiableSortedMap(new TreeMap<>(spec.labels())), distribution, false);
		checkSize(id, child);
		Wanted wanted = new Wanted(id, child.withQuorum(this.modes.ofStart(child)), null, 0, 1);
		return new PendingStart(spec.id(id), wanted);
	}

	/* All of it travels in one frame, so it is refused here or nowhere (O11). */
	private void checkSize(String id, DesiredChild child) {
		if (child.payloadSize() > this.payloads.maxSize()) {
			throw new PayloadTooLargeException(
					"the argument of child '%s' (%,d bytes) together with its value (%,d bytes)".formatted(id,
							length(child.argument()), length(child.value())),
					child.payloadSize(), this.payloads.maxSize());
		}
		if (child.namesSize() > MAX_NAMES) {
			throw new InvalidChildSpecException("Child '" + id
					+ "' was not started: its %,d labels and its names take up".formatted(child.labels().size())
					+ " to %,d bytes, more than the %,d that are possible".formatted(child.namesSize(), MAX_NAMES));
		}
	}

	private static int length(byte @Nullable [] bytes) {
		return (bytes != null) ? bytes.length : 0;
	}

	private String typeName(ChildSpec spec) {
		Class<?> processClass = spec.processClass();
		if (processClass == null) {
			return checked(spec.type(), "type");
		}
		List<String> types = this.factory.typesOf(processClass);
		if (types.size() != 1) {
			throw new ChildStartException(
					"A child of " + processClass.getName() + " was not started: the class has "
							+ ((types.isEmpty()) ? "no process definition here; is it a bean with @HordeProcess?"
									: "several process definitions, " + types + "; name one with ChildSpec.of(String)"),
					null);
		}
		return types.get(0);
	}

	private static String checked(String text, String what) {
		String problem = NameLimits.problem(text);
		if (problem != null) {
			throw new InvalidChildSpecException("A child was not started: its " + what + " " + problem);
		}
		return text;
	}

	private byte @Nullable [] encode(@Nullable Object value, @Nullable Type type, String what) {
		if (value == null) {
			return null;
		}
		return (type != null) ? this.payloads.encode(value, type, what + "'") : this.payloads.encode(value, what + "'");
	}

	private static @Nullable RestartPolicy restart(ChildSpec spec, @Nullable ProcessType type) {
		if (spec.restart() != null) {
			return spec.restart();
		}
		return (type != null) ? type.restart() : null;
	}

	private String randomId() {
		synchronized (this.random) {
			return Long.toUnsignedString(this.random.nextLong(), 36) + Long.toString(this.random.nextInt(1 << 20), 36);
		}
	}

}
