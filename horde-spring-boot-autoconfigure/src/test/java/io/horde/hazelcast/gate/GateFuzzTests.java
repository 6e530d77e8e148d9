package io.horde.hazelcast.gate;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import com.sun.management.ThreadMXBean;
import io.horde.hazelcast.gate.Negotiation.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Mutated bytes for all that is read before a peer is proved. Fails with the seed that
 * repeats it: {@code -Dhorde.attack.seed=…}.
 */
class GateFuzzTests {

	/**
	 * Of each kind.
	 */
	private static final int INPUTS = Integer.getInteger("horde.attack.inputs", 50_000);

	private static final int HANDSHAKES = Integer.getInteger("horde.attack.handshakes", 300);

	private static final long FIRST_SEED = Long.getLong("horde.attack.seed", 0);

	/**
	 * Inputs for which the classes that are used are loaded.
	 */
	private static final int WARM_UP = 2000;

	private static final long ALLOWANCE = 64 * 1024;

	/**
	 * What the JDK's engine may take, for its buffers and keys.
	 */
	private static final long TLS_ALLOWANCE = 4 << 20;

	private static final Identity PEER = new Identity(new UUID(1, 2), "127.0.0.1:7420", "cluster");

	private static final Identity OWN = new Identity(new UUID(3, 4), "[2001:db8::1]:7421", "cluster");

	private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	@Test
	void messagesAreReadOrRefused() {
		byte[][] samples = messages();
		fuzz((mutator) -> mutator.mutate(samples), (bytes, mutator) -> {
			ByteBuffer buffer = ByteBuffer.wrap(bytes);
			GateMessage message = GateMessage.read(buffer);
			while (message != null) {
				switch (message.kind()) {
					case INTRODUCTION -> Identity.read(message.body());
					case PROOF, ACCEPTANCE -> message.proofs();
					case REFUSAL -> message.refusal();
				}
				message = GateMessage.read(buffer);
			}
		});
	}

	@Test
	void introductionsAreReadOrRefused() {
		byte[][] samples = { PEER.toBytes(), OWN.toBytes(), new Identity(new UUID(-1, 0), "ä:1", "").toBytes() };
		fuzz((mutator) -> mutator.mutate(samples), (bytes, mutator) -> {
			Identity read = Identity.read(bytes);
			assertThat(read.address().chars().anyMatch(Character::isISOControl)).isFalse();
			assertThat(read.cluster().chars().anyMatch(Character::isISOControl)).isFalse();
		});
	}

	@ParameterizedTest
	@EnumSource(Role.class)
	void conversationsInClearEndWithAProofOrARefusal(Role role) throws GeneralSecurityException {
		Credentials credentials = Credentials.of(OWN, LinkSecurity.OPEN);
		byte[][] samples = conversations();
		fuzz((mutator) -> mutator.mutate(samples), (bytes, mutator) -> {
			Negotiation negotiation = new Negotiation(role, credentials);
			feed(negotiation, bytes, mutator);
			if (negotiation.state() == State.REFUSED) {
				throw new GateException(negotiation.refusal(), "Refused");
			}
		});
	}

	@Test
	void messagesOfHazelcastPassOrAreRefused() {
		byte[][] samples = hazelcast();
		ByteBuffer out = ByteBuffer.allocate(4096);
		fuzz((mutator) -> mutator.mutate(samples), (bytes, mutator) -> {
			MessageFilter filter = MessageFilter.ofRequests(1000);
			ByteBuffer in = ByteBuffer.wrap(bytes);
			while (in.hasRemaining()) {
				in.limit(in.position() + mutator.chunk(bytes.length - in.position()));
				do {
					filter.pass(in, out.clear());
				}
				while (out.position() > 0);
				assertThat(in.remaining()).as("bytes that nobody takes").isZero();
				in.limit(bytes.length);
			}
		});
	}

