package io.horde.payload.codec;

import java.io.ByteArrayInputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.horde.payload.PayloadException;
import io.horde.payload.PayloadTooLargeException;
import io.horde.wire.Payloads;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CborPayloadCodec} and {@link Payloads}.
 */
class CborPayloadCodecTests {

	private final CborPayloadCodec codec = new CborPayloadCodec();

	@Test
	void recordIsReadBack() {
		Settings settings = new Settings("lobby", 4, List.of("a", "b"), Optional.of("x"), BigDecimal.valueOf(12, 1));
		assertThat(this.codec.<Settings>decode(this.codec.encode(settings), Settings.class)).isEqualTo(settings);
	}

	@Test
	void genericTypeIsReadBack() throws Exception {
		Type type = Holder.class.getDeclaredField("rooms").getGenericType();
		Map<String, List<Room>> rooms = Map.of("ground", List.of(new Room(1), new Room(2)));
		assertThat(type).isInstanceOf(ParameterizedType.class);
		assertThat(this.codec.<Object>decode(this.codec.encode(rooms), type)).isEqualTo(rooms);
	}

	@Test
	void timesAreReadBack() {
		Times times = new Times(Instant.parse("2026-11-20T07:45:00.123456789Z"), LocalDate.of(2026, 11, 20),
				Duration.ofNanos(1_500_000_001), ZonedDateTime.parse("2026-11-20T07:45:00+01:00[Europe/Berlin]"));
		assertThat(this.codec.<Times>decode(this.codec.encode(times), Times.class)).isEqualTo(times);
	}

	@Test
	void simpleValuesAreReadBack() {
		UUID id = new UUID(1, 2);
		assertThat(this.codec.<UUID>decode(this.codec.encode(id), UUID.class)).isEqualTo(id);
		assertThat(this.codec.<Integer>decode(this.codec.encode(7), int.class)).isEqualTo(7);
		assertThat(this.codec.<String>decode(this.codec.encode("ü"), String.class)).isEqualTo("ü");
		assertThat(this.codec.<byte[]>decode(this.codec.encode(new byte[] { 1 }), byte[].class)).containsExactly(1);
	}

	@Test
	void nullIsReadBack() {
		assertThat(this.codec.<String>decode(this.codec.encode(null), String.class)).isNull();
	}

	@Test
	void namedSubtypesAreReadBack() {
		Shape shape = new Circle(2);
		assertThat(this.codec.<Shape>decode(this.codec.encode(shape), Shape.class)).isEqualTo(shape);
	}

	@Test
	void unknownPropertiesAreIgnored() {
		byte[] bytes = this.codec.encode(Map.of("number", 3, "colour", "red"));
		assertThat(this.codec.<Room>decode(bytes, Room.class)).isEqualTo(new Room(3));
	}

	@Test
	void bytesNeverNameAClass() {
		byte[] bytes = this.codec.encode(Map.of("@class", "javax.swing.JFrame", "number", 1));
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> this.codec.decode(bytes, NamedByClass.class));
	}

	@Test
	void whatIsNoDataIsRefusedWithItsType() {
		Supplier<String> lambda = () -> "";
		assertRefused(new Object(), "java.lang.Object");
		assertRefused(Thread.currentThread(), "java.lang.Thread");
		assertRefused(lambda, "CborPayloadCodecTests$$Lambda");
		assertRefused(Stream.of(1), "java.util.stream");
		assertRefused(new ByteArrayInputStream(new byte[1]), "java.io.ByteArrayInputStream");
		assertRefused(List.of(1).iterator(), "java.util");
	}

	@Test
	void whatCanNotBeReadBackIsRefusedAtTheSender() {
		assertRefused(new WriteOnly(3), "WriteOnly can be encoded but not decoded");
		assertRefused(new WriteOnly(3), "WriteOnly can be encoded but not decoded");
	}

	@Test
	void whatHasFieldsAndWritesNoneIsRefused() {
		assertRefused(new Closed(3), "Closed has fields, but no property");
		assertThat(this.codec.<Empty>decode(this.codec.encode(new Empty()), Empty.class)).isNotNull();
	}

	@Test
	void cycleIsRefused() {
		Node node = new Node();
		node.next = node;
		assertRefused(node, "Node");
	}

	@Test
	void foreignBytesAreRefusedWithTheExpectedType() {
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> this.codec.decode(new byte[] { 0x5b, 0x7f, -1, -1, -1, -1, -1, -1, -1 }, Room.class))
			.withMessageContaining("Room");
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> this.codec.decode(this.codec.encode("text"), Room.class))
			.withMessageContaining("Room");
	}

	@Test
	void largePayloadIsRefusedWithSizeLimitAndProperty() {
		Payloads payloads = new Payloads(this.codec, 1000);
		assertThat(payloads.encode("x".repeat(900), "the argument of 'room-42'")).hasSizeLessThan(1000);
		assertThatExceptionOfType(PayloadTooLargeException.class)
			.isThrownBy(() -> payloads.encode("x".repeat(2000), "The argument of 'room-42'"))
			.withMessageContaining("The argument of 'room-42' takes 2,004 bytes")
			.withMessageContaining("1,000")
			.withMessageContaining("horde.transport.max-payload-size")
			.satisfies((ex) -> assertThat(ex.size()).isEqualTo(2004));
	}

	@Test
	void refusedPayloadIsNamed() {
		Payloads payloads = new Payloads(this.codec, 1000);
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> payloads.encode(new Object(), "the argument of 'room-42'"))
			.withMessageContaining("the argument of 'room-42'")
			.withMessageContaining("java.lang.Object");
	}

	private void assertRefused(Object value, String message) {
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> this.codec.encode(value))
			.withMessageContaining(message);
	}

	record Settings(String name, int seats, List<String> players, Optional<String> note, BigDecimal price) {

	}

	record Times(Instant instant, LocalDate date, Duration duration, ZonedDateTime zoned) {

	}

	record Room(int number) {

	}

	record Circle(int radius) implements Shape {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = "circle"))
	interface Shape {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
	static class NamedByClass {

		public int number;

	}

	static class Holder {

		Map<String, List<Room>> rooms = Map.of();

	}

	static class Empty {

	}

	static class Closed {

		private final int number;

		Closed(int number) {
			this.number = number;
		}

		@Override
		public String toString() {
			return "" + this.number;
		}

	}

	static class Node {

		public Node next;

	}

	static class WriteOnly {

		private final int number;

		WriteOnly(int number) {
			this.number = number;
		}

		WriteOnly(int number, int factor) {
			this.number = number * factor;
		}

		public int getNumber() {
			return this.number;
		}

	}

}
