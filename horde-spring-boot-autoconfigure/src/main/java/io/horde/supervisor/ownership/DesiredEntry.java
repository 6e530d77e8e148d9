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

	/**
	 * Both kinds have one shape: a mark is a child without content.
	 */
	EntryCodec<DesiredEntry> CODEC = EntryCodec.of(DesiredEntry::write, DesiredEntry::read);

	/**
	 * Return the name of the process type.
	 */
	String type();

	/**
	 * Return the child that should run, or {@code null} if none should.
	 */
	@Nullable DesiredChild child();

	private static void write(DesiredEntry entry, FrameWriter writer) {
		DesiredChild own = entry.child();
		DesiredChild child = (own != null) ? own : DesiredChild.plain(entry.type(), null, false);
		writer.array(10)
			.string(child.type())
			.stringOrNil(child.name())
			.bytesOrNil(child.value())
			.bytesOrNil(child.argument())
			.longValue((child.restart() != null) ? child.restart().ordinal() : -1)
			.longValue((child.shutdownTimeout() != null) ? child.shutdownTimeout().toMillis() : -1)
			.map(child.labels(), writer::string, writer::string)
			.string(child.distribution())
			.bool(child.quorum())
			.bool(own == null);
	}

	private static DesiredEntry read(FrameReader reader) {
		return reader.array(() -> {
			DesiredChild child = new DesiredChild(reader.name(), reader.nameOrNil(), reader.bytesOrNil(),
					reader.bytesOrNil(), policy(reader.intValue()), timeout(reader.longValue()), labels(reader),
					reader.nameOrEmpty(), reader.bool());
			boolean stopped = reader.bool();
			return stopped ? new StopMark(child.type()) : child;
		});
	}

	private static @Nullable RestartPolicy policy(int ordinal) {
		RestartPolicy[] policies = RestartPolicy.values();
		return (ordinal >= 0 && ordinal < policies.length) ? policies[ordinal] : null;
	}

	private static @Nullable Duration timeout(long millis) {
		return (millis >= 0) ? Duration.ofMillis(millis) : null;
	}

	private static SortedMap<String, String> labels(FrameReader reader) {
		return Collections.unmodifiableSortedMap(reader.map(new TreeMap<>(), reader::name, reader::nameOrEmpty));
	}

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

}