	/*
	 * Each flight of a real handshake, mutated at random.
	 */
	@Test
	void mutatedHandshakesOfTlsEndWithARefusal() throws GeneralSecurityException {
		Credentials credentials = Credentials.of(OWN, LinkSecurity.secret("correct horse battery", null));
		Credentials peer = Credentials.of(PEER, LinkSecurity.secret("correct horse battery", null));
		for (long seed = FIRST_SEED; seed < FIRST_SEED + HANDSHAKES; seed++) {
			Mutator mutator = new Mutator(seed);
			int flight = (int) (seed % 6);
			long before = this.threads.getCurrentThreadAllocatedBytes();
			try {
				Negotiation initiator = new Negotiation(Role.INITIATOR, peer);
				Negotiation acceptor = new Negotiation(Role.ACCEPTOR, credentials);
				boolean mutated = false;
				for (int i = 0; i < 12; i++) {
					byte[] bytes = output((i % 2 == 0) ? initiator : acceptor);
					if (i == flight && bytes.length > 0) {
						byte[] changed = mutator.mutate(bytes);
						mutated = !Arrays.equals(proved(bytes), proved(changed));
						bytes = changed;
					}
					feed((i % 2 == 0) ? acceptor : initiator, bytes, mutator);
				}
				assertThat(
						mutated && initiator.state() == State.PROVED && acceptor.state() == State.PROVED && flight > 0)
					.as("proved although it was changed")
					.isFalse();
			}
			catch (RuntimeException | Error ex) {
				throw new AssertionError("The handshake of seed " + seed + " leads to " + ex, ex);
			}
			long allocated = this.threads.getCurrentThreadAllocatedBytes() - before;
			if (seed > FIRST_SEED + 50) {
				assertThat(allocated).as("bytes allocated for seed %d", seed).isLessThan(TLS_ALLOWANCE);
			}
		}
	}

	/**
	 * Leave out what means nothing in TLS 1.3, so that anybody may change it: records of
	 * change_cipher_spec, and the version in the head of a record (RFC 8446, 5 and 5.1).
	 */
	private static byte[] proved(byte[] records) {
		ByteArrayOutputStream rest = new ByteArrayOutputStream();
		ByteBuffer buffer = ByteBuffer.wrap(records);
		while (buffer.remaining() >= 5) {
			int length = Math.min(buffer.remaining(), 5 + Short.toUnsignedInt(buffer.getShort(buffer.position() + 3)));
			byte[] record = new byte[length];
			buffer.get(record);
			record[1] = 0;
			record[2] = 0;
			if (record[0] != 20) {
				rest.writeBytes(record);
			}
		}
		return rest.toByteArray();
	}

	private void fuzz(Source source, Reader reader) {
		int refused = 0;
		for (long seed = FIRST_SEED; seed < FIRST_SEED + INPUTS; seed++) {
			Mutator mutator = new Mutator(seed);
			byte[] bytes = source.next(mutator);
			long before = this.threads.getCurrentThreadAllocatedBytes();
			try {
				reader.read(bytes, mutator);
			}
			catch (GateException ex) {
				refused++;
			}
			catch (RuntimeException | Error ex) {
				throw new AssertionError("The input of seed " + seed + " leads to " + ex, ex);
			}
			long allocated = this.threads.getCurrentThreadAllocatedBytes() - before;
			if (seed > FIRST_SEED + WARM_UP && allocated > ALLOWANCE + bytes.length) {
				throw new AssertionError(
						"The input of seed " + seed + " with " + bytes.length + " bytes takes " + allocated);
			}
		}
		assertThat(refused).as("inputs that were refused").isBetween(INPUTS / 10, INPUTS);
	}

	private static void feed(Negotiation negotiation, byte[] bytes, Mutator mutator) {
		int position = 0;
		while (position < bytes.length) {
			int length = mutator.chunk(bytes.length - position);
			negotiation.receive(ByteBuffer.wrap(bytes, position, length));
			position += length;
			negotiation.advance();
			while (negotiation.state() == State.WORKING) {
				negotiation.work();
				negotiation.worked();
				negotiation.advance();
			}
		}
	}

