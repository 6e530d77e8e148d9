package io.horde.hazelcast.attack;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import com.sun.management.UnixOperatingSystemMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections whose owners have time. All kinds of nodes are attacked at once, because
 * that takes time.
 */
class PatientAttackTests {

	private static final int IDLE = 1000;

	private static final int SILENT = 101;

	private static final int FEW_DESCRIPTORS = 140;

	/**
	 * What a node grants whom it does not know, and a little.
	 */
	private static final Duration PATIENCE = Duration.ofSeconds(8);

	@RegisterExtension
	private final AttackedNodes nodes = new AttackedNodes();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@Test
	void oneByteASecondIsTooSlowAtEachStage() throws Exception {
		List<Victims> all = all();
		List<Future<Boolean>> closed = new ArrayList<>();
		for (Victims victims : all) {
			for (SlowStage stage : SlowStage.values()) {
				closed.add(this.threads.submit(() -> isTurnedOut(victims, stage)));
			}
		}
		for (Future<Boolean> each : closed) {
			assertThat(each.get()).as("closed in time").isTrue();
		}
		all.forEach(Victims::assertUnharmed);
	}

	private static boolean isTurnedOut(Victims victims, SlowStage stage) throws IOException {
		byte[] hello = TlsRecords.clientHello();
		byte[] introduction = GateClient.introduction(new UUID(1, 2), "127.0.0.1:1", Mode.CLUSTER);
		return switch (stage) {
			case FIRST_BYTES ->
				isTurnedOut(RawAttacks.connect(victims.port()), (victims.mode() == Mode.OPEN) ? introduction : hello);
			case CLIENT_HELLO -> {
				Socket socket = RawAttacks.connect(victims.port());
				RawAttacks.untilClosed(() -> socket.getOutputStream().write(hello, 0, hello.length / 2));
				yield isTurnedOut(socket, Arrays.copyOfRange(hello, hello.length / 2, hello.length));
			}
			case INTRODUCTION -> isTurnedOut(GateClient.connect(victims.mode(), victims.port()).socket(), introduction);
		};
	}

	private static boolean isTurnedOut(Socket socket, byte[] bytes) throws IOException {
		try (socket) {
			long until = System.nanoTime() + PATIENCE.toNanos();
			OutputStream out = socket.getOutputStream();
			for (int i = 0; System.nanoTime() < until; i++) {
				out.write(bytes, i, 1);
				out.flush();
				if (RawAttacks.isClosedWithin(socket, Duration.ofSeconds(1))) {
					return true;
				}
			}
			return false;
		}
		catch (IOException ex) {
			return true;
		}
	}

	@Test
	void thousandIdleConnectionsKeepNobodyOut() throws Exception {
		List<Victims> all = all();
		int each = idleConnections(all.size());
		List<List<Socket>> sockets = new ArrayList<>();
		for (Victims victims : all) {
			List<Socket> idle = new ArrayList<>();
			sockets.add(idle);
			for (int i = 0; i < each; i++) {
				idle.add(RawAttacks.connect(victims.port(), "127.0.0." + (1 + i % 4)));
			}
			assertThat(victims.join()).as("until a node had joined").isLessThan(Victims.RECOVERY);
		}
		for (List<Socket> idle : sockets) {
			for (Socket socket : idle) {
				assertThat(RawAttacks.isClosedWithin(socket, PATIENCE)).isTrue();
				socket.close();
			}
		}
		all.forEach(Victims::assertUnharmed);
	}

	/**
	 * Both ends of each connection take a descriptor, the one here.
	 */
	private static int idleConnections(int victims) {
		UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
		long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - 200;
		return (int) Math.min(IDLE, free / victims);
	}

	@Test
	void nodeThatHasRunOutOfDescriptorsGoesOn() throws Exception {
		List<Victims> all = Stream.of(Mode.OPEN, Mode.SECRET)
			.map((mode) -> CompletableFuture.supplyAsync(() -> Victims.withDescriptors(mode, FEW_DESCRIPTORS),
					this.threads))
			.toList()
			.stream()
			.map(CompletableFuture::join)
			.toList();
		try {
			for (Victims victims : all) {
				// A class that is read from a directory needs a descriptor too, so all of
				// them have to be there before there is none.
				victims.join();
				victims.begin();
				List<Socket> silent = new ArrayList<>();
				for (int i = 0; i < SILENT; i++) {
					silent.add(RawAttacks.connect(victims.port()));
				}
				for (Socket socket : silent) {
					socket.close();
				}
				victims.assertUnharmed();
			}
		}
		finally {
			all.forEach(Victims::close);
		}
	}

	private List<Victims> all() {
		return Stream.of(Mode.values()).map(this.nodes::of).toList();
	}

	/**
	 * Where somebody becomes slow.
	 */
	private enum SlowStage {

		FIRST_BYTES, CLIENT_HELLO, INTRODUCTION

	}

}
