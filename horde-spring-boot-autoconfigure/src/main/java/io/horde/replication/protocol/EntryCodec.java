package io.horde.replication.protocol;

import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;

/**
 * How the values of a replicated map look in a frame. Called by any thread, under the
 * lock of local writes too: it must be quick, and must not call back.
 *
 * @param <V> type of the values
 */
public interface EntryCodec<V> {

	/**
	 * Write a value as exactly one item: an array if it has several fields.
	 * @param writer where to
	 */
	void write(V value, FrameWriter writer);

	/**
	 * Read a value.
	 * @param reader positioned at the item that {@link #write} wrote, maybe that of
	 * another release, with more or fewer fields
	 */
	V read(FrameReader reader);

	/**
	 * Write a value that carries stamps near that of its own write, which is in the frame
	 * anyway, so that a small difference can stand for them.
	 * @param stamp the stamp of the write
	 * @param writer where to
	 */
	default void write(V value, long stamp, FrameWriter writer) {
		write(value, writer);
	}

	/**
	 * Read a value that was written with the stamp of its write.
	 * @param reader positioned at the item
	 * @param stamp the stamp of the write
	 */
	default V read(FrameReader reader, long stamp) {
		return read(reader);
	}

}
