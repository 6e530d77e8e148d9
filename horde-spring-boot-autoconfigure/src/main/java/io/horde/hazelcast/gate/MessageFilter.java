package io.horde.hazelcast.gate;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * Lets through, of Hazelcast's protocol for clients, only what a link sends: five kinds
 * of messages, of bounded size, none of which makes Hazelcast read an object of any class
 * but packets. Whatever else comes ends the connection, whoever sends it (G1). One
 * direction of one connection; not for more than one thread at a time.
 */
public final class MessageFilter {

	/*-
	 * A message is a row of frames: length (4 bytes, with these six), flags (2), content.
	 * The first begins with the message's type (4); the last is flagged. See "Open
	 * Binary Client Protocol" of Hazelcast, version 2.
	 */

	/**
	 * The type under which packets are serialized.
	 */
	public static final int PACKET_TYPE = 0x484f5244;

	/**
	 * The name of the only executor.
	 */
	public static final String EXECUTOR = "horde";

	private static final String EXECUTOR_SERVICE = "hz:impl:executorService";

	private static final byte[] GREETING = "CP2".getBytes(StandardCharsets.US_ASCII);

	private static final int AUTHENTICATION = 0x000100;

	private static final int ADD_CLUSTER_VIEW_LISTENER = 0x000300;

	private static final int CREATE_PROXY = 0x000400;

	private static final int PING = 0x000B00;

	private static final int SUBMIT_TO_MEMBER = 0x080600;

	private static final int FAILURE = 0;

	/* Answers but the one to a packet, and events of the listener. */
	private static final Set<Integer> RESPONSES = Set.of(FAILURE, AUTHENTICATION | 1, ADD_CLUSTER_VIEW_LISTENER | 1,
			CREATE_PROXY | 1, PING | 1);

	private static final int HEAD = 6;

	private static final int UNFRAGMENTED = 0xC000;

	private static final int FINAL = 0x2000;

	private static final int NULL = 0x0400;

	/** Type and correlation. */
	private static final int MIN_CONTENT = 12;

	private static final int MAX_FIRST_FRAME = 256;

	private static final int MAX_SMALL_MESSAGE = 8 * 1024;

	private static final int MAX_MESSAGE = 256 * 1024;

	private static final int MAX_FRAMES = 1024;

	/**
	 * An answer may be a failure with its causes, six frames for each line of a stack.
	 */
	private static final int MAX_FRAMES_OF_ANSWER = 8 * 1024;

	/**
	 * Partition hash, type, length.
	 */
	private static final int OBJECT_HEAD = 12;

	/**
	 * Followed by the packet's version and kind.
	 */
	private static final int PACKET_HEAD = OBJECT_HEAD + 2;

	/**
	 * So many first packets of handshakes; an honest peer sends one a second at most.
	 */
	private static final int HELLO_BURST = 16;

	private static final int HELLOS_PER_SECOND = 4;

	private static final byte HELLO = 1;

	private final boolean requests;

	private final int maxPacket;

	private final int maxFrames;

	private final Allowance hellos = new Allowance(HELLO_BURST, HELLOS_PER_SECOND, System::nanoTime);

	/** What has to be seen before anything of it may pass. */
	private ByteBuffer held = ByteBuffer.allocate(MAX_FIRST_FRAME).order(ByteOrder.LITTLE_ENDIAN);

	/** How much is held when it can be looked at again. */
	private int needed;

	private boolean greeted;

	private boolean passing;

	/**
	 * Whether the frames of the present message have been looked at as far as need be.
	 */
	private boolean accepted;

	private int type;

	private int frames;

	private int frameStart;

	private int frameLength;

	private boolean frameIsLast;

	/** How much of the present frame passes without being held. */
	private int frameRest;

	private long messageLength;

	private MessageFilter(boolean requests, int maxPacket) {
		this.requests = requests;
		this.maxPacket = maxPacket;
		this.maxFrames = requests ? MAX_FRAMES : MAX_FRAMES_OF_ANSWER;
		this.greeted = !requests;
		this.needed = requests ? GREETING.length : HEAD;
	}