	private static byte[] output(Negotiation negotiation) {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		ByteBuffer next = negotiation.output();
		while (next != null) {
			byte[] bytes = new byte[next.remaining()];
			next.get(bytes);
			all.writeBytes(bytes);
			next = negotiation.output();
		}
		return all.toByteArray();
	}

	private static byte[][] messages() {
		List<byte[]> proofs = List.of(new byte[32], new byte[32]);
		return List
			.of(GateMessage.introduction(PEER.toBytes()), GateMessage.proofs(GateMessage.Kind.PROOF, proofs),
					GateMessage.proofs(GateMessage.Kind.ACCEPTANCE, proofs.subList(0, 1)),
					GateMessage.refusal(GateRefusal.SECRET))
			.stream()
			.map((message) -> message.toBytes().array())
			.toArray(byte[][]::new);
	}

	private static byte[][] conversations() {
		byte[] introduction = GateMessage.introduction(PEER.toBytes()).toBytes().array();
		byte[] foreign = GateMessage.introduction(new Identity(new UUID(1, 2), "127.0.0.1:7420", "other").toBytes())
			.toBytes()
			.array();
		byte[] proof = GateMessage.proofs(GateMessage.Kind.PROOF, List.of()).toBytes().array();
		byte[] acceptance = GateMessage.proofs(GateMessage.Kind.ACCEPTANCE, List.of()).toBytes().array();
		byte[] refusal = GateMessage.refusal(GateRefusal.TOO_MANY).toBytes().array();
		return new byte[][] { concat(introduction, proof), concat(introduction, acceptance), concat(foreign, proof),
				concat(introduction, refusal), refusal };
	}

	private static byte[][] hazelcast() {
		byte[] greeting = "CP2".getBytes(StandardCharsets.US_ASCII);
		byte[] login = concat(frame(0xC000, initial(0x000100, 48)), frame(0, text("horde")), frame(0x400, new byte[0]),
				frame(0x400, new byte[0]), frame(0, text("JVM")), frame(0, text("5.5.0")), frame(0, text("name")),
				frame(0x1000, new byte[0]), frame(0x2800, new byte[0]));
		byte[] ping = frame(0xE000, initial(0x000B00, 16));
		byte[] proxy = concat(frame(0xC000, initial(0x000400, 16)), frame(0, text("horde")),
				frame(0x2000, text("hz:impl:executorService")));
		byte[] packet = ByteBuffer.allocate(40)
			.putInt(0)
			.putInt(MessageFilter.PACKET_TYPE)
			.putInt(28)
			.put((byte) 1)
			.put((byte) 6)
			.array();
		byte[] submission = concat(frame(0xC000, initial(0x080600, 50)), frame(0, text("horde")),
				frame(0x2000, packet));
		byte[] listener = frame(0xE000, initial(0x000300, 17));
		List<byte[]> samples = new ArrayList<>();
		samples.add(concat(greeting, login, listener, proxy, submission, ping, submission));
		samples.add(concat(greeting, login));
		samples.add(concat(greeting, submission, submission));
		return samples.toArray(byte[][]::new);
	}

	private static byte[] initial(int type, int length) {
		return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN).putInt(type).array();
	}

	private static byte[] text(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] frame(int flags, byte[] content) {
		return ByteBuffer.allocate(6 + content.length)
			.order(ByteOrder.LITTLE_ENDIAN)
			.putInt(6 + content.length)
			.putShort((short) flags)
			.put(content)
			.array();
	}

	private static byte[] concat(byte[]... parts) {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			all.writeBytes(part);
		}
		return all.toByteArray();
	}

	/**
	 * Makes inputs.
	 */
	@FunctionalInterface
	private interface Source {

		byte[] next(Mutator mutator);

	}

	/**
	 * Reads what has come.
	 */
	@FunctionalInterface
	private interface Reader {

		void read(byte[] bytes, Mutator mutator) throws GateException;

	}

}
