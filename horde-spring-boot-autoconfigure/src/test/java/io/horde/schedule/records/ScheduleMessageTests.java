package io.horde.schedule.records;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.horde.crdt.CausalContext;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.EntryCodec;
import io.horde.schedule.TickOutcome;
import io.horde.schedule.engine.TickEntry;
import io.horde.schedule.records.Floor.State;
import io.horde.schedule.records.KnownSchedule.Pausing;
import io.horde.schedule.records.KnownSchedule.Run;
import io.horde.schedule.records.ScheduleMessage.ListAnswer;
import io.horde.schedule.records.ScheduleMessage.ListQuestion;
import io.horde.schedule.records.ScheduleMessage.PauseAnswer;
import io.horde.schedule.records.ScheduleMessage.PauseQuestion;
import io.horde.schedule.records.ScheduleMessage.Progress;
import io.horde.schedule.records.ScheduleMessage.RunAnswer;
import io.horde.schedule.records.ScheduleMessage.RunRequest;
import io.horde.schedule.records.ScheduleMessage.SightAnswer;
import io.horde.schedule.records.ScheduleMessage.SightQuestion;
import io.horde.schedule.records.ScheduleMessage.Verdict;
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
 * What members tell each other about schedules survives the wire.
 */
class ScheduleMessageTests {

	private static final ReplicaId NODE = new ReplicaId("n1", 1234567890123L);

	private static final Dot DOT = new Dot(NODE, 42);

	private static final TickEntry TICK = new TickEntry(1_790_000_000_000L, 1_790_000_000_007L, 1500,
			TickOutcome.FAILED, 0, "java.lang.IllegalStateException: no", null);

	@ParameterizedTest
	@MethodSource("messages")
	void messagesSurviveTheWire(ScheduleMessage message) {
		assertThat(ScheduleMessage.of(message.toFrame())).usingRecursiveComparison().isEqualTo(message);
	}

	@Test
	void theBytesAreThoseOfEarlierReleases() {
		PinnedFrames.check(ScheduleMessageTests.class, messages(), ScheduleMessage::toFrame);
	}

	@Test
	void theBytesOfEntriesAreThoseOfEarlierReleases() {
		PinnedFrames.check(Pause.class, pauses(), (pause) -> bytes(Pause.CODEC, pause));
		PinnedFrames.check(Floor.class, floors(), (floor) -> bytes(Floor.CODEC, floor));
	}

	@Test
	void entriesSurviveTheWire() {
		assertThat(pauses())
			.allSatisfy((pause) -> assertThat(Pause.CODEC.read(new FrameReader(bytes(Pause.CODEC, pause)), 0))
				.isEqualTo(pause));
		assertThat(floors())
			.allSatisfy((floor) -> assertThat(Floor.CODEC.read(new FrameReader(bytes(Floor.CODEC, floor)), 0))
				.isEqualTo(floor));
	}

	static Stream<ScheduleMessage> messages() {
		Run run = new Run("shop/invoices", "invoices", 5, "report#2", "0 0 2 * * *", "Europe/Berlin", Long.MAX_VALUE,
				new Pausing("me", 7));
		Run bare = new Run("a", "t", 6, "poll", "fixedRate PT1S", null, 1_790_000_000_000L, null);
		return Stream.of(new SightQuestion(1, "Z"),
				new SightAnswer(1, CausalContext.of(new TreeMap<>(Map.of(NODE, 42L)), List.of(new Dot(NODE, 44))), true,
						"Europe/Berlin"),
				new ListQuestion(2, "a#b", null, null), new ListQuestion(3, "", "a", "poll#2"),
				new ListAnswer(3, "a#b", List.of(
						new KnownSchedule("shop/invoices#report#2", run,
								List.of(TICK, new TickEntry(1, 0, -1, TickOutcome.SKIPPED, 3, "paused", null),
										TickEntry.lost(7, "n3"))),
						new KnownSchedule("a#poll", bare, List.of()), new KnownSchedule("b#poll", null, List.of(TICK))),
						true),
				new ListAnswer(4, "", List.of(), false), new PauseQuestion(5, "a", "poll", null),
				new PauseQuestion(5, "a", "poll#2", DOT), new PauseAnswer(5, null, Verdict.NO_SCHEDULE),
				new PauseAnswer(5, DOT, Verdict.OBEYED), new PauseAnswer(6, DOT, Verdict.NOT_HERE),
				new RunRequest(7, "a", "poll"), new RunAnswer(7, Progress.ACCEPTED, null),
				new RunAnswer(7, Progress.ENDED, TICK), new RunAnswer(8, Progress.BUSY, null),
				new RunAnswer(9, Progress.NOT_HERE, null), new RunAnswer(10, Progress.NO_SCHEDULE, null),
				new RunAnswer(11, Progress.ABANDONED, null));
	}

	private static Stream<Pause> pauses() {
		return Stream.of(new Pause(DOT, true, "me", 1_790_000_000_000L), new Pause(null, false, "", 7));
	}

	private static Stream<Floor> floors() {
		return Arrays.stream(State.values())
			.map((state) -> new Floor((state != State.LOST) ? DOT : null, 1_790_000_000_000L, 1L << 52, NODE, state,
					123_456_789, "Europe/Berlin"));
	}

	@ParameterizedTest
	@MethodSource("messages")
	void truncatedMessagesAreMalformed(ScheduleMessage message) {
		byte[] frame = message.toFrame();
		for (int length = 0; length < frame.length; length++) {
			byte[] truncated = Arrays.copyOf(frame, length);
			assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> ScheduleMessage.of(truncated));
		}
	}

	@Test
	void anUnknownMessageIsMalformed() {
		byte[] frame = new FrameWriter().array(1).longValue(99).toBytes();
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> ScheduleMessage.of(frame));
	}

	@Test
	void sizeOfWhatIsKnownIsNotUnderestimated() {
		messages().filter(ListAnswer.class::isInstance)
			.map(ListAnswer.class::cast)
			.forEach((answer) -> assertThat(answer.toFrame().length)
				.isLessThan(100 + answer.schedules().stream().mapToInt(KnownSchedule::size).sum()));
	}

	private static <V> byte[] bytes(EntryCodec<V> codec, V value) {
		FrameWriter writer = new FrameWriter();
		codec.write(value, 0, writer);
		return writer.toBytes();
	}

}