	/**
	 * Create a filter for what a client sends.
	 * @param maxPacket the largest packet
	 * @return a filter
	 */
	public static MessageFilter ofRequests(int maxPacket) {
		return new MessageFilter(true, maxPacket);
	}

	/**
	 * Create a filter for what a member sends.
	 * @return a filter
	 */
	public static MessageFilter ofResponses() {
		return new MessageFilter(false, 0);
	}

	/**
	 * Move what may pass, as long as there is room.
	 * @param from what has arrived
	 * @param to what Hazelcast reads
	 * @throws GateException if something must not pass
	 */
	public void pass(ByteBuffer from, ByteBuffer to) throws GateException {
		while (true) {
			if (this.passing) {
				move(this.held, this.held.remaining(), to);
				if (this.held.hasRemaining()) {
					return;
				}
				this.frameRest -= move(from, this.frameRest, to);
				if (this.frameRest > 0) {
					return;
				}
				nextFrame();
			}
			move(from, this.needed - this.held.position(), this.held);
			if (this.held.position() < this.needed) {
				return;
			}
			look();
		}
	}

	/**
	 * Tell whether something that may pass is still here, for want of room.
	 * @return {@code true} if to pass more makes sense although nothing more has arrived
	 */
	public boolean isBlocked() {
		return this.passing && this.held.hasRemaining();
	}

	private static int move(ByteBuffer from, int count, ByteBuffer to) {
		int moved = Math.min(count, Math.min(from.remaining(), to.remaining()));
		if (moved > 0) {
			to.put(to.position(), from, from.position(), moved);
			to.position(to.position() + moved);
			from.position(from.position() + moved);
		}
		return moved;
	}

	private void nextFrame() {
		this.passing = false;
		this.held.clear();
		this.frameStart = 0;
		this.frameLength = 0;
		this.needed = HEAD;
		if (this.frameIsLast) {
			this.frameIsLast = false;
			this.accepted = false;
			this.frames = 0;
			this.messageLength = 0;
		}
	}

	private void look() throws GateException {
		if (!this.greeted) {
			if (!Arrays.equals(GREETING, 0, GREETING.length, this.held.array(), 0, GREETING.length)) {
				throw forbidden("What came is not the protocol of a client");
			}
			this.greeted = true;
			this.frameIsLast = true;
			letPass(0);
		}
		else if (this.frameLength == 0) {
			lookAtHead();
		}
		else if (this.frames == 1) {
			lookAtFirst();
		}
		else {
			lookAtFrame();
		}
	}

	private void lookAtHead() throws GateException {
		this.frameLength = this.held.getInt(this.frameStart);
		int flags = Short.toUnsignedInt(this.held.getShort(this.frameStart + Integer.BYTES));
		this.frameIsLast = (flags & FINAL) != 0;
		this.frames++;
		this.messageLength += this.frameLength;
		if (this.frameLength < HEAD || this.messageLength > MAX_MESSAGE || this.frames > this.maxFrames) {
			throw forbidden(
					"A message of " + this.frames + " frames, the last of which has " + this.frameLength + " bytes");
		}
		if (this.accepted) {
			letPass(this.frameLength - HEAD);
			return;
		}
		if (this.frames == 1) {
			if ((flags & UNFRAGMENTED) != UNFRAGMENTED || this.frameLength < HEAD + MIN_CONTENT
					|| this.frameLength > MAX_FIRST_FRAME) {
				throw forbidden("A message in fragments, or with a first frame of " + this.frameLength + " bytes");
			}
			need(this.frameLength);
		}
		else if (this.frames == 3 && this.type == SUBMIT_TO_MEMBER) {
			if (!this.frameIsLast || this.frameLength < HEAD + PACKET_HEAD
					|| this.frameLength > this.maxPacket + HEAD + OBJECT_HEAD) {
				throw forbidden("A packet of " + this.frameLength + " bytes");
			}
			need(HEAD + PACKET_HEAD);
		}
		else if (!this.requests && (this.frameLength > HEAD || (flags & (FINAL | NULL)) != (FINAL | NULL))) {
			throw forbidden("An answer to a packet that is not null");
		}
		else if (this.messageLength > MAX_SMALL_MESSAGE) {
			throw forbidden("A message of more than " + MAX_SMALL_MESSAGE + " bytes");
		}
		else {
			need(this.frameLength);
		}
	}

