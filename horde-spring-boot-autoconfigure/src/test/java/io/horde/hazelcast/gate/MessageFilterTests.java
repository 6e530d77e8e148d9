package io.horde.hazelcast.gate;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

import com.hazelcast.client.impl.protocol.ClientMessage;
import com.hazelcast.client.impl.protocol.ClientMessageWriter;
import com.hazelcast.client.impl.protocol.codec.ClientAddClusterViewListenerCodec;
import com.hazelcast.client.impl.protocol.codec.ClientAuthenticationCodec;
import com.hazelcast.client.impl.protocol.codec.ClientAuthenticationCustomCodec;
import com.hazelcast.client.impl.protocol.codec.ClientCreateProxiesCodec;
import com.hazelcast.client.impl.protocol.codec.ClientCreateProxyCodec;
import com.hazelcast.client.impl.protocol.codec.ClientDestroyProxyCodec;
import com.hazelcast.client.impl.protocol.codec.ClientPingCodec;
import com.hazelcast.client.impl.protocol.codec.ClientStatisticsCodec;
import com.hazelcast.client.impl.protocol.codec.ExecutorServiceShutdownCodec;
import com.hazelcast.client.impl.protocol.codec.ExecutorServiceSubmitToMemberCodec;
import com.hazelcast.client.impl.protocol.codec.ExecutorServiceSubmitToPartitionCodec;
import com.hazelcast.client.impl.protocol.codec.MCGetSystemPropertiesCodec;
import com.hazelcast.client.impl.protocol.codec.MCRunScriptCodec;
import com.hazelcast.client.impl.protocol.codec.MCShutdownMemberCodec;
import com.hazelcast.client.impl.protocol.codec.MapPutCodec;
import com.hazelcast.client.impl.protocol.codec.builtin.ErrorsCodec;
import com.hazelcast.client.impl.protocol.exception.ErrorHolder;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.impl.HeapData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests for {@link MessageFilter}, with the bytes that Hazelcast's own codecs make.
 */
class MessageFilterTests {

	private static final int MAX_PACKET = 192 * 1024;

	private static final int HELLO = 1;

	private static final int DATA = 6;

	private static final int WHOLE = 0xC000;

	private static final int FINAL = 0x2000;

	private static final int NULL = 0x0400;

	private static final byte[] GREETING = ascii("CP2");

	private static final String EXECUTOR_SERVICE = "hz:impl:executorService";

	@Test
	void whatALinkSendsPassesUnchanged() throws Exception {
		assertPass(MessageFilter::ofRequests, concat(GREETING, requests()));
	}

	@Test
	void whatALinkIsAnsweredPassesUnchanged() throws Exception {
		assertPass((max) -> MessageFilter.ofResponses(), answers());
	}

	private static void assertPass(IntFunction<MessageFilter> filters, byte[] bytes) throws Exception {
		Random random = new Random(1);
		for (int room : new int[] { 1, 3, 1000, 1 << 20 }) {
			List<IntSupplier> cuts = List.of(() -> bytes.length, () -> 1, () -> 1 + random.nextInt(40),
					() -> 1 + random.nextInt(20_000));
			for (IntSupplier cut : cuts) {
				Pipe pipe = new Pipe(filters.apply(MAX_PACKET), room);
				pipe.feed(bytes, cut);
				assertThat(Arrays.equals(pipe.passed(), bytes)).isTrue();
			}
		}
	}

	private static byte[] requests() {
		List<byte[]> messages = new ArrayList<>(List.of(bytes(authentication("horde")),
				bytes(ClientAddClusterViewListenerCodec.encodeRequest()), bytes(ClientPingCodec.encodeRequest()),
				bytes(ClientCreateProxyCodec.encodeRequest("horde", EXECUTOR_SERVICE))));
		for (int size : new int[] { 2, 3, 100, 70_000, MAX_PACKET }) {
			messages.add(bytes(submit("horde", packet(DATA, size))));
			messages.add(bytes(ClientPingCodec.encodeRequest()));
		}
		for (int i = 0; i < 16; i++) {
			messages.add(bytes(submit("horde", packet(HELLO, 200))));
		}
		return concat(messages.toArray(byte[][]::new));
	}

