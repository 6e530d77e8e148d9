package io.horde.supervisor.ownership;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.process.RestartPolicy;
import io.horde.replication.protocol.EntryCodec;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * A child that should run, as it stands in the desired map; or the mark that a static
 * child should not (O8).
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
 * @param stopped whether this is the mark
 */
public record DesiredChild(String type, @Nullable String name, byte @Nullable [] value, byte @Nullable [] argument,
		@Nullable RestartPolicy restart, @Nullable Duration shutdownTimeout, SortedMap<String, String> labels,
		String distribution, boolean quorum, boolean stopped) {

	public static final EntryCodec<DesiredChild> CODEC = new Codec();

	private static final int NO_POLICY = -1;

	/**
	 * The mark that a static child is stopped.
	 */
	public static DesiredChild stopped(String type) {
		return new DesiredChild(type, null, null, null, null, null, Collections.emptySortedMap(), "", false, true);
	}

	/**
	 * A static child.
	 */
	static DesiredChild fixed(String id, String type) {
		return new DesiredChild(type, id, null, null, null, null, Collections.emptySortedMap(), "", false, false);
	}

	/**
	 * Return this child in a consistency mode.
	 */
	public DesiredChild withQuorum(boolean quorum) {
		return new DesiredChild(this.type, this.name, this.value, this.argument, this.restart, this.shutdownTimeout,
				this.labels, this.distribution, quorum, this.stopped);
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

	private static final class Codec implements EntryCodec<DesiredChild> {

		@Override
		public void write(DesiredChild child, FrameWriter writer) {
			writer.array(10)
				.string(child.type)
				.stringOrNil(child.name)
				.bytesOrNil(child.value)
				.bytesOrNil(child.argument)
				.longValue((child.restart != null) ? child.restart.ordinal() : NO_POLICY)
				.longValue((child.shutdownTimeout != null) ? child.shutdownTimeout.toMillis() : -1)
				.array(child.labels.size() * 2);
			child.labels.forEach((key, value) -> writer.string(key).string(value));
			writer.string(child.distribution).bool(child.quorum).bool(child.stopped);
		}

		@Override
		public DesiredChild read(FrameReader reader) {
			reader.array();
			String type = reader.string();
			String name = reader.stringOrNil();
			byte[] value = reader.bytesOrNil();
			byte[] argument = reader.bytesOrNil();
			int restart = reader.intValue();
			long shutdownTimeout = reader.longValue();
			SortedMap<String, String> labels = new TreeMap<>();
			for (int left = reader.array(); left >= 2; left -= 2) {
				labels.put(reader.string(), reader.string());
			}
			reader.end();
			DesiredChild child = new DesiredChild(type, name, value, argument, policy(restart),
					(shutdownTimeout >= 0) ? Duration.ofMillis(shutdownTimeout) : null,
					Collections.unmodifiableSortedMap(labels), reader.string(), reader.bool(), reader.bool());
			reader.end();
			return child;
		}

		private static @Nullable RestartPolicy policy(int ordinal) {
			RestartPolicy[] policies = RestartPolicy.values();
			return (ordinal >= 0 && ordinal < policies.length) ? policies[ordinal] : null;
		}

	}

}
