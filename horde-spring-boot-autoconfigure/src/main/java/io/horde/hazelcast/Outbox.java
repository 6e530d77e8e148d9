package io.horde.hazelcast;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;

import io.horde.transport.Channels;
import org.jspecify.annotations.Nullable;

/**
 * What one link has yet to send, and what it has sent and the peer has not acknowledged.
 * Small frames share a packet, large ones are cut into pieces; frames between members
 * pass all others and have a window of their own.
 */
final class Outbox {

	/**
	 * How many bytes a packet carries at most, beyond its header.
	 */
	static final int PACKET = 64 * 1024;

	/**
	 * Channel, flags and length before each piece of a frame.
	 */
	static final int PIECE_HEADER = 6;

	static final int FIRST = 1;

	static final int LAST = 2;

	/**
	 * Bytes between the packet's header and its first piece: its number and an
	 * acknowledgement.
	 */
	static final int NUMBERS = 16;

	/**
	 * From so many unacknowledged packets on, only full ones are sent. Hazelcast can
	 * start a thread per send (with two processors or fewer), so many small sends have to
	 * become few large ones as soon as there is an acknowledgement to wait for.
	 */
	private static final int EAGER = 2;

	/**
	 * How many packets are unacknowledged at most, those between members apart.
	 */
	private static final int MAX_OUTSTANDING = 32;

	private static final int SMALLEST_PIECE = 256;

	private final Lane bulk;

	private final Lane cluster;

	private final ArrayDeque<Sent> unacknowledged = new ArrayDeque<>();

	private int outstanding;

	private long sequence;

	Outbox(int window, int clusterWindow) {
		this.bulk = new Lane(window);
		this.cluster = new Lane(clusterWindow);
	}

	/**
	 * Add a frame if its window has room.
	 * @param channel the channel
	 * @param frame the frame
	 * @return {@code false} if the window is full
	 */
	boolean offer(int channel, byte[] frame) {
		return ((channel == Channels.CLUSTER) ? this.cluster : this.bulk).offer(channel, frame);
	}

	/**
	 * Return the next packet that is due.
	 * @param receiver the receiver's number of the link
	 * @param acknowledged up to where the other direction is acknowledged
	 * @param now the time
	 * @return {@code null} if nothing is due
	 */
	byte @Nullable [] next(long receiver, long acknowledged, long now) {
		boolean withBulk = this.bulk.queued > 0 && this.outstanding < MAX_OUTSTANDING
				&& (this.outstanding < EAGER || this.bulk.queued >= PACKET);
		if (this.cluster.queued == 0 && !withBulk) {
			return null;
		}
		long size = this.cluster.queued + (withBulk ? this.bulk.queued : 0);
		ByteBuffer packet = ByteBuffer.allocate(PacketType.HEADER + NUMBERS + (int) Math.min(PACKET, size));
		this.sequence++;
		PacketType.DATA.header(packet, receiver).putLong(this.sequence).putLong(acknowledged);
		int fromCluster = this.cluster.moveTo(packet);
		int fromBulk = withBulk ? this.bulk.moveTo(packet) : 0;
		if (fromBulk > 0) {
			this.outstanding++;
		}
		this.unacknowledged.add(new Sent(this.sequence, fromBulk, fromCluster, now));
		return packet.hasRemaining() ? Arrays.copyOf(packet.array(), packet.position()) : packet.array();
	}

	/**
	 * Take an acknowledgement.
	 * @param upTo the number of the last packet that the peer has worked off
	 * @return {@code true} if a window that was full has room again
	 */
	boolean acknowledge(long upTo) {
		Sent sent = this.unacknowledged.peek();
		while (sent != null && sent.sequence <= upTo) {
			this.unacknowledged.remove();
			this.bulk.inFlight -= sent.bulk;
			this.cluster.inFlight -= sent.cluster;
			if (sent.bulk > 0) {
				this.outstanding--;
			}
			sent = this.unacknowledged.peek();
		}
		boolean bulkHasRoom = this.bulk.hasRoomAgain();
		return this.cluster.hasRoomAgain() || bulkHasRoom;
	}

	/**
	 * Return how long the oldest packet that is not acknowledged has been on its way.
	 * @param now the time
	 * @return nanoseconds, 0 if there is none
	 */
	long oldest(long now) {
		Sent sent = this.unacknowledged.peek();
		return (sent != null) ? now - sent.at : 0;
	}

	long inFlightBytes() {
		return this.bulk.inFlight + this.cluster.inFlight;
	}

	/**
	 * Return the number of the last packet made.
	 * @return 0 before the first
	 */
	long sequence() {
		return this.sequence;
	}

	private static final class Lane {

		private final int window;

		private final ArrayDeque<Pending> frames = new ArrayDeque<>();

		private long queued;

		private long inFlight;

		private boolean blocked;

		Lane(int window) {
			this.window = window;
		}

		boolean offer(int channel, byte[] frame) {
			if (this.inFlight >= this.window) {
				this.blocked = true;
				return false;
			}
			this.inFlight += frame.length + PIECE_HEADER;
			this.queued += frame.length + PIECE_HEADER;
			this.frames.add(new Pending(channel, frame));
			return true;
		}

		/**
		 * Move what fits.
		 * @param packet where to
		 * @return by how much that reduces what is queued
		 */
		int moveTo(ByteBuffer packet) {
			int moved = 0;
			Pending next = this.frames.peek();
			while (next != null) {
				int rest = next.frame.length - next.offset;
				int piece = Math.min(rest, packet.remaining() - PIECE_HEADER);
				if (piece < rest && piece < SMALLEST_PIECE) {
					break;
				}
				int flags = ((next.offset == 0) ? FIRST : 0) | ((piece == rest) ? LAST : 0);
				packet.put((byte) next.channel).put((byte) flags).putInt(piece).put(next.frame, next.offset, piece);
				next.offset += piece;
				moved += piece;
				if (piece < rest) {
					break;
				}
				moved += PIECE_HEADER;
				this.frames.remove();
				next = this.frames.peek();
			}
			this.queued -= moved;
			return moved;
		}

		boolean hasRoomAgain() {
			if (this.blocked && this.inFlight <= this.window / 2) {
				this.blocked = false;
				return true;
			}
			return false;
		}

	}

	private static final class Pending {

		private final int channel;

		private final byte[] frame;

		private int offset;

		Pending(int channel, byte[] frame) {
			this.channel = channel;
			this.frame = frame;
		}

	}

	private record Sent(long sequence, int bulk, int cluster, long at) {
	}

}
