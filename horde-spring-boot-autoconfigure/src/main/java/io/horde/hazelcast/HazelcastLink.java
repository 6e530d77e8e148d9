package io.horde.hazelcast;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.UUID;

import io.horde.time.EventLoop;
import io.horde.transport.Channels;
import io.horde.transport.Link;
import io.horde.transport.TransportHandler;
import io.horde.transport.TransportHandler.LinkDown;
import org.jspecify.annotations.Nullable;

/**
 * A link: packets to the peer go through this node's client, packets from it arrive
 * through the peer's client at this node's member. Lives on the event loop.
 */
final class HazelcastLink implements Link {

	private static final Duration ACK_SOON = Duration.ofMillis(2);

	/**
	 * Heartbeats go both ways all the time, and each acknowledges the other.
	 */
	private static final Duration ACK_WITH_NEXT_HEARTBEAT = Duration.ofSeconds(1);

	private static final int CLUSTER_BYTES_BEFORE_ACK = 16 * 1024;

	private static final int PACKETS_BEFORE_ACK = 2;

	private final Introduction own;

	private final Introduction peer;

	private final byte[] hello;

	private final Dial dial;

	private final Connections connections;

	private final EventLoop loop;

	private final TransportHandler handler;

	private final Outbox outbox;

	private final Inbox inbox;

	private boolean up;

	private boolean flushing;

	private long lastHeard;

	private int unacknowledgedPackets;

	private int unacknowledgedClusterBytes;

	private long acknowledgementSent;

	private long ackNumber;

	private EventLoop.@Nullable Timer ackTimer;

	private boolean ackTimerIsSoon;

	private boolean ackIsUrgent;

	HazelcastLink(Introduction own, Introduction peer, byte[] hello, Dial dial, Connections connections,
			HazelcastTransportSettings settings) {
		this.own = own;
		this.peer = peer;
		this.hello = hello;
		this.dial = dial;
		this.connections = connections;
		this.loop = connections.loop();
		this.handler = connections.handler();
		this.outbox = new Outbox(settings.window(), settings.clusterWindow());
		this.inbox = new Inbox(connections.maxFrameSize());
		this.lastHeard = this.loop.nanoTime();
	}

	@Override
	public String address() {
		return this.peer.address();
	}

	@Override
	public byte[] hello() {
		return this.hello.clone();
	}

	@Override
	public boolean send(int channel, byte[] frame) {
		if (frame.length > this.connections.maxFrameSize()) {
			throw new IllegalArgumentException("A frame of " + frame.length + " bytes on channel " + channel
					+ " is larger than the " + this.connections.maxFrameSize() + " bytes that a transport carries");
		}
		if (!this.up || !this.outbox.offer(channel, frame)) {
			return false;
		}
		this.connections.counters().framesSent().increment();
		if (!this.flushing) {
			// Whatever else this turn of the loop sends goes into the same packet.
			this.flushing = true;
			this.connections.turns().await(this::flush);
		}
		return true;
	}

	@Override
	public long inFlightBytes() {
		return this.outbox.inFlightBytes();
	}

	@Override
	public boolean isUp() {
		return this.up;
	}

	Introduction own() {
		return this.own;
	}

	UUID node() {
		return this.peer.node();
	}

	UUID client() {
		return this.peer.client();
	}

	Dial dial() {
		return this.dial;
	}

	/**
	 * Tell whether nothing has been heard for so long that a lost connection was given up
	 * rather than closed.
	 * @param timeout the longest silence that Hazelcast bears
	 * @return what is known
	 */
	LinkDown evidence(Duration timeout) {
		long silence = this.loop.nanoTime() - this.lastHeard;
		return (silence > timeout.toNanos() * 9 / 10) ? LinkDown.TIMED_OUT : LinkDown.CLOSED;
	}

	/**
	 * Tell whether nothing has been heard for a time.
	 * @param duration how long
	 * @return {@code true} if not
	 */
	boolean isSilentFor(Duration duration) {
		return this.loop.nanoTime() - this.lastHeard > duration.toNanos();
	}

