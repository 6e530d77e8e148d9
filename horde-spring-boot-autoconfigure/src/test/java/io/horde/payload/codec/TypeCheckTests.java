package io.horde.payload.codec;

import java.io.InputStream;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Month;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.BitSet;
import java.util.Collection;
import java.util.Currency;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import io.horde.payload.PayloadException;
import io.horde.payload.SampleTypes.Bean;
import io.horde.payload.SampleTypes.Empty;
import io.horde.payload.SampleTypes.Op;
import io.horde.payload.SampleTypes.Order;
import io.horde.payload.SampleTypes.Page;
import io.horde.payload.SampleTypes.Shape;
import io.horde.payload.SampleTypes.Tree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TypeCheck}, as {@link CborPayloadCodec#check} uses it.
 */
class TypeCheckTests {

	private final CborPayloadCodec codec = new CborPayloadCodec();

	static Stream<Type> carried() {
		return Stream.of(Carried.class.getDeclaredMethods()).map((method) -> method.getGenericReturnType());
	}

	@ParameterizedTest
	@MethodSource("carried")
	void whatJacksonCanCarryIsNotRefused(Type type) {
		assertThatCode(() -> this.codec.check(type)).doesNotThrowAnyException();
	}

	static Stream<Type> refused() {
		return Stream.of(Refused.class.getDeclaredMethods()).map((method) -> method.getGenericReturnType());
	}

	@ParameterizedTest
	@MethodSource("refused")
	void whatJacksonCanNotCarryIsRefused(Type type) {
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> this.codec.check(type))
			.withMessageContaining("can't be carried");
	}

	@Test
	void sentencesSayWhereAndWhatHelps() {
		assertRefused(WithObject.class, "'anything' of WithObject", "JsonNode");
		assertRefused(WithAbstract.class, "an element of 'shapes' of WithAbstract", "@JsonTypeInfo");
		assertRefused(NoConstructor.class, "it is a ", "make it a record");
		assertRefused(KeyedByRecord.class, "Key deserializer", "Order", "use a list of entries");
		assertRefused(BitSet.class, "it is a java.util.BitSet", "none of them could be read");
		assertRefused(Unlisted.class, "it is declared as ", "no @JsonSubTypes");
	}

	private void assertRefused(Type type, String... parts) {
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> this.codec.check(type))
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(parts));
	}

	interface Carried {

		int number();

		Integer boxed();

		String text();

		byte[] bytes();

		int[][] matrix();

		String[] texts();

		BigDecimal decimal();

		BigInteger integer();

		Instant instant();

		LocalDate date();

		ZonedDateTime zoned();

		ZoneId zone();

		Period period();

		Year year();

		YearMonth yearMonth();

		DayOfWeek day();

		UUID uuid();

		Locale locale();

		URI uri();

		Currency currency();

		Path path();

		AtomicInteger atomic();

		Optional<String> optional();

		OptionalInt optionalInt();

		OptionalLong optionalLong();

		List<Order> orders();

		Set<UUID> ids();

		Collection<Op> ops();

		Queue<Integer> queue();

		Deque<Integer> deque();

		SortedSet<String> sorted();

		NavigableMap<Integer, String> navigable();

		Map<String, List<Order>> map();

		Map<UUID, Order> byId();

		Map<Month, Order> byMonth();

		Map<Op, Integer> byOp();

		Map<LocalDate, Integer> byDate();

		Map<Key, Order> byKey();

		EnumMap<Op, String> enumMap();

		EnumSet<Op> enumSet();

		Op op();

		Order order();

		Shape shape();

		List<Shape> shapes();

		Page<Shape> page();

		Page<Page<Order>> pages();

		Tree tree();

		Bean bean();

		JsonNode anything();

		Map<String, JsonNode> anythings();

		Optional<List<Map<String, Shape>>> deep();

		Empty empty();

	}

	interface Refused {

		Object anything();

		List<Object> anythings();

		Map<String, Object> attributes();

		Number number();

		Comparable<String> comparable();

		WithObject withObject();

		WithAbstract withAbstract();

		NoConstructor noConstructor();

		List<NoConstructor> noConstructors();

		Map<Order, String> keyedByRecord();

		KeyedByRecord keyed();

		Abstract shape();

		Page<Object> page();

		InputStream stream();

		BitSet bits();

		Unlisted unlisted();

		Runnable runnable();

		Closed closed();

	}

	record Key(String text) {

		@JsonCreator
		static Key of(String text) {
			return new Key(text);
		}

		@JsonValue
		@Override
		public String text() {
			return this.text;
		}

	}

	interface Abstract {

		int side();

	}

	record WithObject(String name, Object anything) {

	}

	record WithAbstract(List<Abstract> shapes) {

	}

	record KeyedByRecord(Map<Order, String> map) {

	}

	static final class NoConstructor {

		private final int number;

		NoConstructor(int number, int other) {
			this.number = number + other;
		}

		public int getNumber() {
			return this.number;
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	interface Unlisted {

	}

	static class Closed {

		private final int number = 3;

		@Override
		public String toString() {
			return "" + this.number;
		}

	}

}
