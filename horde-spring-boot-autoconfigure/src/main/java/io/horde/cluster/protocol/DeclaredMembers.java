package io.horde.cluster.protocol;

import java.util.Comparator;
import java.util.List;

import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * A declared member list: one register for the whole cluster, of which the last writer
 * wins as a whole (M7).
 *
 * @param stamp when it was declared, milliseconds since the epoch, above all seen before
 * @param by the node that declared it
 * @param addresses the addresses, sorted; empty as long as nothing was declared
 */
public record DeclaredMembers(long stamp, String by, List<String> addresses) {

	public static final DeclaredMembers NONE = new DeclaredMembers(0, "", List.of());

	private static final Comparator<DeclaredMembers> ORDER = Comparator.comparingLong(DeclaredMembers::stamp)
		.thenComparing(DeclaredMembers::by);

	public DeclaredMembers {
		addresses = addresses.stream().sorted().distinct().toList();
	}

	public boolean isOverriddenBy(@Nullable DeclaredMembers other) {
		return other != null && ORDER.compare(this, other) < 0;
	}

	public boolean isSame(long stamp, String by) {
		return this.stamp == stamp && this.by.equals(by);
	}

	public boolean isDeclared() {
		return this.stamp > 0;
	}

	public void write(FrameWriter writer) {
		writer.array(3).longValue(this.stamp).string(this.by).list(this.addresses, writer::string);
	}

	public static DeclaredMembers read(FrameReader reader) {
		return reader
			.array(() -> new DeclaredMembers(reader.longValue(), reader.nameOrEmpty(), reader.list(reader::name)));
	}

}
