package io.horde.hazelcast.gate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import io.horde.wire.FrameWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link GateMessage}.
 */
class GateMessageTests {

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 255, 256, GateMessage.MAX_BODY })
	void isReadOnceItIsComplete(int length) throws GateException {
		byte[] body = new byte[length];
		ByteBuffer bytes = GateMessage.introduction(body).toBytes();
		int end = bytes.limit();
		for (int i = 0; i < end; i++) {
			bytes.limit(i);
			assertThat(GateMessage.read(bytes)).isNull();
			assertThat(bytes.position()).isZero();
		}
		GateMessage read = read(bytes.limit(end));
		assertThat(read.kind()).isEqualTo(GateMessage.Kind.INTRODUCTION);
		assertThat(read.body()).isEqualTo(body);
		assertThat(bytes.hasRemaining()).isFalse();
	}

	@Test
	void whatFollowsIsNotTouched() throws GateException {
		ByteBuffer bytes = ByteBuffer.allocate(100)
			.put(new byte[7])
			.put(GateMessage.refusal(GateRefusal.SECRET).toBytes())
			.put(GateMessage.proofs(GateMessage.Kind.PROOF, List.of()).toBytes())
			.flip()
			.position(7);
		assertThat(read(bytes).refusal()).isEqualTo(GateRefusal.SECRET);
		assertThat(read(bytes).proofs()).isEmpty();
		assertThat(GateMessage.read(bytes)).isNull();
	}

	@Test
	void anotherMarkIsRefusedByItsFirstWrongByte() {
		for (int i = 0; i < 4; i++) {
			byte[] bytes = GateMessage.introduction(new byte[9]).toBytes().array();
			bytes[i] ^= 1;
			assertRefused(GateRefusal.NOT_HORDE, ByteBuffer.wrap(bytes, 0, i + 1));
		}
	}

	@Test
	void anotherVersionIsRefused() {
		assertRefused(GateRefusal.VERSION, header(2, 0, 0));
		assertRefused(GateRefusal.VERSION, header(0, 0, 0));
	}

	@ParameterizedTest
	@ValueSource(ints = { 4, 127, 128, 255 })
	void unknownKindIsRefused(int kind) {
		assertRefused(GateRefusal.NOT_HORDE, header(GateMessage.VERSION, kind, 0));
	}

	@ParameterizedTest
	@ValueSource(ints = { GateMessage.MAX_BODY + 1, 0x7fff, 0x8000, 0xffff })
	void lengthIsBoundedBeforeTheBodyComes(int length) {
		assertRefused(GateRefusal.NOT_HORDE, header(GateMessage.VERSION, 0, length));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2 })
	void proofsAreRead(int count) throws GateException {
		List<byte[]> proofs = Collections.nCopies(count, new byte[] { 1, 2, 3 });
		GateMessage read = read(GateMessage.proofs(GateMessage.Kind.PROOF, proofs).toBytes());
		assertThat(read.kind()).isEqualTo(GateMessage.Kind.PROOF);
		assertThat(read.proofs()).hasSize(count).allSatisfy((proof) -> assertThat(proof).containsExactly(1, 2, 3));
	}

	@Test
	void threeProofsAreRefused() {
		List<byte[]> proofs = Collections.nCopies(3, new byte[32]);
		assertMalformedProofs(GateMessage.proofs(GateMessage.Kind.PROOF, proofs).body());
	}

	@Test
	void malformedProofsAreRefused() {
		byte[] good = GateMessage.proofs(GateMessage.Kind.PROOF, List.of(new byte[32], new byte[32])).body();
		for (int i = 0; i < good.length; i++) {
			assertMalformedProofs(Arrays.copyOf(good, i));
		}
		assertMalformedProofs("garbage".getBytes(StandardCharsets.US_ASCII));
		assertMalformedProofs(new FrameWriter().array(1).string("a text").toBytes());
		assertMalformedProofs(new FrameWriter().longValue(1).toBytes());
		assertMalformedProofs(new byte[] { (byte) 0x9b, 0x7f, -1, -1, -1, -1, -1, -1, -1 });
		assertMalformedProofs(new byte[] { (byte) 0x81, 0x5b, 0x7f, -1, -1, -1, -1, -1, -1, -1 });
	}

	@ParameterizedTest
	@EnumSource
	void refusalTravelsAsACode(GateRefusal refusal) throws GateException {
		GateMessage read = read(GateMessage.refusal(refusal).toBytes());
		assertThat(read.body()).hasSize(1);
		assertThat(read.refusal()).isEqualTo(refusal);
	}

	@Test
	void unknownCodeIsNoRefusalThatIsKnown() {
		assertThat(new GateMessage(GateMessage.Kind.REFUSAL, new byte[] { 99 }).refusal()).isNull();
		assertThat(new GateMessage(GateMessage.Kind.REFUSAL, new byte[] { -1 }).refusal()).isNull();
		assertThat(new GateMessage(GateMessage.Kind.REFUSAL, new byte[0]).refusal()).isNull();
		assertThat(new GateMessage(GateMessage.Kind.REFUSAL, new byte[] { 5, 5 }).refusal()).isNull();
	}

	private static ByteBuffer header(int version, int kind, int length) {
		return ByteBuffer.allocate(GateMessage.HEADER)
			.putInt(GateMessage.MARK)
			.put((byte) version)
			.put((byte) kind)
			.putShort((short) length)
			.flip();
	}

	private static GateMessage read(ByteBuffer bytes) throws GateException {
		GateMessage read = GateMessage.read(bytes);
		assertThat(read).isNotNull();
		return read;
	}

	private static void assertRefused(GateRefusal refusal, ByteBuffer bytes) {
		assertThatExceptionOfType(GateException.class).isThrownBy(() -> GateMessage.read(bytes))
			.satisfies((ex) -> assertThat(ex.refusal()).isEqualTo(refusal));
	}

	private static void assertMalformedProofs(byte[] body) {
		assertThatExceptionOfType(GateException.class)
			.isThrownBy(() -> new GateMessage(GateMessage.Kind.PROOF, body).proofs())
			.satisfies((ex) -> assertThat(ex.refusal()).isEqualTo(GateRefusal.NOT_HORDE));
	}

}
