package io.horde.hazelcast.gate;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.horde.transport.Transport.ProbeResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Gate}, on real sockets.
 */
class GateTests {

	private static final Duration SHORT = Duration.ofMillis(300);

	private static final Duration LONG = Duration.ofSeconds(10);

	private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

	private static final LinkSecurity SECRET = LinkSecurity.secret("a secret of enough characters", null);

	private final List<AutoCloseable> open = new ArrayList<>();

	private final Queue<ProvedConnection> visitors = new ConcurrentLinkedQueue<>();

	@AfterEach
	void close() throws Exception {
		this.visitors.forEach(ProvedConnection::close);
		for (AutoCloseable each : this.open) {
			each.close();
		}
	}

	@Test
	void portThatIsTakenIsToldAndFreedAgain() throws Exception {
		Gate first = gate("first", LinkSecurity.OPEN, new Refusals());
		InetSocketAddress address = new InetSocketAddress(LOOPBACK, first.port());
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> Gate.bind(address, "gate-test-second", new Refusals()));
		first.close();
		Gate second = Gate.bind(address, "gate-test-second", new Refusals());
		assertThat(second.port()).isEqualTo(address.getPort());
		second.close();
		try (ServerSocket third = new ServerSocket()) {
			third.bind(address);
		}
	}

	@Test
	void closeEndsThreadsAndConnections() throws Exception {
		Gate gate = gate("ending", SECRET, new Refusals());
		Gate peer = gate("peer", SECRET, new Refusals());
		assertThat(knock(gate, peer.port()).connection()).isNotNull();
		Socket waiting = stranger(gate);
		await().until(() -> threads("gate-test-ending").anyMatch((name) -> name.equals("gate-test-ending")));
		gate.close();
		assertThat(waiting.getInputStream().read()).isNegative();
		await().atMost(LONG).until(() -> threads("gate-test-ending").count() == 0);
		gate.close();
	}

	@Test
	void probeTellsWhetherSomebodyListens() throws Exception {
		Gate gate = gate("prober", LinkSecurity.OPEN, new Refusals());
		Refusals refusals = new Refusals();
		Gate peer = gate("probed", SECRET, refusals);
		assertThat(probe(gate, new InetSocketAddress(LOOPBACK, peer.port()))).isEqualTo(ProbeResult.ACCEPTED);
		peer.close();
		assertThat(probe(gate, new InetSocketAddress(LOOPBACK, peer.port()))).isEqualTo(ProbeResult.REFUSED);
		assertThat(total(refusals)).isZero();
	}

	@Test
	void whoeverAcceptsNobodyAnyMoreIsSilent() throws Exception {
		ServerSocket full = new ServerSocket(0, 1, LOOPBACK);
		this.open.add(full);
		InetSocketAddress address = new InetSocketAddress(LOOPBACK, full.getLocalPort());
		boolean room = true;
		for (int i = 0; i < 100 && room; i++) {
			Socket filling = new Socket();
			this.open.add(filling);
			try {
				filling.connect(address, 200);
			}
			catch (SocketTimeoutException ex) {
				room = false;
			}
		}
		assertThat(room).isFalse();
		Gate gate = gate("prober", LinkSecurity.OPEN, new Refusals());
		assertThat(probe(gate, address)).isEqualTo(ProbeResult.SILENT);
		Knock knock = outcome(gate, address, SHORT).get(10, TimeUnit.SECONDS);
		assertThat(knock.reach()).isEqualTo(ProbeResult.SILENT);
		assertThat(knock.refusal()).isNull();
	}

	@Test
	void bothEndsGetTheConnection() throws Exception {
		for (LinkSecurity security : List.of(LinkSecurity.OPEN, SECRET)) {
			Gate one = gate("one", security, new Refusals());
			Gate another = gate("another", security, new Refusals());
			Knock knock = knock(one, another.port());
			assertThat(knock.reach()).isEqualTo(ProbeResult.ACCEPTED);
			assertThat(knock.peer()).isEqualTo(identity("another"));
			ProvedConnection dialled = knock.connection();
			assertThat(dialled).isNotNull();
			this.open.add(dialled.channel());
			await().atMost(LONG).until(() -> !this.visitors.isEmpty());
			ProvedConnection visitor = this.visitors.remove();
			this.open.add(visitor.channel());
			assertThat(visitor.peer()).isEqualTo(identity("one"));
			assertThat(visitor.engine() != null).isEqualTo(security == SECRET);
			dialled.channel().write(ByteBuffer.wrap("CP2".getBytes(StandardCharsets.US_ASCII)));
			assertThat(read(visitor.channel(), 3)).isEqualTo("CP2");
			visitor.channel().write(ByteBuffer.wrap("answer".getBytes(StandardCharsets.US_ASCII)));
			assertThat(read(dialled.channel(), 6)).isEqualTo("answer");
		}
	}

	private static String read(SocketChannel channel, int length) {
		ByteBuffer bytes = ByteBuffer.allocate(length);
		await().atMost(LONG).until(() -> channel.read(bytes) < 0 || !bytes.hasRemaining());
		return new String(bytes.array(), StandardCharsets.US_ASCII);
	}

	@Test
	void refusalIsToldToWhoeverDialsAndCounted() throws Exception {
		Refusals refusals = new Refusals();
		Gate dialler = gate("dialler", SECRET, new Refusals());
		Gate other = gate("other", LinkSecurity.secret("quite another secret", null), refusals);
		Knock knock = knock(dialler, other.port());
		assertThat(knock.reach()).isEqualTo(ProbeResult.ACCEPTED);
		assertThat(knock.refusal()).isEqualTo(GateRefusal.SECRET);
		assertThat(knock.peer()).isEqualTo(identity("other"));
		assertThat(knock.connection()).isNull();
		await().atMost(LONG).until(() -> total(refusals) == 1);
		assertThat(refusals.count(GateRefusal.SECRET).sum()).isEqualTo(1);
		other.close();
		Knock gone = knock(dialler, other.port());
		assertThat(gone.reach()).isEqualTo(ProbeResult.REFUSED);
		assertThat(gone.refusal()).isNull();
		assertThat(this.visitors).isEmpty();
	}

	@Test
	void whoeverIsSlowIsTurnedOut() throws Exception {
		Refusals refusals = new Refusals();
		Gate gate = gate("patient", LinkSecurity.OPEN, refusals);
		long begin = System.nanoTime();
		Socket idle = stranger(gate);
		Socket trickling = stranger(gate);
		ServerSocket mute = new ServerSocket(0, 10, LOOPBACK);
		this.open.add(mute);
		CompletableFuture<Knock> knock = outcome(gate, new InetSocketAddress(LOOPBACK, mute.getLocalPort()), SHORT);
		byte[] introduction = GateMessage.introduction(identity("stranger").toBytes()).toBytes().array();
		int[] sent = new int[1];
		await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(200)).until(() -> {
			try {
				trickling.getOutputStream().write(introduction, sent[0]++, 1);
				return false;
			}
			catch (IOException ex) {
				return true;
			}
		});
		assertThat(idle.getInputStream().read()).isNegative();
		Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
		assertThat(elapsed).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(15));
		assertThat(refusals.count(GateRefusal.TOO_SLOW).sum()).isEqualTo(2);
		assertThat(knock.get(1, TimeUnit.SECONDS).refusal()).isEqualTo(GateRefusal.TOO_SLOW);
	}

	@Test
	void idleConnectionsOfOneSourceAreBounded() throws Exception {
		Refusals refusals = new Refusals();
		Gate gate = gate("bounded", LinkSecurity.OPEN, refusals);
		List<Socket> idle = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			idle.add(stranger(gate));
		}
		await().atMost(LONG).until(() -> refusals.count(GateRefusal.TOO_MANY).sum() == 68);
		for (Socket socket : idle.subList(0, 68)) {
			assertThat(socket.getInputStream().read()).isNegative();
		}
		assertThat(total(refusals)).isEqualTo(68);
		assertThat(threads("gate-test-bounded")).hasSize(1);
	}

	@Test
	void whoeverOnlyLooksIsNotCounted() throws Exception {
		Refusals refusals = new Refusals();
		Gate gate = gate("balanced", LinkSecurity.OPEN, refusals);
		// No more than may wait for a proof, should the gate be slow.
		for (int i = 0; i < EntryBudget.MAX_UNPROVED_OF_STRANGER / 2; i++) {
			stranger(gate).close();
		}
		Socket reset = stranger(gate);
		reset.setSoLinger(true, 0);
		reset.close();
		Socket last = stranger(gate);
		last.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
		await().atMost(LONG).until(() -> total(refusals) > 0);
		assertThat(refusals.count(GateRefusal.NOT_HORDE).sum()).isEqualTo(1);
		assertThat(total(refusals)).isEqualTo(1);
		byte[] answer = last.getInputStream().readAllBytes();
		assertThat(answer).isEqualTo(GateMessage.refusal(GateRefusal.NOT_HORDE).toBytes().array());
	}

	@Test
	void whoHangsUpInTheMiddleOfTheHandshakeIsNotTakenForAStranger() throws Exception {
		for (LinkSecurity security : List.of(LinkSecurity.OPEN, SECRET)) {
			Refusals refusals = new Refusals();
			Gate gate = gate("abandoned", security, refusals);
			Socket dialler = stranger(gate);
			Negotiation negotiation = new Negotiation(Role.INITIATOR, Credentials.of(identity("dialler"), security));
			dialler.getOutputStream().write(TestNegotiation.said(negotiation));
			assertThat(dialler.getInputStream().read()).isNotNegative();
			dialler.close();
			await().atMost(LONG).until(() -> total(refusals) > 0);
			assertThat(refusals.count(GateRefusal.HUNG_UP).sum()).isEqualTo(1);
			assertThat(total(refusals)).isEqualTo(1);
		}
	}

	@Test
	void knockNeverFailsWithoutAnOutcome() throws Exception {
		Gate gate = gate("knocker", SECRET, new Refusals());
		ServerSocket closing = new ServerSocket(0, 10, LOOPBACK);
		this.open.add(closing);
		CompletableFuture<Knock> outcome = outcome(gate, new InetSocketAddress(LOOPBACK, closing.getLocalPort()), LONG);
		closing.accept().close();
		assertThat(outcome.get(10, TimeUnit.SECONDS).refusal()).isEqualTo(GateRefusal.HUNG_UP);
		Knock unresolved = outcome(gate, InetSocketAddress.createUnresolved("nowhere.invalid", 7420), LONG).get(10,
				TimeUnit.SECONDS);
		assertThat(unresolved.reach()).isEqualTo(ProbeResult.SILENT);
		assertThat(unresolved.connection()).isNull();
	}

	private Gate gate(String name, LinkSecurity security, Refusals refusals) throws Exception {
		Gate gate = Gate.bind(new InetSocketAddress(LOOPBACK, 0), "gate-test-" + name, refusals);
		this.open.add(gate);
		gate.open(identity(name), security, this.visitors::add);
		return gate;
	}

	private static Identity identity(String name) {
		return new Identity(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)), name + ":7420", "test");
	}

	private Socket stranger(Gate gate) throws IOException {
		Socket socket = new Socket(LOOPBACK, gate.port());
		socket.setSoTimeout(10_000);
		socket.setTcpNoDelay(true);
		this.open.add(socket);
		return socket;
	}

	private static ProbeResult probe(Gate gate, InetSocketAddress address)
			throws InterruptedException, ExecutionException, TimeoutException {
		CompletableFuture<ProbeResult> result = new CompletableFuture<>();
		gate.probe(address, SHORT, result::complete);
		return result.get(10, TimeUnit.SECONDS);
	}

	private static Knock knock(Gate gate, int port) throws InterruptedException, ExecutionException, TimeoutException {
		return outcome(gate, new InetSocketAddress(LOOPBACK, port), LONG).get(20, TimeUnit.SECONDS);
	}

	private static CompletableFuture<Knock> outcome(Gate gate, InetSocketAddress address, Duration timeout) {
		CompletableFuture<Knock> outcome = new CompletableFuture<>();
		gate.connect(address, timeout, outcome::complete);
		return outcome;
	}

	private static long total(Refusals refusals) {
		return Stream.of(GateRefusal.values()).mapToLong((refusal) -> refusals.count(refusal).sum()).sum();
	}

	private static Stream<String> threads(String prefix) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith(prefix));
	}

}
