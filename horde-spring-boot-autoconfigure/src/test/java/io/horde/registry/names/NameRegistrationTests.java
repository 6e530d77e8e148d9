package io.horde.registry.names;

import java.util.stream.Stream;

import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.test.PinnedFrames;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link NameRegistration}.
 */
class NameRegistrationTests {

	private static final NameRegistration FULL = new NameRegistration("p-1", 1L << 45, 999, 2, new byte[] { 1, 2 },
			new Dot(new ReplicaId("n1", 7), 42));

	@Test
	void theBytesAreThoseOfEarlierReleases() {
		PinnedFrames.check(NameRegistrationTests.class,
				Stream.of(FULL, new NameRegistration(null, 0, 1001, 0, null, null)), NameRegistrationTests::bytes);
	}

	@Test
	void aRegistrationSurvivesTheWire() {
		assertThat(NameRegistration.CODEC.read(new FrameReader(bytes(FULL)), 1000)).usingRecursiveComparison()
			.isEqualTo(FULL);
	}

	private static byte[] bytes(NameRegistration registration) {
		FrameWriter writer = new FrameWriter();
		NameRegistration.CODEC.write(registration, 1000, writer);
		return writer.toBytes();
	}

}
