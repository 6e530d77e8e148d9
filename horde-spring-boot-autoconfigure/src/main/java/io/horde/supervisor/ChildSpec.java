package io.horde.supervisor;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

import io.horde.process.RestartPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What is to be started. Immutable: each method returns a new spec.
 */
public final class ChildSpec {

	private final @Nullable Class<?> processClass;

	private final String type;

	private final @Nullable String id;

	private final @Nullable String name;

	private final @Nullable Object value;

	private final @Nullable Object argument;

	private final @Nullable RestartPolicy restart;

	private final @Nullable Duration shutdownTimeout;

	private final Map<String, String> labels;

	private ChildSpec(@Nullable Class<?> processClass, String type, @Nullable String id, @Nullable String name,
			@Nullable Object value, @Nullable Object argument, @Nullable RestartPolicy restart,
			@Nullable Duration shutdownTimeout, Map<String, String> labels) {
		this.processClass = processClass;
		this.type = type;
		this.id = id;
		this.name = name;
		this.value = value;
		this.argument = argument;
		this.restart = restart;
		this.shutdownTimeout = shutdownTimeout;
		this.labels = labels;
	}

	/**
	 * A child of the process type that a class defines.
	 * @param processClass a class that has exactly one process definition
	 * @return the spec
	 */
	public static ChildSpec of(Class<?> processClass) {
		return new ChildSpec(processClass, "", null, null, null, null, null, null, Collections.emptyMap());
	}

	/**
	 * A child of a process type. This node need not be able to run it.
	 * @param type the process type, which is the bean name of its definition
	 * @return the spec
	 */
	public static ChildSpec of(String type) {
		return new ChildSpec(null, type, null, null, null, null, null, null, Collections.emptyMap());
	}

	/**
	 * Set the id. The default is the name, and without a name a random one.
	 * @param id the id, at most 1,024 bytes in UTF-8
	 * @return a new spec
	 */
	public ChildSpec id(String id) {
		return new ChildSpec(this.processClass, this.type, id, this.name, this.value, this.argument, this.restart,
				this.shutdownTimeout, this.labels);
	}

	/**
	 * Set the name under which the process is registered.
	 * @param name the name, at most 1,024 bytes in UTF-8
	 * @return a new spec
	 */
	public ChildSpec name(String name) {
		return new ChildSpec(this.processClass, this.type, this.id, name, this.value, this.argument, this.restart,
				this.shutdownTimeout, this.labels);
	}

	/**
	 * Set the value that is registered with the name.
	 * @param value anything that the payload codec can encode
	 * @return a new spec
	 */
	public ChildSpec value(@Nullable Object value) {
		return new ChildSpec(this.processClass, this.type, this.id, this.name, value, this.argument, this.restart,
				this.shutdownTimeout, this.labels);
	}

	/**
	 * Set the argument, which the process receives in its {@code @ProcessArgument}.
	 * @param argument anything that the payload codec can encode
	 * @return a new spec
	 */
	public ChildSpec argument(@Nullable Object argument) {
		return new ChildSpec(this.processClass, this.type, this.id, this.name, this.value, argument, this.restart,
				this.shutdownTimeout, this.labels);
	}

	/**
	 * Set the restart policy. The default is that of the type.
	 * @param restart the policy
	 * @return a new spec
	 */
	public ChildSpec restart(RestartPolicy restart) {
		return new ChildSpec(this.processClass, this.type, this.id, this.name, this.value, this.argument, restart,
				this.shutdownTimeout, this.labels);
	}

	/**
	 * Set how long the process may take to stop. The default is that of the type.
	 * @param shutdownTimeout the duration; zero interrupts it at once
	 * @return a new spec
	 */
	public ChildSpec shutdownTimeout(Duration shutdownTimeout) {
		return new ChildSpec(this.processClass, this.type, this.id, this.name, this.value, this.argument, this.restart,
				shutdownTimeout, this.labels);
	}

	/**
	 * Require a label of the node.
	 * @param key the key
	 * @param value the value
	 * @return a new spec
	 */
	public ChildSpec label(String key, String value) {
		Map<String, String> labels = new TreeMap<>(this.labels);
		labels.put(key, value);
		return new ChildSpec(this.processClass, this.type, this.id, this.name, this.value, this.argument, this.restart,
				this.shutdownTimeout, Collections.unmodifiableMap(labels));
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
	 * @return the id, or {@code null} if none was set
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
		return this.value;
	}

	/**
	 * Return the argument.
	 * @return the argument, or {@code null}
	 */
	public @Nullable Object argument() {
		return this.argument;
	}

	/**
	 * Return the restart policy.
	 * @return the policy, or {@code null} for that of the type
	 */
	public @Nullable RestartPolicy restart() {
		return this.restart;
	}

	/**
	 * Return how long the process may take to stop.
	 * @return the duration, or {@code null} for that of the type
	 */
	public @Nullable Duration shutdownTimeout() {
		return this.shutdownTimeout;
	}

	/**
	 * Return the labels that are required of the node.
	 * @return the labels
	 */
	public Map<String, String> labels() {
		return this.labels;
	}

	@Override
	public String toString() {
		return "ChildSpec[type=" + ((this.processClass != null) ? this.processClass.getName() : this.type) + ", id="
				+ id() + "]";
	}

}
