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

	private static final int MAX_BYTES_OF_CHARACTER = 3;

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
	 * Return how many bytes the entry takes in a frame at most.
	 */
	public int size() {
		return 64 + namesSize() + payloadSize();
	}

	/**
	 * Return how many bytes users' values take in it.
	 */
	public int payloadSize() {
		return length(this.argument) + length(this.value);
	}

	private static int length(byte @Nullable [] bytes) {
		return (bytes != null) ? bytes.length : 0;
	}

	/**
	 * Return how many bytes names and labels take in it at most.
	 */
	public int namesSize() {
		int characters = this.type.length() + this.distribution.length();
		characters += (this.name != null) ? this.name.length() : 0;
		for (Map.Entry<String, String> label : this.labels.entrySet()) {
			characters += 2 + label.getKey().length() + label.getValue().length();
		}
		return MAX_BYTES_OF_CHARACTER * characters;
	}

}
