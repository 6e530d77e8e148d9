package io.horde.crdt;

import java.util.SplittableRandom;

import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DotCodec}.
 */
class DotCodecTests {

	private static final ReplicaId REPLICA = new ReplicaId("n1", 7);

	@Test
	void replicaIsAnArrayOfNameAndIncarnation() {
		FrameWriter writer = new FrameWriter();
		DotCodec.write(REPLICA, writer);
		assertThat(writer.toBytes()).isEqualTo(new FrameWriter().array(2).string("n1").longValue(7).toBytes());
		assertThat(DotCodec.readReplica(new FrameReader(writer.toBytes()))).isEqualTo(REPLICA);
	}

	@Test
	void dotIsAnArrayOfNameAndIncarnationAndSequence() {
		FrameWriter writer = new FrameWriter();
		DotCodec.writeOrNil(new Dot(REPLICA, 9), writer);
		assertThat(writer.toBytes())
			.isEqualTo(new FrameWriter().array(3).string("n1").longValue(7).longValue(9).toBytes());
		assertThat(DotCodec.readDotOrNil(new FrameReader(writer.toBytes()))).isEqualTo(new Dot(REPLICA, 9));
	}

	@Test
	void nothingIsNil() {
		FrameWriter writer = new FrameWriter();
		DotCodec.writeOrNil((Dot) null, writer);
		DotCodec.writeOrNil((ReplicaId) null, writer);
		FrameReader reader = new FrameReader(writer.toBytes());
		assertThat(DotCodec.readDotOrNil(reader)).isNull();
		assertThat(DotCodec.readReplicaOrNil(reader)).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "'', 1", "' ', 1", "n1, -1" })
	void impossibleReplicaIsRefused(String node, long incarnation) {
		byte[] frame = new FrameWriter().array(2).string(node).longValue(incarnation).toBytes();
		assertThatExceptionOfType(MalformedFrameException.class)
			.isThrownBy(() -> DotCodec.readReplica(new FrameReader(frame)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "n1\r\nERROR", "n1\u001b[2J", "n1\0" })
	void nameThatBreaksALineIsRefused(String node) {
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> DotCodec.replica(node, 0))
			.withMessageNotContaining(node);
	}

	@Test
	void nameThatIsTooLongIsRefused() {
		DotCodec.replica("n".repeat(1024), 0);
		assertThatExceptionOfType(MalformedFrameException.class)
			.isThrownBy(() -> DotCodec.replica("n".repeat(1025), 0));
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, Long.MIN_VALUE })
	void impossibleSequenceIsRefused(long sequence) {
		byte[] frame = new FrameWriter().array(3).string("n1").longValue(7).longValue(sequence).toBytes();
		assertThatExceptionOfType(MalformedFrameException.class)
			.isThrownBy(() -> DotCodec.readDotOrNil(new FrameReader(frame)));
	}

	@Test
	void changedFrameIsADotOrRefused() {
		byte[] frame = new FrameWriter().array(3).string("n1").longValue(700).longValue(90_000).toBytes();
		SplittableRandom random = new SplittableRandom(1);
		for (int i = 0; i < 20_000; i++) {
			byte[] changed = frame.clone();
			for (int j = random.nextInt(1, 4); j > 0; j--) {
				changed[random.nextInt(changed.length)] = (byte) random.nextInt();
			}
			try {
				Dot dot = DotCodec.readDotOrNil(new FrameReader(changed));
				assertThat(dot == null
						|| !dot.replica().node().isBlank() && dot.replica().incarnation() >= 0 && dot.sequence() > 0)
					.as("%s", dot)
					.isTrue();
			}
			catch (MalformedFrameException ex) {
				assertThat(ex).hasMessageContaining(" ");
			}
		}
	}

}
