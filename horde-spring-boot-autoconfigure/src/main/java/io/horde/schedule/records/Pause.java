package io.horde.schedule.records;

import java.util.Comparator;

import io.horde.crdt.Dot;
import io.horde.crdt.DotCodec;
import io.horde.crdt.Versioned;
import io.horde.replication.protocol.EntryCodec;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * Whether somebody has paused a schedule (T6).
 *
 * @param desired the desired entry that its child serves, or {@code null} for a static
 * one
 * @param paused whether it is paused; of concurrent answers, yes counts
 * @param by who said so
 * @param since when, in milliseconds since the epoch
 */
record Pause(@Nullable Dot desired, boolean paused, String by, long since) {

	static final EntryCodec<Pause> CODEC = EntryCodec.of(Pause::write, Pause::read);

	static final Comparator<Versioned<Pause>> ORDER = Comparator
		.<Versioned<Pause>, Boolean>comparing((versioned) -> versioned.value().paused())
		.thenComparing(Versioned.BY_STAMP);

	private void write(FrameWriter writer) {
		writer.array(4);
		DotCodec.writeOrNil(this.desired, writer);
		writer.bool(this.paused).string(this.by).longValue(this.since);
	}

	private static Pause read(FrameReader reader) {
		return reader.array(() -> new Pause(DotCodec.readDotOrNil(reader), reader.bool(), reader.nameOrEmpty(),
				reader.longValue()));
	}

}
