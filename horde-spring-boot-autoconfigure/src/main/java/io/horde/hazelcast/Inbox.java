package io.horde.hazelcast;

import java.nio.ByteBuffer;
import java.util.Arrays;

import io.horde.transport.Channels;
import org.jspecify.annotations.Nullable;

/**
 * Puts the frames of one link together again and checks that no packet is missing.
 */
final class Inbox {

	private final int maxFrameSize;

	private final Assembly bulk = new Assembly();

	private final Assembly cluster = new Assembly();

	private long sequence;

	private boolean bulkArrived;

	Inbox(int maxFrameSize) {
		this.maxFrameSize = maxFrameSize;
	}

	/**
	 * Take the part of a packet that follows the acknowledgement.
	 * @param number the packet's number
	 * @param pieces the pieces of frames, from outside
	 * @param receiver gets each complete frame
	 * @return what is wrong, or {@code null}; a link with anything wrong can't go on
	 */
	@Nullable String accept(long number, ByteBuffer pieces, FrameReceiver receiver) {
		if (number != this.sequence + 1) {
			return "packet " + number + " came instead of " + (this.sequence + 1);
		}
		while (pieces.hasRemaining()) {
			if (pieces.remaining() < Outbox.PIECE_HEADER) {
				return "a packet ends within a frame's header";
			}
			int channel = pieces.get();
			int flags = pieces.get();
			int length = pieces.getInt();
			if (channel < 0 || length < 0 || length > pieces.remaining()) {
				return "a packet claims a frame of " + length + " bytes on channel " + channel + " and has "
						+ pieces.remaining();
			}
			byte[] piece = new byte[length];
			pieces.get(piece);
			this.bulkArrived |= channel != Channels.CLUSTER;
			Assembly assembly = (channel == Channels.CLUSTER) ? this.cluster : this.bulk;
			String wrong = assembly.accept(channel, flags, piece, this.maxFrameSize, receiver);
			if (wrong != null) {
				return wrong;
			}
		}
		this.sequence = number;
		return null;
	}

	/**
	 * Return the number of the last packet taken.
	 * @return 0 before the first
	 */
	long sequence() {
		return this.sequence;
	}

	/**
	 * Tell whether anything but frames between members has arrived since the last time
	 * that this was asked.
	 * @return {@code true} if the sender waits for an acknowledgement
	 */
	boolean bulkArrived() {
		boolean arrived = this.bulkArrived;
		this.bulkArrived = false;
		return arrived;
	}

	/**
	 * Gets complete frames.
	 */
	@FunctionalInterface
	interface FrameReceiver {

		/**
		 * Take a frame.
		 * @param channel its channel
		 * @param frame the frame
		 */
		void frame(int channel, byte[] frame);

	}

	private static final class Assembly {

		private byte @Nullable [] parts;

		private int channel;

		private int size;

		@Nullable String accept(int channel, int flags, byte[] piece, int maxFrameSize, FrameReceiver receiver) {
			boolean first = (flags & Outbox.FIRST) != 0;
			boolean last = (flags & Outbox.LAST) != 0;
			byte[] begun = this.parts;
			if (first != (begun == null) || (begun != null && channel != this.channel)) {
				return "the pieces of a frame are out of order";
			}
			if (this.size + (long) piece.length > maxFrameSize) {
				return "a frame of more than " + maxFrameSize + " bytes";
			}
			if (begun == null && last) {
				receiver.frame(channel, piece);
				return null;
			}
			byte[] grown = append((begun != null) ? begun : new byte[0], piece, maxFrameSize);
			if (!last) {
				this.parts = grown;
				this.channel = channel;
				return null;
			}
			byte[] frame = (grown.length == this.size) ? grown : Arrays.copyOf(grown, this.size);
			this.parts = null;
			this.size = 0;
			receiver.frame(channel, frame);
			return null;
		}

		private byte[] append(byte[] begun, byte[] piece, int maxFrameSize) {
			byte[] grown = begun;
			if (begun.length < this.size + piece.length) {
				long doubled = Math.min(2L * (this.size + piece.length), maxFrameSize);
				grown = Arrays.copyOf(begun, (int) doubled);
			}
			System.arraycopy(piece, 0, grown, this.size, piece.length);
			this.size += piece.length;
			return grown;
		}

	}

}
