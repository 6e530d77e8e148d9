package io.horde.test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

import io.horde.transport.Channels;
import io.horde.transport.Link;
import io.horde.transport.TransportHandler.LinkDown;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection: being set up, up, or closed.
 */
final class SimulatedLink implements Link {

	/*
	 * There are two streams, as the control channel passes bulk. Within a stream what
	 * arrives too early waits for what was sent before it, as in TCP's receive buffer.
	 */

	private final Simulation simulation;

	private final SimulatedTransport transport;

	private final Object session;

	private final String address;

	private final boolean dialler;

	private final Stream control = new Stream();

	private final Stream bulk = new Stream();

	private final List<Runnable> early = new ArrayList<>();

	private State state = State.PENDING;

	private @Nullable SimulatedLink peer;

	private @Nullable Route route;

	private byte[] hello = {};

	private long busyUntil;

	private boolean finished;

	private long lastControl;

	private long lastBulk;

	SimulatedLink(Simulation simulation, SimulatedTransport transport, Object session, String address,
			boolean dialler) {
		this.simulation = simulation;
		this.transport = transport;
		this.session = session;
		this.address = address;
		this.dialler = dialler;
	}

	@Override
	public String address() {
		return this.address;
	}

	@Override
	public byte[] hello() {
		return this.hello;
	}

	@Override
	public boolean isUp() {
		return this.state == State.UP;
	}

	@Override
	public long inFlightBytes() {
		return this.bulk.inFlight + this.control.inFlight;
	}

	@Override
	public boolean send(int channel, byte[] frame) {
		SimulatedNetwork network = this.simulation.network();
		if (frame.length > network.maxFrameSize()) {
			throw new IllegalArgumentException(
					"A frame of " + frame.length + " bytes exceeds the limit of " + network.maxFrameSize() + " bytes");
		}
		SimulatedLink receiver = this.peer;
		if (this.state != State.UP || receiver == null) {
			return false;
		}
		Stream stream = stream(channel);
		if (stream.inFlight >= network.window()) {
			stream.full = true;
			return false;
		}
		stream.inFlight += frame.length;
		network.count(frame.length);
		transmit(receiver, channel, stream, frame);
		return true;
	}

	private void transmit(SimulatedLink receiver, int channel, Stream stream, byte[] frame) {
		SimulatedNetwork network = this.simulation.network();
		SplittableRandom random = network.random();
		Route there = there(receiver);
		Faults faults = network.faults(there);
		if (Faults.happens(random, faults.loss())) {
			network.carry(receiver.there(this), () -> acknowledged(stream, frame.length));
			return;
		}
		if (Faults.happens(random, faults.duplication())) {
			long extra = faults.delay(random);
			network.carry(there, extra, () -> receiver.arrived(channel, frame, null));
		}
		if (Faults.happens(random, faults.reordering())) {
			long extra = faults.delay(random) * 10;
			network.carry(there, extra, () -> receiver.arrived(channel, frame, stream));
		}
		else {
			inOrder(receiver, stream, () -> receiver.arrived(channel, frame, stream));
		}
	}

	/**
	 * Let something arrive at the peer in the order of the stream.
	 */
	private void inOrder(SimulatedLink receiver, Stream stream, Runnable arrival) {
		long number = stream.sent++;
		Stream incoming = (stream == this.bulk) ? receiver.bulk : receiver.control;
		this.simulation.network().carry(there(receiver), () -> receiver.arrivedInOrder(incoming, number, arrival));
	}

	private void arrivedInOrder(Stream stream, long number, Runnable arrival) {
		if (number == stream.received && stream.waiting.isEmpty()) {
			stream.received++;
			arrival.run();
			finishIfComplete();
			return;
		}
		stream.waiting.put(number, arrival);
		Runnable next = stream.waiting.remove(stream.received);
		while (next != null) {
			stream.received++;
			next.run();
			next = stream.waiting.remove(stream.received);
		}
		finishIfComplete();
	}

	/**
	 * A frame is in this machine's kernel.
	 * @param acknowledged the sender's stream, or {@code null} for a duplicate
	 */
	private void arrived(int channel, byte[] frame, @Nullable Stream acknowledged) {
		long bandwidth = this.simulation.network().bandwidth(machine());
		if (bandwidth == 0 || channel == Channels.CLUSTER) {
			this.transport.loop().execute(() -> deliver(channel, frame, acknowledged));
			return;
		}
		long start = Math.max(this.busyUntil, this.simulation.nanos());
		this.busyUntil = start + frame.length * 1_000_000_000L / bandwidth;
		this.simulation.post(this.busyUntil - this.simulation.nanos(),
				() -> this.transport.loop().execute(() -> deliver(channel, frame, acknowledged)));
	}

