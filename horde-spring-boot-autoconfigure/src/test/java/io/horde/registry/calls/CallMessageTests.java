package io.horde.registry.calls;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.horde.registry.calls.CallMessage.Failure;
import io.horde.registry.calls.CallMessage.Kind;
import io.horde.registry.calls.CallMessage.Request;
import io.horde.registry.calls.CallMessage.Result;
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

	@Test
	void aRequestSurvivesTheWay() {
		Request request = new Request(7, "room", "p-1", "com.example.Api", "join", List.of(new byte[] { 1, 2 }), 5000,
				true, List.of("a", "b"), new TreeMap<>(Map.of("traceparent", "00-1")));
		Request read = (Request) CallMessage.of(request.toFrame());
		assertThat(read).usingRecursiveComparison().isEqualTo(request);
	}

	@Test
	void aResultOfNothingSurvivesTheWay() {
		assertThat(CallMessage.of(new Result(3, null).toFrame())).isEqualTo(new Result(3, null));
	}

	@Test
	void aFailureSurvivesTheWay() {
		Failure failure = new Failure(3, Kind.THREW, List.of("x.Y"), null, "stack");
		assertThat(CallMessage.of(failure.toFrame())).isEqualTo(failure);
	}

	@Test
	void theBytesAreThoseOfEarlierReleases() {
		PinnedFrames.check(CallMessageTests.class, Stream.of(
				new Request(7, "room", "p-1", "com.example.Api", "join", List.of(new byte[] { 1, 2 }, new byte[0]),
						5000, true, List.of("a", "b"), new TreeMap<>(Map.of("k", "v", "traceparent", "00-1"))),
				new Request(8, null, "p-1", "a.B", "c", List.of(), 0, false, List.of(), Map.of()), new Result(3, null),
				new Result(3, new byte[] { 1 }), new Failure(3, Kind.THREW, List.of("x.Y", "z"), null, "stack"),
				new Failure(4, Kind.GONE, List.of(), "m", ""), new Failure(4, Kind.MAILBOX_FULL, List.of(), "m", ""),
				new Failure(4, Kind.REFUSED, List.of(), "m", ""), new Failure(4, Kind.NO_RESULT, List.of(), "m", "")),
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
		byte[] valid = new Request(7, "room", "p-1", "com.example.Api", "join", List.of(new byte[] { 1, 2 }), 5000,
				true, List.of("a"), Map.of("k", "v"))
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
