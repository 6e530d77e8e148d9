package io.horde.replication.protocol;

import java.util.function.BiConsumer;
import java.util.function.Function;

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
	 * @param stamp the stamp of the write, which is in the frame anyway, so that a small
	 * difference can stand for stamps near to it
	 * @param writer where to
	 */
	void write(V value, long stamp, FrameWriter writer);

	/**
	 * Read a value.
	 * @param reader positioned at the item that {@link #write} wrote, maybe that of
	 * another release, with more or fewer fields
	 * @param stamp the stamp of the write
	 */
	V read(FrameReader reader, long stamp);

	/**
	 * Return a codec of values without stamps.
	 */
	static <V> EntryCodec<V> of(BiConsumer<V, FrameWriter> write, Function<FrameReader, V> read) {
		return new EntryCodec<>() {

			@Override
			public void write(V value, long stamp, FrameWriter writer) {
				write.accept(value, writer);
			}

			@Override
			public V read(FrameReader reader, long stamp) {
				return read.apply(reader);
			}

		};
	}

}