	private void deliver(int channel, byte[] frame, @Nullable Stream acknowledged) {
		if (this.state == State.CLOSED) {
			return;
		}
		if (this.state == State.PENDING) {
			this.early.add(() -> deliver(channel, frame, acknowledged));
			return;
		}
		SimulatedLink sender = this.peer;
		if (acknowledged != null && sender != null) {
			this.simulation.network().carry(there(sender), () -> sender.acknowledged(acknowledged, frame.length));
		}
		this.simulation.trace(Arrays.hashCode(frame) * 31L + channel);
		this.transport.frame(this, channel, frame.clone());
	}

	private void acknowledged(Stream stream, int size) {
		stream.inFlight -= size;
		if (stream.full && stream.inFlight < this.simulation.network().window()) {
			stream.full = false;
			this.transport.loop().execute(() -> this.transport.writable(this));
		}
	}

	/**
	 * The dialler accepts the acceptor's hello: up here, and soon there.
	 */
	void established(byte[] hello) {
		SimulatedLink receiver = this.peer;
		if (receiver != null) {
			this.hello = hello;
			this.state = State.UP;
			inOrder(receiver, this.control, () -> receiver.transport.loop().execute(receiver::confirmed));
			this.transport.linkUp(this);
		}
	}

	private void confirmed() {
		if (this.state == State.PENDING) {
			this.state = State.UP;
			this.transport.linkUp(this);
			List.copyOf(this.early).forEach(Runnable::run);
			this.early.clear();
		}
	}

	/**
	 * Join the two ends.
	 */
	void connect(SimulatedLink dialling, byte[] hello) {
		this.peer = dialling;
		this.hello = hello;
		dialling.peer = this;
	}

	/**
	 * Close this end. The transport tells its handler.
	 * @return whether the link was up
	 */
	boolean close(boolean orderly) {
		boolean wasUp = isUp();
		if (this.state != State.CLOSED) {
			this.state = State.CLOSED;
			SimulatedLink other = this.peer;
			if (other != null) {
				long controlSent = orderly ? this.control.sent : 0;
				long bulkSent = orderly ? this.bulk.sent : 0;
				this.simulation.network()
					.carry(machine(), other.machine(), () -> other.finished(controlSent, bulkSent));
			}
		}
		return wasUp;
	}

	private void finished(long controlSent, long bulkSent) {
		this.finished = true;
		this.lastControl = controlSent;
		this.lastBulk = bulkSent;
		finishIfComplete();
	}

	private void finishIfComplete() {
		if (this.finished && this.control.received >= this.lastControl && this.bulk.received >= this.lastBulk) {
			this.finished = false;
			this.transport.loop().execute(() -> this.transport.close(this, LinkDown.CLOSED));
		}
	}

	boolean isDialling() {
		return this.dialler && this.state == State.PENDING;
	}

	boolean isPending() {
		return this.state == State.PENDING;
	}

	boolean isClosed() {
		return this.state == State.CLOSED;
	}

	boolean isHalfOpen() {
		SimulatedLink other = this.peer;
		return isUp() && (other == null || !other.isUp() || other.peer != this);
	}

	SimulatedTransport transport() {
		return this.transport;
	}

	Object session() {
		return this.session;
	}

	@Nullable SimulatedLink peer() {
		return this.peer;
	}

	/* Looked up once: a frame would need it several times. */
	private Route there(SimulatedLink receiver) {
		Route there = this.route;
		if (there == null) {
			there = this.simulation.network().route(machine(), receiver.machine());
			this.route = there;
		}
		return there;
	}

	private String machine() {
		return this.transport.machine();
	}

	private Stream stream(int channel) {
		return (channel == Channels.CLUSTER) ? this.control : this.bulk;
	}

	@Override
	public String toString() {
		return "SimulatedLink[" + this.transport.address() + " to " + this.address + ", " + this.state + "]";
	}

	private enum State {

		PENDING, UP, CLOSED

	}

	/**
	 * What is sent and received on one end's part of a stream.
	 */
	private static final class Stream {

		private final TreeMap<Long, Runnable> waiting = new TreeMap<>();

		private long sent;

		private long received;

		private long inFlight;

		private boolean full;

	}

}
