package io.horde.hazelcast.gate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

import io.horde.transport.Transport.ProbeResult;
import org.jspecify.annotations.Nullable;

/**
 * A connection until it is proved, or has ended. Lives on the gate's thread.
 */
final class GateConnection implements Party, EntryBudget.Waiting {

	/**
	 * So long a refusal may take until the peer has it.
	 */
	private static final long LINGER = 500_000_000;

	/**
	 * So long somebody who was dialled may take until he is proved: a process that stands
	 * still is connected too, by its kernel.
	 */
	private static final long ANSWER = 3_000_000_000L;

	private final Gate gate;

	private final SocketChannel channel;

	private final SelectionKey key;

	private final InetAddress source;

	private final Role role;

	private final Consumer<Knock> outcome;

	private @Nullable Negotiation negotiation;

	private long deadline;

	private Stage stage;

	/**
	 * Dial somebody.
	 * @param gate where the connection is watched
	 * @param address a resolved address
	 * @param deadline when to give up if nobody answers
	 * @param outcome called once, on the gate's thread
	 */
	static void dial(Gate gate, InetSocketAddress address, long deadline, Consumer<Knock> outcome) {
		GateConnection connection = null;
		SocketChannel channel = null;
		try {
			channel = SocketChannel.open();
			prepare(channel);
			boolean connected = channel.connect(address);
			connection = new GateConnection(gate, channel, address.getAddress(), Role.INITIATOR, deadline, outcome);
			connection.stage = Stage.CONNECTING;
			connection.key.interestOps(SelectionKey.OP_CONNECT);
			if (connected) {
				connection.connected();
			}
		}
		catch (IOException | RuntimeException ex) {
			if (connection != null) {
				connection.failed(ex);
				return;
			}
			closeQuietly(channel);
			outcome.accept(Knock.unreachable(BareDial.judge(ex)));
		}
	}

	static void prepare(SocketChannel channel) throws IOException {
		channel.configureBlocking(false);
		channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
	}

	static void closeQuietly(@Nullable SocketChannel channel) {
		if (channel != null) {
			try {
				channel.close();
			}
			catch (IOException ex) {
				// It was to be closed anyway.
			}
		}
	}

	/**
	 * Creates the connection of somebody who has dialled.
	 */
	static GateConnection accepted(Gate gate, SocketChannel channel, InetAddress source, long deadline,
			Consumer<Knock> outcome) throws IOException {
		GateConnection created = new GateConnection(gate, channel, source, Role.ACCEPTOR, deadline, outcome);
		created.negotiation = new Negotiation(Role.ACCEPTOR, gate.credentials());
		created.key.interestOps(SelectionKey.OP_READ);
		return created;
	}

	private GateConnection(Gate gate, SocketChannel channel, InetAddress source, Role role, long deadline,
			Consumer<Knock> outcome) throws IOException {
		this.gate = gate;
		this.channel = channel;
		this.source = source;
		this.role = role;
		this.deadline = deadline;
		this.outcome = outcome;
		this.stage = Stage.KNOCKING;
		this.key = gate.register(channel, this);
	}

	@Override
	public InetAddress source() {
		return this.source;
	}

	@Override
	public int progress() {
		return this.stage.ordinal();
	}

	@Override
	public long deadline() {
		return this.deadline;
	}

	boolean isAcceptor() {
		return this.role == Role.ACCEPTOR;
	}

	@Override
	public void ready() throws IOException {
		if (this.stage == Stage.CONNECTING) {
			if (this.channel.finishConnect()) {
				connected();
			}
			return;
		}
		if (this.key.isWritable()) {
			flush();
		}
		if (this.key.isValid() && this.key.isReadable()) {
			read();
		}
	}

	private void connected() throws IOException {
		this.stage = Stage.TALKING;
		this.deadline = System.nanoTime() + ANSWER;
		this.key.interestOps(SelectionKey.OP_READ);
		this.negotiation = new Negotiation(Role.INITIATOR, this.gate.credentials());
		proceed();
	}

	private void read() throws IOException {
		ByteBuffer bytes = this.gate.readBuffer();
		int count = this.channel.read(bytes);
		if (count < 0) {
			hungUp();
			return;
		}
		Negotiation current = this.negotiation;
		if (current == null || this.stage == Stage.LEAVING) {
			return;
		}
		current.receive(bytes.flip());
		if (current.state() == Negotiation.State.REFUSED) {
			refused(current);
			flush();
			return;
		}
		if (this.stage == Stage.KNOCKING) {
			this.stage = Stage.WAITING;
		}
		admit();
	}

