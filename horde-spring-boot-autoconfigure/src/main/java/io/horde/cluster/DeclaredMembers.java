package io.horde.cluster;

import java.util.ArrayList;
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
record DeclaredMembers(long stamp, String by, List<String> addresses) {

	static final DeclaredMembers NONE = new DeclaredMembers(0, "", List.of());

	private static final Comparator<DeclaredMembers> ORDER = Comparator.comparingLong(DeclaredMembers::stamp)
		.thenComparing(DeclaredMembers::by);

	DeclaredMembers {
		addresses = addresses.stream().sorted().distinct().toList();
	}

	boolean isOverriddenBy(@Nullable DeclaredMembers other) {
		return other != null && ORDER.compare(this, other) < 0;
	}

	boolean isSame(long stamp, String by) {
		return this.stamp == stamp && this.by.equals(by);
	}

	boolean isDeclared() {
		return this.stamp > 0;
	}

	void write(FrameWriter writer) {
		writer.array(3).longValue(this.stamp).string(this.by).array(this.addresses.size());
		this.addresses.forEach(writer::string);
	}

	static DeclaredMembers read(FrameReader reader) {
		reader.array();
		long stamp = reader.longValue();
		String by = reader.string();
		int count = reader.array();
		List<String> addresses = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			addresses.add(reader.string());
		}
		reader.end();
		reader.end();
		return new DeclaredMembers(stamp, by, addresses);
	}

}
