package io.horde.registry.calls;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.horde.registry.calls.CallMessage.Caller;
import io.horde.registry.calls.CallMessage.Cancel;
import io.horde.registry.calls.CallMessage.Failure;
import io.horde.registry.calls.CallMessage.Kind;
import io.horde.registry.calls.CallMessage.Request;
import io.horde.registry.calls.CallMessage.Result;
import io.horde.registry.calls.CallMessage.Thrown;
import io.horde.test.PinnedFrames;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CallMessage}.
 */
class CallMessageTests {

	private static final List<Caller> CALLERS = List.of(new Caller("a", "room-a", 7, true, 1500),
			new Caller("b", null, 1, false, 0));

	@Test
	void aRequestSurvivesTheWay() {
		Request request = new Request(7, "room", "p-1", "com.example.Api", "join", 42, List.of(new byte[] { 1, 2 }),
				5000, true, CALLERS, new TreeMap<>(Map.of("traceparent", "00-1")));
		Request read = (Request) CallMessage.of(request.toFrame());
		assertThat(read).usingRecursiveComparison().isEqualTo(request);
	}

	@Test
	void aResultOfNothingSurvivesTheWay() {
		assertThat(CallMessage.of(new Result(3, null).toFrame())).isEqualTo(new Result(3, null));
	}

	@Test
	void aFailureSurvivesTheWay() {
		Failure failure = new Failure(3, Kind.THREW, null,
				new Thrown(List.of("x.Y"), "stack", Arrays.asList("detail", null), new byte[] { 1 }));
		assertThat(CallMessage.of(failure.toFrame())).usingRecursiveComparison().isEqualTo(failure);
	}

	@Test
	void anExceptionThatIsNotThereIsMalformed() {
		byte[] frame = new Failure(3, Kind.THREW, "m").toFrame();
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> CallMessage.of(frame));
	}

	@Test
	void aCancellationSurvivesTheWay() {
		assertThat(CallMessage.of(new Cancel(3).toFrame())).isEqualTo(new Cancel(3));
	}

	@Test
	void theBytesAreThoseOfEarlierReleases() {
		PinnedFrames.check(CallMessageTests.class, Stream.of(
				new Request(7, "room", "p-1", "com.example.Api", "join", 42, List.of(new byte[] { 1, 2 }, new byte[0]),
						5000, true, CALLERS, new TreeMap<>(Map.of("k", "v", "traceparent", "00-1"))),
				new Request(8, null, "p-1", "a.B", "c", -7, List.of(), 0, false, List.of(), Map.of()),
				new Result(3, null), new Result(3, new byte[] { 1 }),
				new Failure(3, Kind.THREW, null, new Thrown(List.of("x.Y", "z"), "stack", List.of(), null)),
				new Failure(3, Kind.THREW, "m", new Thrown(List.of(), "", Arrays.asList("d", null), new byte[] { 1 })),
				new Failure(4, Kind.GONE, "m"), new Failure(4, Kind.MAILBOX_FULL, "m"),
				new Failure(4, Kind.REFUSED, "m"), new Failure(4, Kind.NO_RESULT, "m"), new Cancel(5)),
				CallMessage::toFrame);
	}

	@Test
	void fieldsOfANewerReleaseAreSkipped() {
		byte[] frame = new FrameWriter().array(4)
			.longValue(CallMessage.RESULT)
			.longValue(3)
			.nil()
			.string("from the future")
			.toBytes();
		assertThat(CallMessage.of(frame)).isEqualTo(new Result(3, null));
	}

	@Test
	void anUnknownMessageIsMalformed() {
		byte[] frame = new FrameWriter().array(1).longValue(99).toBytes();
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> CallMessage.of(frame));
	}

	@Test
	void garbageIsMalformedAndNothingElse() {
		byte[] valid = new Request(7, "room", "p-1", "com.example.Api", "join", 42, List.of(new byte[] { 1, 2 }), 5000,
				true, CALLERS, Map.of("k", "v"))
			.toFrame();
		Random random = new Random(42);
		for (int i = 0; i < 5_000; i++) {
			byte[] damaged = valid.clone();
			for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
				damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
			}
			try {
				CallMessage.of(damaged);
			}
			catch (MalformedFrameException ex) {
				assertThat(ex.getMessage()).isNotEmpty();
			}
		}
	}

}