	/**
	 * Tell whether something that was sent has not been acknowledged for a time. That the
	 * peer has just acknowledged what was sent before says nothing: it may have said so
	 * long ago.
	 * @param duration how long
	 * @return {@code true} if so
	 */
	boolean isUnansweredFor(Duration duration) {
		return this.outbox.oldest(this.loop.nanoTime()) > duration.toNanos();
	}

	void up() {
		this.up = true;
		this.handler.linkUp(this);
	}

	void down(LinkDown evidence) {
		close();
		this.handler.linkDown(this, evidence);
	}

	/**
	 * End without telling anybody.
	 */
	void close() {
		this.up = false;
		cancelAckTimer();
	}

	/**
	 * Take a packet.
	 * @param type its kind
	 * @param packet the packet, from outside
	 * @return what is wrong with it, or {@code null}
	 */
	@Nullable String received(PacketType type, byte[] packet) {
		this.lastHeard = this.loop.nanoTime();
		ByteBuffer body = ByteBuffer.wrap(packet).position(PacketType.HEADER);
		if (body.remaining() < Outbox.NUMBERS) {
			return "a packet ends within its header";
		}
		long number = body.getLong();
		long acknowledged = body.getLong();
		if (acknowledged > this.outbox.sequence()) {
			return "packet " + acknowledged + " is acknowledged and was never sent";
		}
		boolean writable = this.outbox.acknowledge(acknowledged);
		if (type == PacketType.DATA) {
			this.unacknowledgedPackets++;
			String wrong = this.inbox.accept(number, body, this::frame);
			if (wrong != null) {
				return wrong;
			}
			this.ackIsUrgent |= this.inbox.bulkArrived();
		}
		if (writable && this.up) {
			this.handler.writable(this);
		}
		flush();
		return null;
	}

	private void frame(int channel, byte[] frame) {
		if (!this.up) {
			return;
		}
		if (channel == Channels.CLUSTER) {
			this.unacknowledgedClusterBytes += frame.length;
		}
		this.connections.counters().framesReceived().increment();
		this.handler.frame(this, channel, frame);
	}

	/**
	 * Send what waits.
	 */
	void flush() {
		this.flushing = false;
		if (!this.up) {
			return;
		}
		long now = this.loop.nanoTime();
		byte[] packet = this.outbox.next(this.peer.number(), this.inbox.sequence(), now);
		while (packet != null) {
			acknowledged();
			if (!transmit(packet)) {
				return;
			}
			packet = this.outbox.next(this.peer.number(), this.inbox.sequence(), now);
		}
		acknowledge();
	}

	private void acknowledge() {
		if (this.inbox.sequence() == this.acknowledgementSent) {
			return;
		}
		boolean urgent = this.ackIsUrgent || this.unacknowledgedClusterBytes >= CLUSTER_BYTES_BEFORE_ACK;
		if (urgent && this.unacknowledgedPackets >= PACKETS_BEFORE_ACK) {
			sendAck();
		}
		else if (this.ackTimer == null || (urgent && !this.ackTimerIsSoon)) {
			cancelAckTimer();
			this.ackTimerIsSoon = urgent;
			this.ackTimer = this.loop.schedule(urgent ? ACK_SOON : ACK_WITH_NEXT_HEARTBEAT, this::sendAck);
		}
	}

	private void sendAck() {
		cancelAckTimer();
		if (this.up && this.inbox.sequence() != this.acknowledgementSent) {
			byte[] ack = PacketType.ACK
				.header(ByteBuffer.allocate(PacketType.HEADER + Outbox.NUMBERS), this.peer.number())
				.putLong(++this.ackNumber)
				.putLong(this.inbox.sequence())
				.array();
			acknowledged();
			transmit(ack);
		}
	}

	private void acknowledged() {
		cancelAckTimer();
		this.acknowledgementSent = this.inbox.sequence();
		this.unacknowledgedPackets = 0;
		this.unacknowledgedClusterBytes = 0;
		this.ackIsUrgent = false;
	}

	private boolean transmit(byte[] packet) {
		this.connections.counters().bytesSent().add(packet.length);
		return this.dial.send(packet);
	}

	private void cancelAckTimer() {
		EventLoop.Timer current = this.ackTimer;
		this.ackTimer = null;
		if (current != null) {
			current.cancel();
		}
	}

	@Override
	public String toString() {
		return "link to " + address() + (this.up ? "" : " (down)");
	}

}