	private static byte[] answers() {
		StackTraceElement line = new StackTraceElement("com.hazelcast.Something", "run", "Something.java", 42);
		ErrorHolder error = new ErrorHolder(3, "java.util.concurrent.RejectedExecutionException", "no",
				Collections.nCopies(300, line));
		return concat(bytes(ClientPingCodec.encodeResponse()), bytes(ClientCreateProxyCodec.encodeResponse()),
				bytes(ClientAddClusterViewListenerCodec.encodeResponse()),
				bytes(ClientAddClusterViewListenerCodec.encodeMembersViewEvent(1, List.of())),
				bytes(ClientAddClusterViewListenerCodec.encodePartitionsViewEvent(1,
						List.of(Map.entry(UUID.randomUUID(), List.of(1, 2, 3))))),
				bytes(ExecutorServiceSubmitToMemberCodec.encodeResponse(null)),
				bytes(ErrorsCodec.encode(List.of(error, error))),
				bytes(ExecutorServiceSubmitToMemberCodec.encodeResponse(null)),
				message(frame(WHOLE, ints(0x000101, 0, 0, 0)), frame(0, new byte[200_000]), frame(FINAL)));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("forbidden")
	void whatNoLinkSendsIsRefusedAndNothingOfItPasses(String what, byte[] message) {
		byte[] before = concat(GREETING, bytes(authentication("horde")), bytes(submit("horde", packet(DATA, 50))));
		assertForbidden(MessageFilter.ofRequests(MAX_PACKET), before, message, before.length + message.length);
		for (int cut : new int[] { 1, 7, 1000 }) {
			assertForbidden(MessageFilter.ofRequests(MAX_PACKET), before, message, cut);
		}
		assertForbidden(MessageFilter.ofRequests(MAX_PACKET), GREETING, message, 5);
	}

	static Stream<Arguments> forbidden() {
		Data data = packet(DATA, 10);
		UUID uuid = new UUID(1, 2);
		byte[] first = frame(WHOLE, ints(0x080600, 1, 0, -1));
		byte[] ping = ints(0x000B00, 1, 0, -1);
		return Stream.of(Arguments.of("system properties", bytes(MCGetSystemPropertiesCodec.encodeRequest())),
				Arguments.of("script", bytes(MCRunScriptCodec.encodeRequest("js", "exit()"))),
				Arguments.of("shutdown", bytes(MCShutdownMemberCodec.encodeRequest())),
				Arguments.of("map", bytes(MapPutCodec.encodeRequest("horde", data, data, 1, 1))),
				Arguments.of("statistics", bytes(ClientStatisticsCodec.encodeRequest(1, "a=b", new byte[9]))),
				Arguments.of("custom authentication",
						bytes(ClientAuthenticationCustomCodec.encodeRequest("horde", new byte[9], uuid, "JVM", (byte) 1,
								"5.5.0", "name", List.of(), (byte) 0, false))),
				Arguments.of("proxies", bytes(ClientCreateProxiesCodec.encodeRequest(List.of(Map.entry("a", "b"))))),
				Arguments.of("destruction", bytes(ClientDestroyProxyCodec.encodeRequest("horde", EXECUTOR_SERVICE))),
				Arguments.of("task for a partition",
						bytes(ExecutorServiceSubmitToPartitionCodec.encodeRequest("horde", uuid, data))),
				Arguments.of("end of the executor", bytes(ExecutorServiceShutdownCodec.encodeRequest("horde"))),
				Arguments.of("an answer", bytes(ClientPingCodec.encodeResponse())),
				Arguments.of("proxy of a map",
						bytes(ClientCreateProxyCodec.encodeRequest("horde", "hz:impl:mapService"))),
				Arguments.of("proxy of another name",
						bytes(ClientCreateProxyCodec.encodeRequest("horde2", EXECUTOR_SERVICE))),
				Arguments.of("task for another executor", bytes(submit("default", data))),
				Arguments.of("task for no executor", bytes(submit("", data))),
				Arguments.of("task of Java", bytes(submit("horde", object(-100, 2_000)))),
				Arguments.of("task of another type", bytes(submit("horde", object(0x484f5245, 2_000)))),
				Arguments.of("task in another byte order", bytes(submit("horde", object(0x44524f48, 2_000)))),
				Arguments.of("packet that is too large", bytes(submit("horde", packet(DATA, MAX_PACKET + 1)))),
				Arguments.of("packet without an end",
						message(first, frame(0, ascii("horde")), frame(0, data.toByteArray()))),
				Arguments.of("packet without a head",
						message(first, frame(0, ascii("horde")), frame(FINAL, new byte[13]))),
				Arguments.of("null for a packet", message(first, frame(0, ascii("horde")), frame(FINAL | NULL))),
				Arguments.of("task that is nothing", frame(WHOLE | FINAL, ints(0x080600, 1, 0, -1))),
				Arguments.of("task without a task", message(first, frame(FINAL, ascii("horde")))),
				Arguments.of("proxy of nothing", frame(WHOLE | FINAL, ints(0x000400, 1, 0, -1))),
				Arguments.of("proxy without a service",
						message(frame(WHOLE, ints(0x000400, 1, 0, -1)), frame(FINAL, ascii("horde")))),
				Arguments.of("100 MB", head(100 << 20, WHOLE)), Arguments.of("-1 byte", head(-1, WHOLE)),
				Arguments.of("the least number", head(Integer.MIN_VALUE, WHOLE)),
				Arguments.of("the largest number", head(Integer.MAX_VALUE, WHOLE)),
				Arguments.of("no bytes", head(0, WHOLE)), Arguments.of("less than a head", head(5, WHOLE)),
				Arguments.of("no content", head(6, WHOLE | FINAL)),
				Arguments.of("no correlation", frame(WHOLE | FINAL, ints(0x000B00, 1))),
				Arguments.of("a long first frame", frame(WHOLE | FINAL, Arrays.copyOf(ping, 251))),
				Arguments.of("first fragment", frame(0x8000 | FINAL, ping)),
				Arguments.of("last fragment", frame(0x4000 | FINAL, ping)),
				Arguments.of("fragment in between", frame(FINAL, ping)),
				Arguments.of("1,025 frames", message(frame(WHOLE, ping), repeat(frame(0), 1024))),
				Arguments.of("100 MB in the second frame", message(frame(WHOLE, ping), head(100 << 20, FINAL))),
				Arguments.of("100 MB for a packet", message(first, frame(0, ascii("horde")), head(100 << 20, FINAL))),
				Arguments.of("100 MB for the name of the executor", message(first, head(100 << 20, 0))),
				Arguments.of("negative second frame", message(frame(WHOLE, ping), head(-30, FINAL))),
				Arguments.of("long authentication", bytes(authentication("x".repeat(9_000)))),
				Arguments.of("authentication of many parts",
						message(frame(WHOLE, ints(0x000100, 1, 0, -1)), repeat(frame(0, new byte[94]), 90))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "HZC", "HZX", "CP1", "CP\n", "XP2", "HORD", "\u0016\u0003\u0001" })
	void whoeverDoesNotGreetAsAClientIsRefused(String greeting) {
		byte[] bytes = concat(ascii(greeting), bytes(ClientPingCodec.encodeRequest()));
		assertForbidden(MessageFilter.ofRequests(MAX_PACKET), new byte[0], bytes, bytes.length);
		assertForbidden(MessageFilter.ofRequests(MAX_PACKET), new byte[0], bytes, 1);
	}

	@Test
	void fiveTypesOfRequestsPass() {
		Set<Integer> passed = new TreeSet<>();
		Data data = packet(DATA, 10);
		for (int type : types()) {
			byte[] first = frame(WHOLE, ints(type, 1, 0, -1));
			byte[] proxy = message(first, frame(0, ascii("horde")), frame(FINAL, ascii(EXECUTOR_SERVICE)));
			byte[] task = message(first, frame(0, ascii("horde")), frame(FINAL, data.toByteArray()));
			if (passes(MessageFilter.ofRequests(MAX_PACKET), concat(GREETING, proxy))
					|| passes(MessageFilter.ofRequests(MAX_PACKET), concat(GREETING, task))) {
				passed.add(type);
			}
		}
		assertThat(passed).containsExactlyInAnyOrder(0x000100, 0x000300, 0x000400, 0x000B00, 0x080600);
	}

	@Test
	void answersToThemAndEventsOfTheListenerPass() {
		Set<Integer> passed = new TreeSet<>();
		for (int type : types()) {
			byte[] answer = message(frame(WHOLE, ints(type, 1, 0, 0)), frame(FINAL | NULL));
			if (passes(MessageFilter.ofResponses(), answer)) {
				passed.add(type);
			}
		}
		assertThat(passed).filteredOn((type) -> type >> 8 != 3)
			.containsExactlyInAnyOrder(0, 0x000101, 0x000401, 0x000B01, 0x080601);
		assertThat(passed).filteredOn((type) -> type >> 8 == 3).containsExactly(0x000300, 0x000301);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("forbiddenAnswers")
	void whatNoLinkIsAnsweredIsRefusedAndNothingOfItPasses(String what, byte[] answer) {
		byte[] before = concat(bytes(ClientPingCodec.encodeResponse()),
				bytes(ExecutorServiceSubmitToMemberCodec.encodeResponse(null)));
		for (int cut : new int[] { 1, 7, 1 << 20 }) {
			assertForbidden(MessageFilter.ofResponses(), before, answer, cut);
		}
	}

	static Stream<Arguments> forbiddenAnswers() {
		byte[] submitted = ints(0x080601, 1, 0, 0);
		return Stream.of(Arguments.of("system properties", bytes(MCGetSystemPropertiesCodec.encodeResponse(List.of()))),
				Arguments.of("value of a map", bytes(MapPutCodec.encodeResponse(packet(DATA, 9)))),
				Arguments.of("a request", bytes(ClientPingCodec.encodeRequest())),
				Arguments.of("an object of Java for a packet",
						bytes(ExecutorServiceSubmitToMemberCodec.encodeResponse(object(-100, 2_000)))),
				Arguments.of("a packet for a packet",
						bytes(ExecutorServiceSubmitToMemberCodec.encodeResponse(packet(DATA, 20)))),
				Arguments.of("nothing for a packet", frame(WHOLE | FINAL, submitted)),
				Arguments.of("no bytes for a packet", message(frame(WHOLE, submitted), frame(FINAL))),
				Arguments.of("null and more for a packet", message(frame(WHOLE, submitted), frame(NULL), frame(FINAL))),
				Arguments.of("null with content", message(frame(WHOLE, submitted), frame(FINAL | NULL, new byte[9]))),
				Arguments.of("100 MB for a packet", message(frame(WHOLE, submitted), head(100 << 20, FINAL | NULL))),
				Arguments.of("100 MB", head(100 << 20, WHOLE)), Arguments.of("-1 byte", head(-1, WHOLE)),
				Arguments.of("no bytes", head(0, WHOLE)),
				Arguments.of("fragment", frame(0x8000 | FINAL, ints(0x000B01, 1, 0, 0))));
	}

	@Test
	void boundsHoldForAnswersWhoseBeginningHasPassed() {
		byte[] first = frame(WHOLE, ints(0x000101, 1, 0, 0));
		for (byte[] rest : List.of(head(100 << 20, FINAL), head(-1, FINAL), head(0, FINAL))) {
			assertForbidden(MessageFilter.ofResponses(), first, rest, 3);
		}
		byte[] frames = repeat(frame(0), 8 * 1024 - 1);
		assertForbidden(MessageFilter.ofResponses(), concat(first, frames), frame(FINAL), 1000);
	}

	@Test
	void floodOfHandshakesIsRefused() {
		byte[] hello = bytes(submit("horde", packet(HELLO, 100)));
		Pipe pipe = new Pipe(MessageFilter.ofRequests(MAX_PACKET), 1 << 20);
		assertThat(pipe.refusal(concat(GREETING, repeat(hello, 1000)), 1 << 20))
			.isEqualTo(GateRefusal.FORBIDDEN_MESSAGE);
		int passed = (pipe.passed().length - GREETING.length) / hello.length;
		assertThat(passed).isBetween(16, 100);
		assertThat(pipe.passed()).hasSize(GREETING.length + passed * hello.length);
	}

	@Test
	void otherPacketsAreNotCounted() {
		byte[] data = bytes(submit("horde", packet(DATA, 100)));
		Pipe pipe = new Pipe(MessageFilter.ofRequests(MAX_PACKET), 1 << 20);
		assertThatCode(() -> pipe.feed(concat(GREETING, repeat(data, 10_000)), () -> 1500)).doesNotThrowAnyException();
	}

	private static void assertForbidden(MessageFilter filter, byte[] before, byte[] message, int cut) {
		Pipe pipe = new Pipe(filter, 700);
		assertThat(pipe.refusal(concat(before, message), cut)).isEqualTo(GateRefusal.FORBIDDEN_MESSAGE);
		assertThat(pipe.passed()).isEqualTo(before);
	}

	private static boolean passes(MessageFilter filter, byte[] bytes) {
		Pipe pipe = new Pipe(filter, 700);
		return pipe.refusal(bytes, bytes.length) == null && Arrays.equals(pipe.passed(), bytes);
	}

	/** All types that Hazelcast has given out, and far more. */
	private static List<Integer> types() {
		List<Integer> types = new ArrayList<>();
		for (int type = 0; type < 0x300000; type += 0x100) {
			for (int kind = 0; kind < 2; kind++) {
				types.add(type + kind);
			}
		}
		new Random(2).ints(1000, Integer.MIN_VALUE, 0).forEach(types::add);
		return types;
	}

	private static ClientMessage authentication(String cluster) {
		return ClientAuthenticationCodec.encodeRequest(cluster, null, null, new UUID(3, 4), "JVM", (byte) 1, "5.5.0",
				"client", List.of("label"), (byte) 0, false);
	}

	private static ClientMessage submit(String executor, Data task) {
		return ExecutorServiceSubmitToMemberCodec.encodeRequest(executor, new UUID(5, 6), task, new UUID(7, 8));
	}

	private static Data packet(int kind, int size) {
		byte[] packet = new byte[size];
		packet[0] = 1;
		packet[1] = (byte) kind;
		return new HeapData(ByteBuffer.allocate(12 + size)
			.putInt(0)
			.putInt(MessageFilter.PACKET_TYPE)
			.putInt(size)
			.put(packet)
			.array());
	}

	private static Data object(int type, int size) {
		return new HeapData(ByteBuffer.allocate(size).putInt(0).putInt(type).array());
	}

	private static byte[] bytes(ClientMessage message) {
		ByteBuffer buffer = ByteBuffer.allocate(message.getBufferLength());
		assertThat(new ClientMessageWriter().writeTo(buffer, message)).isTrue();
		return Arrays.copyOf(buffer.array(), buffer.position());
	}

	private static byte[] message(byte[]... frames) {
		return concat(frames);
	}

	private static byte[] frame(int flags, byte... content) {
		return concat(head(6 + content.length, flags), content);
	}

	private static byte[] head(int length, int flags) {
		return ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN).putInt(length).putShort((short) flags).array();
	}

	private static byte[] ints(int... values) {
		ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
		Arrays.stream(values).forEach(buffer::putInt);
		return buffer.array();
	}

	private static byte[] repeat(byte[] bytes, int times) {
		byte[][] all = new byte[times][];
		Arrays.fill(all, bytes);
		return concat(all);
	}

	private static byte[] concat(byte[]... parts) {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			all.writeBytes(part);
		}
		return all.toByteArray();
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * A filter, and a reader behind it that has room for so many bytes at a time.
	 */
	private static final class Pipe {

		private final MessageFilter filter;

		private final ByteBuffer room;

		private final ByteArrayOutputStream passed = new ByteArrayOutputStream();

		Pipe(MessageFilter filter, int room) {
			this.filter = filter;
			this.room = ByteBuffer.allocate(room);
		}

		void feed(byte[] bytes, IntSupplier cut) throws GateException {
			int start = 0;
			while (start < bytes.length) {
				int length = Math.min(cut.getAsInt(), bytes.length - start);
				ByteBuffer from = ByteBuffer.wrap(bytes, start, length);
				do {
					pass(from);
				}
				while (from.hasRemaining() || this.filter.isBlocked());
				start += length;
			}
		}

		private void pass(ByteBuffer from) throws GateException {
			this.room.clear();
			try {
				this.filter.pass(from, this.room);
			}
			finally {
				this.passed.write(this.room.array(), 0, this.room.position());
			}
		}

		GateRefusal refusal(byte[] bytes, int cut) {
			try {
				feed(bytes, () -> cut);
				return null;
			}
			catch (GateException ex) {
				return ex.refusal();
			}
		}

		byte[] passed() {
			return this.passed.toByteArray();
		}

	}

}