	/*
	 * Peers find out by such calls whether somebody listens here at all, and so do
	 * balancers. Others had no patience until this node got round to them. Who hangs up
	 * in the midst of the handshake has sent nothing wrong: of two nodes that dial each
	 * other one gives up.
	 */
	private void hungUp() {
		switch (this.stage) {
			case KNOCKING -> close();
			case WAITING -> end(GateRefusal.TOO_SLOW);
			default -> end(GateRefusal.HUNG_UP);
		}
	}

	/**
	 * Go on if a handshake may begin now.
	 * @throws IOException if the connection is gone
	 */
	void admit() throws IOException {
		if (this.stage == Stage.WAITING && this.gate.budget().begin(this.source)) {
			this.stage = Stage.TALKING;
		}
		if (this.stage == Stage.TALKING) {
			proceed();
		}
	}

	boolean isWaiting() {
		return this.stage == Stage.WAITING;
	}

	private void proceed() throws IOException {
		Negotiation current = this.negotiation;
		if (current == null) {
			return;
		}
		current.advance();
		if (current.state() == Negotiation.State.WORKING) {
			this.stage = Stage.WORKING;
			this.gate.work(this, current::work);
		}
		else if (current.state() == Negotiation.State.REFUSED) {
			refused(current);
		}
		flush();
	}

	/**
	 * The work is done.
	 * @throws IOException if the connection is gone
	 */
	void worked() throws IOException {
		Negotiation current = this.negotiation;
		if (this.stage == Stage.WORKING && current != null) {
			current.worked();
			this.stage = Stage.TALKING;
			proceed();
		}
	}

	private void refused(Negotiation current) {
		this.stage = Stage.LEAVING;
		this.deadline = System.nanoTime() + LINGER;
		this.outcome.accept(Knock.refused(current.refusal(), current.peer()));
	}

	private void flush() throws IOException {
		Negotiation current = this.negotiation;
		ByteBuffer next = (current != null) ? current.output() : null;
		while (current != null && next != null) {
			this.channel.write(next);
			if (next.hasRemaining()) {
				this.key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
				return;
			}
			next = current.output();
		}
		this.key.interestOps(SelectionKey.OP_READ);
		if (this.stage == Stage.LEAVING) {
			// Whoever closes at once resets the connection, and the reason is lost.
			this.channel.shutdownOutput();
		}
		else if (current != null && current.state() == Negotiation.State.PROVED) {
			this.gate.deliver(this);
		}
	}

	/**
	 * Hand the connection on. The gate has let go of it.
	 */
	void deliver() {
		Negotiation current = this.negotiation;
		Identity peer = (current != null) ? current.peer() : null;
		if (current != null && peer != null) {
			this.outcome.accept(Knock.proved(new ProvedConnection(this.channel, current.engine(), peer)));
		}
	}

	@Override
	public void expired() {
		if (this.stage == Stage.CONNECTING) {
			close();
			this.outcome.accept(Knock.unreachable(ProbeResult.SILENT));
		}
		else {
			end(GateRefusal.TOO_SLOW);
		}
	}

	@Override
	public void failed(Exception failure) {
		if (this.stage == Stage.CONNECTING) {
			close();
			this.outcome.accept(Knock.unreachable(BareDial.judge(failure)));
		}
		else {
			hungUp();
		}
	}

	/**
	 * Close the connection at once.
	 * @param refusal why
	 */
	void end(GateRefusal refusal) {
		boolean told = this.stage == Stage.LEAVING;
		this.stage = Stage.LEAVING;
		close();
		if (!told) {
			this.outcome.accept(Knock.refused(refusal, null));
		}
	}

	@Override
	public void close() {
		this.gate.forget(this);
		this.key.cancel();
		closeQuietly(this.channel);
	}

	SelectionKey key() {
		return this.key;
	}

	/**
	 * How far a connection is; whoever is further is more worth keeping.
	 */
	private enum Stage {

		/** Will be closed as soon as the peer has been told why. */
		LEAVING,

		/** Dialled, and not yet connected. */
		CONNECTING,

		/** Has said nothing yet. */
		KNOCKING,

		/** Has said something that nobody has looked at yet. */
		WAITING,

		/** Speaks. */
		TALKING,

		/** Somebody works on what was said. */
		WORKING

	}

}
