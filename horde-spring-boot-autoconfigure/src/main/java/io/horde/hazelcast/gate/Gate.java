package io.horde.hazelcast.gate;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

import com.sun.management.UnixOperatingSystemMXBean;
import io.horde.transport.Transport.ProbeResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only socket of this node that listens, and all connections until both their ends
 * are proved, those from outside and those to peers: any number of them, on one thread,
 * with a second one for what needs a processor. What it lets through, somebody else goes
 * on with.
 */
public final class Gate implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Gate.class);

	/**
	 * How long a connection may take from its first byte to the proof.
	 */
	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private static final Duration CLOSING = Duration.ofSeconds(1);

	private static final int BACKLOG = 256;

	private static final int ACCEPTED_IN_A_ROW = 32;

	private static final long TICK_MILLIS = 20;

	/**
	 * When descriptors have run out, no attempt to accept succeeds for a while.
	 */
	private static final long PAUSE = Duration.ofMillis(100).toNanos();

	/**
	 * Somebody from outside may be able to repeat what has failed.
	 */
	private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

	private final Selector selector;

	private final ServerSocketChannel server;

	private final SelectionKey serverKey;

	private final Thread thread;

	private final Workbench workbench;

	private final EntryBudget budget = new EntryBudget(System::nanoTime, descriptors());

	private final Refusals refusals;

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(16 * 1024);

	/** In the order of their arrival. */
	private final Set<GateConnection> unproved = new LinkedHashSet<>();

	private final List<GateConnection> proved = new ArrayList<>();

	private @Nullable Credentials credentials;

	private Consumer<ProvedConnection> visitors = ProvedConnection::close;

	private long acceptAgain;

	private final Allowance warnings = Allowance.oneIn(BETWEEN_WARNINGS, System::nanoTime);

	private volatile boolean closed;

	private Gate(Selector selector, ServerSocketChannel server, String threadName, Refusals refusals)
			throws IOException {
		this.selector = selector;
		this.server = server;
		this.refusals = refusals;
		this.workbench = new Workbench(threadName + "-work");
		server.configureBlocking(false);
		this.serverKey = server.register(selector, 0);
		this.thread = new Thread(this::run, threadName);
		this.thread.setDaemon(true);
	}

	/**
	 * Bind, without accepting anybody yet.
	 * @param address where to listen; port 0 for any free one
	 * @param threadName how to name the thread
	 * @param refusals counts and tells whom the gate refuses
	 * @return a gate
	 * @throws IOException if the address can't be bound
	 */
	public static Gate bind(InetSocketAddress address, String threadName, Refusals refusals) throws IOException {
		Selector selector = Selector.open();
		ServerSocketChannel server = null;
		try {
			server = ServerSocketChannel.open();
			// On Windows "reuse" would let two processes listen on one port.
			if (!System.getProperty("os.name", "").startsWith("Windows")) {
				server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
			}
			server.bind(address, BACKLOG);
			return new Gate(selector, server, threadName, refusals);
		}
		catch (IOException | RuntimeException ex) {
			selector.close();
			if (server != null) {
				server.close();
			}
			throw ex;
		}
	}

	/**
	 * Return the port that is listened on.
	 * @return the port
	 */
	public int port() {
		return this.server.socket().getLocalPort();
	}

	/**
	 * Begin to accept and to connect, or go on as somebody else.
	 * @param own who this node is
	 * @param security how both ends prove who they are
	 * @param visitors gets the proved connections of those who have dialled, on the
	 * gate's thread
	 * @throws GeneralSecurityException if connections can't be secured
	 */
	public void open(Identity own, LinkSecurity security, Consumer<ProvedConnection> visitors)
			throws GeneralSecurityException {
		Credentials next = Credentials.of(own, security);
		execute(() -> {
			this.credentials = next;
			this.visitors = visitors;
			if (this.acceptAgain == 0) {
				this.serverKey.interestOps(SelectionKey.OP_ACCEPT);
			}
		});
		if (this.thread.getState() == Thread.State.NEW) {
			this.thread.start();
		}
	}

	/**
	 * Find out whether somebody listens.
	 * @param address a resolved address
	 * @param timeout how long to wait
	 * @param answer called once, on the gate's thread, unless the gate is closed before
	 */
	public void probe(InetSocketAddress address, Duration timeout, Consumer<ProbeResult> answer) {
		execute(() -> BareDial.dial(this, address, System.nanoTime() + timeout.toNanos(), answer));
	}

	/**
	 * Connect to a peer.
	 * @param address a resolved address
	 * @param timeout how long to wait until somebody answers
	 * @param outcome called once, on the gate's thread, unless the gate is closed before
	 */
	public void connect(InetSocketAddress address, Duration timeout, Consumer<Knock> outcome) {
		execute(() -> {
			this.budget.know(address.getAddress());
			GateConnection.dial(this, address, System.nanoTime() + timeout.toNanos(), outcome);
		});
	}

	@Override
	public void close() {
		this.closed = true;
		wakeUp();
		if (!this.thread.isAlive()) {
			closeAll();
			return;
		}
		try {
			this.thread.join(CLOSING.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	Credentials credentials() {
		Credentials current = this.credentials;
		if (current == null) {
			throw new IllegalStateException("The gate is not open");
		}
		return current;
	}

	EntryBudget budget() {
		return this.budget;
	}

	/**
	 * Return what a connection is read with, empty.
	 * @return the buffer of the gate's thread
	 */
	ByteBuffer readBuffer() {
		return this.readBuffer.clear();
	}

	SelectionKey register(SelectableChannel channel, Party party) throws IOException {
		return channel.register(this.selector, 0, party);
	}

	void work(GateConnection connection, Runnable work) {
		this.workbench.execute(!connection.isAcceptor(), () -> {
			try {
				work.run();
			}
			finally {
				execute(() -> {
					try {
						connection.worked();
					}
					catch (IOException | RuntimeException ex) {
						connection.failed(ex);
					}
				});
			}
		});
	}

	/**
	 * A connection is proved, and all that was to be said is said.
	 * @param connection the connection
	 */
	void deliver(GateConnection connection) {
		connection.key().cancel();
		this.unproved.remove(connection);
		this.proved.add(connection);
	}

	void forget(GateConnection connection) {
		this.unproved.remove(connection);
	}

	private void execute(Runnable task) {
		this.tasks.add(task);
		wakeUp();
	}

	private void wakeUp() {
		try {
			this.selector.wakeup();
		}
		catch (ClosedSelectorException ex) {
			// The gate is closed, and nothing is expected of it.
		}
	}

	private void run() {
		while (!this.closed) {
			try {
				turn();
			}
			catch (Throwable ex) {
				// Whatever happens, the node has to stay reachable.
				warn(ex);
			}
		}
		closeAll();
	}

	private void warn(Throwable failure) {
		if (this.warnings.use()) {
			logger.warn("The gate of this node goes on after an unexpected failure", failure);
		}
	}

	private void turn() throws IOException {
		this.selector.select(this.selector.keys().size() > 1 || this.acceptAgain != 0 ? TICK_MILLIS : 0);
		Runnable task = this.tasks.poll();
		while (task != null) {
			task.run();
			task = this.tasks.poll();
		}
		SelectionKey[] selected = this.selector.selectedKeys().toArray(new SelectionKey[0]);
		this.selector.selectedKeys().clear();
		for (SelectionKey key : selected) {
			if (key == this.serverKey) {
				accept();
			}
			else if (key.attachment() instanceof Party party && key.isValid()) {
				ready(party);
			}
		}
		passTime();
		deliverAll();
	}

	private static void ready(Party party) {
		try {
			party.ready();
		}
		catch (IOException | RuntimeException ex) {
			party.failed(ex);
		}
		catch (Error ex) {
			// Else it would be ready again at once, and fail again, for ever.
			party.close();
			throw ex;
		}
	}

	private void accept() {
		for (int i = 0; i < ACCEPTED_IN_A_ROW; i++) {
			SocketChannel channel = null;
			try {
				channel = this.server.accept();
				if (channel == null) {
					return;
				}
				GateConnection.prepare(channel);
				accepted(channel);
			}
			catch (IOException | RuntimeException ex) {
				GateConnection.closeQuietly(channel);
				if (channel == null) {
					outOfDescriptors(ex);
					return;
				}
			}
		}
	}

	private void accepted(SocketChannel channel) throws IOException {
		InetAddress source = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
		GateConnection connection = GateConnection.accepted(this, channel, source,
				System.nanoTime() + PATIENCE.toNanos(), (knock) -> visited(knock, source));
		if (this.budget.victim(source, this.unproved) instanceof GateConnection victim) {
			victim.end(GateRefusal.TOO_MANY);
		}
		this.unproved.add(connection);
	}

	private void visited(Knock knock, InetAddress source) {
		ProvedConnection connection = knock.connection();
		GateRefusal refusal = knock.refusal();
		if (connection != null) {
			this.visitors.accept(connection);
		}
		else if (refusal != null) {
			this.refusals.refused(refusal, source);
		}
	}

	private static long descriptors() {
		return (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)
				? system.getMaxFileDescriptorCount() : Long.MAX_VALUE;
	}

	/*
	 * Strangers can use up descriptors, but not end anything: most of those who wait have
	 * to go, the oldest first, so that the application has some left, and then this node
	 * accepts again.
	 */
	private void outOfDescriptors(Exception failure) {
		logger.debug("A connection could not be accepted", failure);
		this.serverKey.interestOps(0);
		this.acceptAgain = System.nanoTime() + PAUSE;
		this.budget.save();
		for (GateConnection oldest : List.copyOf(this.unproved)) {
			if (this.budget.isExceededBy(this.unproved.size() + 1)) {
				oldest.end(GateRefusal.TOO_MANY);
			}
		}
	}

	private void passTime() throws IOException {
		long now = System.nanoTime();
		if (this.acceptAgain != 0 && now - this.acceptAgain >= 0) {
			this.acceptAgain = 0;
			this.serverKey.interestOps(SelectionKey.OP_ACCEPT);
		}
		for (GateConnection connection : this.unproved.toArray(new GateConnection[0])) {
			if (connection.isWaiting()) {
				try {
					connection.admit();
				}
				catch (IOException | RuntimeException ex) {
					connection.failed(ex);
				}
			}
		}
		for (SelectionKey key : this.selector.keys().toArray(new SelectionKey[0])) {
			if (key.isValid() && key.attachment() instanceof Party party && party.deadline() - now <= 0) {
				party.expired();
			}
		}
	}

	private void deliverAll() throws IOException {
		if (this.proved.isEmpty()) {
			return;
		}
		// The selector has to let go of them first.
		this.selector.selectNow();
		List<GateConnection> due = List.copyOf(this.proved);
		this.proved.clear();
		for (GateConnection connection : due) {
			if (!this.credentials().isOpen()) {
				this.budget.know(connection.source());
			}
			try {
				connection.deliver();
			}
			catch (RuntimeException ex) {
				logger.debug("A connection of {} could not be handed on", connection.source(), ex);
				connection.close();
			}
		}
	}

	private void closeAll() {
		if (!this.selector.isOpen()) {
			return;
		}
		try {
			for (SelectionKey key : this.selector.keys().toArray(new SelectionKey[0])) {
				if (key.attachment() instanceof Party party) {
					party.close();
				}
			}
			this.server.close();
			this.selector.close();
		}
		catch (IOException ex) {
			logger.debug("The gate could not be closed", ex);
		}
		this.workbench.close();
	}

}
