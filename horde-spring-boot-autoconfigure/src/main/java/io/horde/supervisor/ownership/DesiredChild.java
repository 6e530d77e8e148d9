package io.horde.supervisor.ownership;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;

import io.horde.process.RestartPolicy;
import org.jspecify.annotations.Nullable;

/**
 * A child that should run, as it stands in the desired map.
 *
 * @param type the process type
 * @param name the name to register
 * @param value the encoded value to register with it
 * @param argument the encoded argument
 * @param restart the restart policy, or {@code null} for that of the type
 * @param shutdownTimeout how long a stop may take, or {@code null} for that of the type
 * @param labels labels that are required of a node
 * @param distribution the name of the strategy, or an empty string for that of the type
 * @param quorum the consistency mode, fixed at the creation (Q1)
 */
public record DesiredChild(String type, @Nullable String name, byte @Nullable [] value, byte @Nullable [] argument,
		@Nullable RestartPolicy restart, @Nullable Duration shutdownTimeout, SortedMap<String, String> labels,
		String distribution, boolean quorum) implements DesiredEntry {

	/**
	 * A child of which nothing is said but its type, such as a static one.
	 */
	static DesiredChild plain(String type, @Nullable String name, boolean quorum) {
		return new DesiredChild(type, name, null, null, null, null, Collections.emptySortedMap(), "", quorum);
	}

	@Override
	public DesiredChild child() {
		return this;
	}

	/**
	 * Return this child in a consistency mode.
	 */
	public DesiredChild withQuorum(boolean quorum) {
		return new DesiredChild(this.type, this.name, this.value, this.argument, this.restart, this.shutdownTimeout,
				this.labels, this.distribution, quorum);
	}

	/**
	 * Return about how many bytes the entry takes in a frame.
	 */
	public int size() {
		int size = 64 + this.type.length() + this.distribution.length();
		size += (this.name != null) ? 2 * this.name.length() : 0;
		size += (this.value != null) ? this.value.length : 0;
		size += (this.argument != null) ? this.argument.length : 0;
		for (Map.Entry<String, String> label : this.labels.entrySet()) {
			size += label.getKey().length() + label.getValue().length();
		}
		return size;
	}

}
