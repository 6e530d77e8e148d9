package io.horde.supervisor.ownership;

import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.process.RestartPolicy;
import io.horde.replication.protocol.EntryCodec;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the desired map under the id of a child: that it should run, or that a
 * static one should not.
 */
public sealed interface DesiredEntry permits DesiredChild, DesiredEntry.StopMark {

	EntryCodec<DesiredEntry> CODEC = new Codec();

	/**
	 * Return the name of the process type.
	 */
	String type();

	/**
	 * Return the child that should run, or {@code null} if none should.
	 */
	@Nullable DesiredChild child();

	/**
	 * The mark that a static child is stopped (O8).
	 *
	 * @param type the process type
	 */
	record StopMark(String type) implements DesiredEntry {

		@Override
		public @Nullable DesiredChild child() {
			return null;
		}

	}

	/**
	 * Writes both kinds in one shape, a mark as a child without content.
	 */
	final class Codec implements EntryCodec<DesiredEntry> {

		private static final int NO_POLICY = -1;

		private Codec() {
		}

		@Override
		public void write(DesiredEntry entry, FrameWriter writer) {
			DesiredChild child = entry.child();
			write((child != null) ? child : DesiredChild.plain(entry.type(), null, false), child == null, writer);
		}

		private static void write(DesiredChild child, boolean stopped, FrameWriter writer) {
			writer.array(10)
				.string(child.type())
				.stringOrNil(child.name())
				.bytesOrNil(child.value())
				.bytesOrNil(child.argument())
				.longValue((child.restart() != null) ? child.restart().ordinal() : NO_POLICY)
				.longValue((child.shutdownTimeout() != null) ? child.shutdownTimeout().toMillis() : -1)
				.array(child.labels().size() * 2);
			child.labels().forEach((key, value) -> writer.string(key).string(value));
			writer.string(child.distribution()).bool(child.quorum()).bool(stopped);
		}

		@Override
		public DesiredEntry read(FrameReader reader) {
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
					Collections.unmodifiableSortedMap(labels), reader.string(), reader.bool());
			boolean stopped = reader.bool();
			reader.end();
			return stopped ? new StopMark(type) : child;
		}

		private static @Nullable RestartPolicy policy(int ordinal) {
			RestartPolicy[] policies = RestartPolicy.values();
			return (ordinal >= 0 && ordinal < policies.length) ? policies[ordinal] : null;
		}

	}

}
