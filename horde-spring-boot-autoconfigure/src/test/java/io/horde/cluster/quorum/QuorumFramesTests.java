package io.horde.cluster.quorum;

import java.util.List;
import java.util.stream.Stream;

import io.horde.cluster.quorum.QuorumMessage.Accepted;
import io.horde.cluster.quorum.QuorumMessage.Answer;
import io.horde.cluster.quorum.QuorumMessage.Key;
import io.horde.cluster.quorum.QuorumMessage.Prepare;
import io.horde.cluster.quorum.QuorumMessage.Promised;
import io.horde.cluster.quorum.QuorumMessage.Propose;
import io.horde.cluster.quorum.QuorumMessage.Refused;
import io.horde.cluster.quorum.QuorumMessage.Request;
import io.horde.crdt.ReplicaId;
import io.horde.test.PinnedFrames;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class QuorumFramesTests {

	private static final SeatConfiguration CONFIGURATION = new SeatConfiguration(1, 2, "n1", List.of("n1", "", "n3"));

	private static final Ballot BALLOT = new Ballot(3, "n2");

	static Stream<QuorumMessage> messages() {
		return Stream.of(new Request(CONFIGURATION, 4, List.of(new Key("a", 5)), List.of(new Key("b", 6))),
				new Request(SeatConfiguration.NONE, -1, List.of(), List.of()),
				new Answer(CONFIGURATION, 4, 7, "", List.of(new Key("a", 5)),
						List.of(new Refused("c", 1, 2, new ReplicaId("n3", 9), 10), new Refused("d", 1, 2, null, 0)),
						List.of(new Key("b", 6))),
				Answer.silent(CONFIGURATION, 4, "it has no seat"), new Prepare(CONFIGURATION, BALLOT),
				new Promised(CONFIGURATION, BALLOT, Ballot.NONE, null, true),
				new Promised(CONFIGURATION, BALLOT, BALLOT, CONFIGURATION.withSeat(1, "n2"), false),
				new Propose(CONFIGURATION, BALLOT, CONFIGURATION.withSeat(1, "n2"), true),
				new Accepted(CONFIGURATION, BALLOT));
	}

	@ParameterizedTest
	@MethodSource("messages")
	void messageSurvivesTheWire(QuorumMessage message) {
		assertThat(QuorumFrames.decode(QuorumFrames.encode(message))).isEqualTo(message);
	}

	@Test
	void theBytesAreThoseOfEarlierReleases() {
		PinnedFrames.check(QuorumFramesTests.class, messages(), QuorumFrames::encode);
	}

	@Test
	void unknownTypeIsIgnored() {
		assertThat(QuorumFrames.decode(new FrameWriter().array(1).longValue(99).toBytes())).isNull();
	}

	@Test
	void unknownTrailingFieldIsSkipped() {
		FrameWriter writer = new FrameWriter().array(4).longValue(3);
		CONFIGURATION.write(writer);
		writer.array(2).longValue(3).string("n2").string("a field of a later release");
		assertThat(QuorumFrames.decode(writer.toBytes())).isEqualTo(new Prepare(CONFIGURATION, BALLOT));
	}

	@Test
	void configurationWithTooManySeatsIsRefused() {
		SeatConfiguration crowded = new SeatConfiguration(0, 1, "", List.of("1", "2", "3", "4", "5", "6", "7", "8"));
		byte[] frame = QuorumFrames.encode(new Prepare(crowded, BALLOT));
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> QuorumFrames.decode(frame));
	}

	@ParameterizedTest
	@MethodSource("messages")
	void truncatedFrameIsRefused(QuorumMessage message) {
		byte[] frame = QuorumFrames.encode(message);
		for (int length = 0; length < frame.length; length++) {
			byte[] part = java.util.Arrays.copyOf(frame, length);
			assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> QuorumFrames.decode(part));
		}
	}

}