	private void lookAtFirst() throws GateException {
		this.type = this.held.getInt(HEAD);
		if (this.requests) {
			switch (this.type) {
				case AUTHENTICATION, ADD_CLUSTER_VIEW_LISTENER, CREATE_PROXY, PING, SUBMIT_TO_MEMBER -> proceed();
				default -> throw forbidden("A message of type " + Integer.toHexString(this.type));
			}
		}
		else if (this.type == (SUBMIT_TO_MEMBER | 1)) {
			proceed();
		}
		else if (RESPONSES.contains(this.type) || (this.type & ~0xFF) == ADD_CLUSTER_VIEW_LISTENER) {
			this.accepted = true;
			letPass(0);
		}
		else {
			throw forbidden("An answer of type " + Integer.toHexString(this.type));
		}
	}

	private void lookAtFrame() throws GateException {
		if (this.type == SUBMIT_TO_MEMBER && this.frames == 3) {
			lookAtPacket();
			this.accepted = true;
			letPass(this.frameLength - HEAD - PACKET_HEAD);
			return;
		}
		if (this.frames == 2 && (this.type == SUBMIT_TO_MEMBER || this.type == CREATE_PROXY)) {
			require(EXECUTOR);
		}
		else if (this.frames == 3 && this.type == CREATE_PROXY) {
			require(EXECUTOR_SERVICE);
		}
		proceed();
	}

	/*
	 * The serialized form of an object begins in network byte order.
	 */
	private void lookAtPacket() throws GateException {
		int start = this.frameStart + HEAD;
		if (Integer.reverseBytes(this.held.getInt(start + Integer.BYTES)) != PACKET_TYPE) {
			throw forbidden("A task that is no packet");
		}
		if (this.held.get(start + PACKET_HEAD - 1) == HELLO && !this.hellos.use()) {
			throw forbidden("Too many handshakes over one connection");
		}
	}

	private void require(String name) throws GateException {
		int start = this.frameStart + HEAD;
		byte[] content = Arrays.copyOfRange(this.held.array(), start, this.frameStart + this.frameLength);
		if (!Arrays.equals(content, name.getBytes(StandardCharsets.UTF_8))) {
			throw forbidden("A message for another object than '" + name + "'");
		}
	}

	/** The frame is all right, and is held until the whole message is. */
	private void proceed() throws GateException {
		if (this.frameIsLast && this.frames < leastFrames()) {
			throw forbidden("A message that ends too early");
		}
		if (this.frameIsLast) {
			letPass(0);
			return;
		}
		this.frameStart += this.frameLength;
		this.frameLength = 0;
		need(HEAD);
	}

	private int leastFrames() {
		return switch (this.type) {
			case SUBMIT_TO_MEMBER, CREATE_PROXY -> 3;
			case SUBMIT_TO_MEMBER | 1 -> 2;
			default -> 1;
		};
	}

	private void need(int ofFrame) {
		this.needed = this.frameStart + ofFrame;
		if (this.needed > this.held.capacity()) {
			this.held = ByteBuffer.allocate(Math.max(2 * this.held.capacity(), this.needed))
				.order(ByteOrder.LITTLE_ENDIAN)
				.put(this.held.flip());
		}
	}

	private void letPass(int rest) {
		this.held.flip();
		this.frameRest = rest;
		this.passing = true;
	}

	private static GateException forbidden(String message) {
		return new GateException(GateRefusal.FORBIDDEN_MESSAGE, message);
	}

}
