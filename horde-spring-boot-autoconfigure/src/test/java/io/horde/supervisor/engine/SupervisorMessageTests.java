package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.horde.crdt.CausalContext;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.process.RestartPolicy;
import io.horde.process.StartReason;
import io.horde.replication.protocol.EntryCodec;
import io.horde.supervisor.engine.SupervisorMessage.ChildAnswer;
import io.horde.supervisor.engine.SupervisorMessage.ChildQuestion;
import io.horde.supervisor.engine.SupervisorMessage.Failure;
import io.horde.supervisor.engine.SupervisorMessage.HandOverCommand;
import io.horde.supervisor.engine.SupervisorMessage.HandOverRefused;
import io.horde.supervisor.engine.SupervisorMessage.HandedOver;
import io.horde.supervisor.engine.SupervisorMessage.HoldAnswer;
import io.horde.supervisor.engine.SupervisorMessage.HoldQuestion;
import io.horde.supervisor.engine.SupervisorMessage.MoveFailed;
import io.horde.supervisor.engine.SupervisorMessage.MoveRequest;
import io.horde.supervisor.engine.SupervisorMessage.OwnershipAnswer;
import io.horde.supervisor.engine.SupervisorMessage.OwnershipQuestion;
import io.horde.supervisor.engine.SupervisorMessage.RestartRequest;
import io.horde.supervisor.engine.SupervisorMessage.StartCommand;
import io.horde.supervisor.engine.SupervisorMessage.StartFailed;
import io.horde.supervisor.ownership.DesiredChild;
import io.horde.supervisor.ownership.DesiredEntry;
import io.horde.supervisor.ownership.DesiredEntry.StopMark;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.RestartHistory;
import io.horde.test.PinnedFrames;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the supervisor sends and replicates survives the wire.
 */
class SupervisorMessageTests {

	private static final ReplicaId NODE = new ReplicaId("n1", 1234567890123L);

	private static final Dot DOT = new Dot(NODE, 42);

	@ParameterizedTest
	@MethodSource("messages")
	void messagesSurviveTheWire(SupervisorMessage message) {
		assertThat(SupervisorMessage.of(message.toFrame())).usingRecursiveComparison().isEqualTo(message);
	}

	@Test
	void theBytesAreThoseOfEarlierReleases() {
		PinnedFrames.check(SupervisorMessageTests.class, messages(), SupervisorMessage::toFrame);
	}

	static Stream<SupervisorMessage> messages() {
		return Stream.of(new StartCommand(new byte[] { 1, 2, 3 }),
				new StartFailed("id", DOT, Failure.NAME_TAKEN, "taken", "other"),
				new StartFailed("id", DOT, Failure.ERROR, "no", null),
				new HandOverCommand(List.of(new HandedOver("a", DOT, 7, RestartHistory.NONE, new byte[] { 9 },
						List.of(new TickDelay("poll", 7), new TickDelay("poll#2", Long.MAX_VALUE)), new byte[] { 8 }),
						new HandedOver("b", null, 8, new RestartHistory(2, List.of(1L, 2L)), null, List.of(), null))),
				new HandOverRefused("id", 7, "why"), new MoveRequest("id", "n2"), new MoveFailed("id", "why"),
				new RestartRequest("id"), new ChildQuestion(7, "id"),
				new ChildAnswer(7, List.of(DOT, new Dot(NODE, 43))), new ChildAnswer(8, List.of()),
				new HoldQuestion(9, DOT), new HoldAnswer(9), new OwnershipQuestion(3, 42),
				new OwnershipAnswer(3, CausalContext.of(new TreeMap<>(Map.of(NODE, 42L)), List.of(new Dot(NODE, 44)))),
				new OwnershipAnswer(4, CausalContext.EMPTY));
	}

