package io.horde.replication.protocol;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.horde.crdt.CausalContext;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.test.PinnedFrames;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link Messages}.
 */
class MessagesTests {

	private static final ReplicaId A = new ReplicaId("a", 1);

	private static final ReplicaId B = new ReplicaId("b", 7_000_000_000_000_000L);

	private static final long LINK = -3;

	private static final byte[] ITEM = new FrameWriter().array(2).longValue(1).string("x").toBytes();

	static Stream<Message> messages() {
		CausalContext context = CausalContext.of(new TreeMap<>(Map.of(A, 5L, B, 300L)),
				List.of(new Dot(A, 7), new Dot(A, 9), new Dot(B, 1000)));
		Map<ReplicaId, Long> vector = new LinkedHashMap<>(Map.of(B, 4L));
		vector.put(A, -2L);
		PruningChain chain = PruningChain.EMPTY.with(List.of(PruningRecord.forgotten(A)))
			.with(List.of(new PruningRecord(A, PruningRecord.Kind.DROPPED, 4, 5),
					new PruningRecord(B, PruningRecord.Kind.CLOSED, 6, -7)));
		return Stream.of(new Message.Deltas(List.of(run(A, 3), run(B, 70_000))), new Message.Ack(12),
				new Message.VectorRequest(13), new Message.Vector(14, context, -15, true), new Message.Pull(16, vector),
				new Message.PullEnd(17, Message.PullEnd.Outcome.COMPLETE),
				new Message.PullEnd(17, Message.PullEnd.Outcome.MORE),
				new Message.PullEnd(17, Message.PullEnd.Outcome.TOO_OLD), new Message.Prunable(vector),
				new Message.History(chain, List.of(18L, 19L)), new Message.History(PruningChain.EMPTY, List.of()),
				new Message.Reconcile(20, context), new Message.Chunk(21, 22, true, context, ITEM),
				new Message.Next(23, 24, false), new Message.SymbolsRequest(25, 26, 27),
				new Message.Symbols(28, 29, new long[] { 30, -31, 1L << 40 }),
				new Message.EntriesRequest(32, 33, List.of(new Message.MapKey(34, "k"), new Message.MapKey(35, "l"))),
				new Message.Entries(36, 37, 38, ITEM), new Message.SessionEnd(39, true));
	}

	@ParameterizedTest
	@MethodSource("messages")
	void aMessageIsReadAsItWasWritten(Message message) {
		byte[] frame = write(message);
		assertThat(Messages.link(frame)).isEqualTo(LINK);
		Message read = Messages.read(frame, A);
		if (message instanceof Message.Deltas) {
			assertThat(write(read)).isEqualTo(frame);
		}
		else {
			assertThat(read).usingRecursiveComparison().isEqualTo(message);
		}
	}

	@Test
	void theBytesAreThoseOfEarlierReleases() {
		PinnedFrames.check(MessagesTests.class, messages(), MessagesTests::write);
	}

	@ParameterizedTest
	@MethodSource("messages")
	void aTruncatedMessageIsMalformed(Message message) {
		byte[] frame = write(message);
		for (int length = 0; length < frame.length; length++) {
			byte[] truncated = Arrays.copyOf(frame, length);
			assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> Messages.read(truncated, A));
		}
	}

	@ParameterizedTest
	@MethodSource("messages")
	void fieldsOfANewerReleaseAreSkipped(Message message) {
		byte[] frame = write(message);
		if (message instanceof Message.Deltas) {
			return;
		}
		byte[] longer = Arrays.copyOf(frame, frame.length + 1);
		longer[0]++;
		assertThat(Messages.read(longer, A)).usingRecursiveComparison().isEqualTo(message);
	}

	@Test
	void anUnknownMessageIsMalformed() {
		byte[] frame = new FrameWriter().array(3).longValue(99).longValue(LINK).longValue(1).toBytes();
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> Messages.read(frame, A))
			.withMessageContaining("99");
	}

	@Test
	void aHistoryWithoutTheAgeOfALinkIsMalformed() {
		PruningChain chain = PruningChain.EMPTY.with(List.of(PruningRecord.forgotten(A)));
		FrameWriter writer = new FrameWriter().array(4).longValue(15).longValue(LINK);
		chain.write(writer);
		byte[] frame = writer.array(0).toBytes();
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> Messages.read(frame, A))
			.withMessage("A chain of 1 links and 0 ages");
	}

	private static Run run(ReplicaId origin, long first) {
		FrameWriter writer = new FrameWriter().array(3).longValue(99);
		Codecs.writeRemoval(writer, 5, "key", new Dot(origin, first), List.of(new Dot(origin, first - 1)));
		new Codecs().writePut(writer, 5, "key", new Dot(origin, first + 1), List.of(new Dot(new ReplicaId("c", 2), 8)),
				ITEM, 99);
		return new Run(origin, List.of(LoggedDelta.of(first, writer.toBytes())));
	}

	private static byte[] write(Message message) {
		return new Messages(A, LINK).write(message);
	}

}
