package io.horde.supervisor;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

import io.horde.process.RestartPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What is to be started. Immutable: each method that sets something returns a new spec.
 * What is not set is as the process type says.
 */
public final class ChildSpec {

	/**
	 * A century: what clocks can still count.
	 */
	private static final Duration LONGEST = Duration.ofDays(36_500);

	private static final Settings NONE = new Settings(null, null, null, null, Collections.emptyMap());

	private final @Nullable Class<?> processClass;

	private final String type;

	private final @Nullable String id;

	private final @Nullable String name;

	private final Settings settings;

	private ChildSpec(@Nullable Class<?> processClass, String type, @Nullable String id, @Nullable String name,
			Settings settings) {
		this.processClass = processClass;
		this.type = type;
		this.id = id;
		this.name = name;
		this.settings = settings;
	}

	/**
	 * A child of the process type that a class defines.
	 * @param processClass a class that has exactly one process definition on the node
	 * that is asked to start it; the start fails otherwise
	 * @return the spec
	 */
	public static ChildSpec of(Class<?> processClass) {
		return new ChildSpec(processClass, "", null, null, NONE);
	}

	/**
	 * A child of a process type. The node that is asked to start it need not be able to
	 * run it.
	 * @param type the process type, which is the bean name of its definition
	 * @return the spec
	 */
	public static ChildSpec of(String type) {
		return new ChildSpec(null, type, null, null, NONE);
	}

	/**
	 * Set the id. The default is the name, and without a name a random one.
	 * @param id the id, at most 1,024 bytes in UTF-8
	 * @return a new spec
	 */
	public ChildSpec id(String id) {
		return new ChildSpec(this.processClass, this.type, id, this.name, this.settings);
	}

	/**
	 * Set the name under which the process is registered.
	 * @param name the name, at most 1,024 bytes in UTF-8
	 * @return a new spec
	 */
	public ChildSpec name(String name) {
		return new ChildSpec(this.processClass, this.type, this.id, name, this.settings);
	}

	/**
	 * Set the value that is registered with the name at first. What the process makes of
	 * it by {@code HordeRegistry.updateValue} stays, wherever the child runs, as long as
	 * it is not terminated. Without a name it has no effect.
	 * @param value anything that the payload codec can encode
	 * @return a new spec
	 */
	public ChildSpec value(@Nullable Object value) {
		return with(this.settings.withPayloads(value, this.settings.argument()));
	}

	/**
	 * Set the argument, which the process receives in its {@code @ProcessArgument}. The
	 * start fails if the process type is known to the node that is asked and has none.
	 * @param argument anything that the payload codec can encode
	 * @return a new spec
	 */
	public ChildSpec argument(@Nullable Object argument) {
		return with(this.settings.withPayloads(this.settings.value(), argument));
	}

	/**
	 * Set the restart policy. The default is that of the type.
	 * @param restart the policy
	 * @return a new spec
	 */
	public ChildSpec restart(RestartPolicy restart) {
		return with(this.settings.withStops(restart, this.settings.shutdownTimeout()));
	}

	/**
	 * Set how long the process may take to stop before it is interrupted. The default is
	 * that of the type.
	 * @param shutdownTimeout the duration, to the millisecond; zero interrupts the
	 * process at once; more than a century counts as one
	 * @return a new spec
	 * @throws IllegalArgumentException if it is negative
	 */
	public ChildSpec shutdownTimeout(Duration shutdownTimeout) {
		if (shutdownTimeout.isNegative()) {
			throw new IllegalArgumentException("The shutdown timeout " + shutdownTimeout
					+ " is negative: Duration.ZERO interrupts a process at once");
		}
		Duration bounded = (shutdownTimeout.compareTo(LONGEST) < 0) ? shutdownTimeout : LONGEST;
		return with(this.settings.withStops(this.settings.restart(), bounded));
	}

	/**
	 * Require a label of the node. Called again with another key, both are required.
	 * @param key the key
	 * @param value the value
	 * @return a new spec
	 */
	public ChildSpec label(String key, String value) {
		Map<String, String> labels = new TreeMap<>(this.settings.labels());
		labels.put(key, value);
		return with(this.settings.withLabels(Collections.unmodifiableMap(labels)));
	}

	private ChildSpec with(Settings settings) {
		return new ChildSpec(this.processClass, this.type, this.id, this.name, settings);
	}

	/**
	 * Return the class that defines the process type.
	 * @return the class, or {@code null} if the spec names a type
	 */
	public @Nullable Class<?> processClass() {
		return this.processClass;
	}

	/**
	 * Return the process type.
	 * @return the bean name; empty if the spec names a class
	 */
	public String type() {
		return this.type;
	}

	/**
	 * Return the id.
	 * @return the id, else the name, else {@code null}
	 */
	public @Nullable String id() {
		return (this.id != null) ? this.id : this.name;
	}

	/**
	 * Return the name.
	 * @return the name, or {@code null}
	 */
	public @Nullable String name() {
		return this.name;
	}

	/**
	 * Return the value that is registered with the name.
	 * @return the value, or {@code null}
	 */
	public @Nullable Object value() {
		return this.settings.value();
	}

	/**
	 * Return the argument.
	 * @return the argument, or {@code null}
	 */
	public @Nullable Object argument() {
		return this.settings.argument();
	}

	/**
	 * Return the restart policy.
	 * @return the policy, or {@code null} for that of the type
	 */
	public @Nullable RestartPolicy restart() {
		return this.settings.restart();
	}

	/**
	 * Return how long the process may take to stop.
	 * @return the duration, or {@code null} for that of the type
	 */
	public @Nullable Duration shutdownTimeout() {
		return this.settings.shutdownTimeout();
	}

	/**
	 * Return the labels that are required of the node.
	 * @return the labels
	 */
	public Map<String, String> labels() {
		return this.settings.labels();
	}

	@Override
	public String toString() {
		return "ChildSpec[type=" + ((this.processClass != null) ? this.processClass.getName() : this.type) + ", id="
				+ id() + "]";
	}

	/**
	 * What need not be set.
	 */
	private record Settings(@Nullable Object value, @Nullable Object argument, @Nullable RestartPolicy restart,
			@Nullable Duration shutdownTimeout, Map<String, String> labels) {

		Settings withPayloads(@Nullable Object value, @Nullable Object argument) {
			return new Settings(value, argument, this.restart, this.shutdownTimeout, this.labels);
		}

		Settings withStops(@Nullable RestartPolicy restart, @Nullable Duration shutdownTimeout) {
			return new Settings(this.value, this.argument, restart, shutdownTimeout, this.labels);
		}

		Settings withLabels(Map<String, String> labels) {
			return new Settings(this.value, this.argument, this.restart, this.shutdownTimeout, labels);
		}

	}

}