	@ParameterizedTest
	@MethodSource("messages")
	void truncatedMessagesAreMalformed(SupervisorMessage message) {
		byte[] frame = message.toFrame();
		for (int length = 0; length < frame.length; length++) {
			byte[] truncated = java.util.Arrays.copyOf(frame, length);
			assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> SupervisorMessage.of(truncated));
		}
	}

	@Test
	void anUnknownMessageIsMalformed() {
		byte[] frame = new FrameWriter().array(1).longValue(99).toBytes();
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> SupervisorMessage.of(frame));
	}

	@Test
	void desiredChildrenSurviveTheWire() {
		DesiredChild full = new DesiredChild("room", "room-1", new byte[] { 1 }, new byte[] { 2, 3 },
				RestartPolicy.TEMPORARY, Duration.ofMillis(1500), new TreeMap<>(Map.of("a", "b", "c", "d")), "random",
				true);
		assertThat(copy(DesiredEntry.CODEC, full)).usingRecursiveComparison().isEqualTo(full);
		assertThat(copy(DesiredEntry.CODEC, new StopMark("room"))).usingRecursiveComparison()
			.isEqualTo(new StopMark("room"));
	}

	@Test
	void placementsSurviveTheWire() {
		for (Placement.Phase phase : Placement.Phase.values()) {
			Placement placement = new Placement(NODE, 1L << 52, phase, DOT, StartReason.HAND_OFF, NODE, 2,
					new RestartHistory(1, List.of(5L)), "error", new byte[] { 4 });
			assertThat(copy(Placement.CODEC, placement)).isEqualTo(placement);
		}
		Placement bare = Placement.unstarted(NODE, 1, null, StartReason.FIRST, RestartHistory.NONE);
		assertThat(copy(Placement.CODEC, bare)).isEqualTo(bare);
	}

	@Test
	void theBytesOfEntriesAreThoseOfEarlierReleases() {
		Stream<Placement> placements = Arrays.stream(Placement.Phase.values())
			.map((phase) -> new Placement(NODE, 1L << 52, phase, DOT, StartReason.HAND_OFF, NODE, 2,
					new RestartHistory(1, List.of(5L, 6L)), "error", new byte[] { 4 }));
		Stream<Placement> bare = Arrays.stream(StartReason.values())
			.map((reason) -> Placement.unstarted(NODE, 1, null, reason, RestartHistory.NONE));
		PinnedFrames.check(Placement.class, Stream.concat(placements, bare), (value) -> bytes(Placement.CODEC, value));
		DesiredChild full = new DesiredChild("room", "room-1", new byte[] { 1 }, new byte[] { 2, 3 },
				RestartPolicy.TEMPORARY, Duration.ofMillis(1500), new TreeMap<>(Map.of("a", "b", "c", "d")), "random",
				true);
		PinnedFrames.check(DesiredEntry.class,
				Stream.of(full, new DesiredChild("room", null, null, null, null, null, new TreeMap<>(), "", false),
						new StopMark("room")),
				(value) -> bytes(DesiredEntry.CODEC, value));
	}

	@Test
	void reasonsAndPhasesOfANewerReleaseAreTakenForTheFirst() {
		byte[] frame = bytes(Placement.CODEC, new Placement(NODE, 1, Placement.Phase.RUNNING, null,
				StartReason.HAND_OFF, null, 0, RestartHistory.NONE, null, null));
		frame[frame.length - 9] = 0x17;
		frame[frame.length - 7] = 0x17;
		Placement read = Placement.CODEC.read(new FrameReader(frame), 0);
		assertThat(read.phase()).isEqualTo(Placement.Phase.values()[0]);
		assertThat(read.reason()).isEqualTo(StartReason.values()[0]);
	}

	private static <V> byte[] bytes(EntryCodec<V> codec, V value) {
		FrameWriter writer = new FrameWriter();
		codec.write(value, 0, writer);
		return writer.toBytes();
	}

	private static <V> V copy(EntryCodec<V> codec, V value) {
		return codec.read(new FrameReader(bytes(codec, value)), 0);
	}

}
