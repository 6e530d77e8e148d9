package io.horde.registry;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Currency;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.horde.payload.SampleTypes.Bean;
import io.horde.payload.SampleTypes.Circle;
import io.horde.payload.SampleTypes.Empty;
import io.horde.payload.SampleTypes.Op;
import io.horde.payload.SampleTypes.Order;
import io.horde.payload.SampleTypes.Page;
import io.horde.payload.SampleTypes.Shape;
import io.horde.payload.SampleTypes.Square;
import io.horde.payload.SampleTypes.Tree;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls with the types that people use, to a process of this node and to one of another:
 * what comes back is what was given, by {@code equals}.
 */
@Timeout(120)
class TypesTests {

	private static ThreadedCluster cluster;

	private static final Map<String, Object> SAMPLES = new HashMap<>();

	static {
		UUID id = new UUID(7, 9);
		Order order = new Order(id, "tea", new BigDecimal("12.50"), Optional.of("hot"), Map.of("a", 1));
		Order bare = new Order(null, "", BigDecimal.ZERO, Optional.empty(), Map.of());
		Shape circle = new Circle(3);
		Shape square = new Square(4);
		SAMPLES.put("integer", 7);
		SAMPLES.put("boxed", Integer.MIN_VALUE);
		SAMPLES.put("longValue", Long.MAX_VALUE);
		SAMPLES.put("shortValue", (short) -3);
		SAMPLES.put("byteValue", (byte) -3);
		SAMPLES.put("character", 'ü');
		SAMPLES.put("bool", true);
		SAMPLES.put("floating", 0.1f);
		SAMPLES.put("doubling", Double.MIN_VALUE);
		SAMPLES.put("infinite", Double.NEGATIVE_INFINITY);
		SAMPLES.put("text", "a\u0000ü😀");
		SAMPLES.put("bytes", new byte[] { 0, -1, 127 });
		SAMPLES.put("ints", new int[] { 1, -1 });
		SAMPLES.put("matrix", new long[][] { { 1 }, {}, { 2, 3 } });
		SAMPLES.put("texts", new String[] { "a", null, "" });
		SAMPLES.put("orders", new Order[] { order, bare });
		SAMPLES.put("shapes", new Shape[] { circle, square });
		SAMPLES.put("decimal", new BigDecimal("1.2300e-30"));
		SAMPLES.put("bigInteger", BigInteger.TWO.pow(200).negate());
		SAMPLES.put("instant", Instant.parse("2026-11-20T07:45:00.123456789Z"));
		SAMPLES.put("date", LocalDate.of(2026, 2, 28));
		SAMPLES.put("time", LocalTime.of(23, 59, 59, 1));
		SAMPLES.put("dateTime", LocalDateTime.of(2026, 2, 28, 0, 0));
		SAMPLES.put("offset", OffsetDateTime.parse("2026-11-20T07:45:00+05:30"));
		SAMPLES.put("zoned", ZonedDateTime.parse("2026-11-20T07:45:00+01:00[Europe/Berlin]"));
		SAMPLES.put("duration", Duration.ofNanos(-1_500_000_001));
		SAMPLES.put("period", Period.of(1, 2, 3));
		SAMPLES.put("year", Year.of(2026));
		SAMPLES.put("yearMonth", YearMonth.of(2026, 3));
		SAMPLES.put("monthDay", MonthDay.of(2, 29));
		SAMPLES.put("zone", ZoneId.of("Africa/Cairo"));
		SAMPLES.put("zoneOffset", ZoneOffset.ofHours(-3));
		SAMPLES.put("day", DayOfWeek.FRIDAY);
		SAMPLES.put("uuid", id);
		SAMPLES.put("locale", Locale.CANADA_FRENCH);
		SAMPLES.put("uri", URI.create("http://a.b/c?d=e#f"));
		SAMPLES.put("currency", Currency.getInstance("EUR"));
		SAMPLES.put("timeZone", TimeZone.getTimeZone("Europe/Berlin"));
		SAMPLES.put("optional", Optional.of(order));
		SAMPLES.put("noOptional", Optional.empty());
		SAMPLES.put("optionalInt", OptionalInt.of(3));
		SAMPLES.put("optionalLong", OptionalLong.empty());
		SAMPLES.put("optionalDouble", OptionalDouble.of(0.5));
		SAMPLES.put("list", List.of(order, bare));
		SAMPLES.put("withNull", new ArrayList<>(Arrays.asList("a", null)));
		SAMPLES.put("set", Set.of(id, new UUID(0, 0)));
		SAMPLES.put("sorted", new TreeSet<>(Set.of("b", "a")));
		SAMPLES.put("deque", new ArrayDeque<>(List.of(1, 2)));
		SAMPLES.put("collection", new ArrayList<>(List.of(circle, square)));
		SAMPLES.put("lists", List.of(List.of(circle), List.<Shape>of()));
		SAMPLES.put("map", Map.of("a", circle, "b", square));
		SAMPLES.put("byId", Map.of(id, List.of(order)));
		SAMPLES.put("byNumber", new TreeMap<>(Map.of(3, "c", 1, "a")));
		SAMPLES.put("byDate", new TreeMap<>(Map.of(LocalDate.of(2026, 1, 1), 1L)));
		SAMPLES.put("byOp", new EnumMap<>(Map.of(Op.ADD, 1)));
		SAMPLES.put("enums", EnumSet.of(Op.SUBTRACT));
		SAMPLES.put("op", Op.ADD);
		SAMPLES.put("order", order);
		SAMPLES.put("nothing", null);
		SAMPLES.put("shape", circle);
		SAMPLES.put("optionalShape", Optional.of(square));
		SAMPLES.put("page", new Page<>(List.of(circle, square), square, 2));
		SAMPLES.put("pages", new Page<>(List.of(new Page<>(List.of(order), bare, 1)), null, 3));
		SAMPLES.put("tree", tree(300));
		SAMPLES.put("bean", new Bean("b", 3));
		SAMPLES.put("empty", new Empty());
		SAMPLES.put("subclass", new LinkedHashMap<>(Map.of("x", "y")) {
		});
		SAMPLES.put("json", JsonMapper.shared().readTree("{\"a\":[1,null,\"x\",{\"b\":true}]}"));
		SAMPLES.put("anything", Map.of("a", JsonMapper.shared().readTree("[1]")));
		SAMPLES.put("later", List.of(circle));
		SAMPLES.put("stage", Map.of("a", order));
		SAMPLES.put("identity", order);
		SAMPLES.put("key", id);
		SAMPLES.put("all", List.of(order));
		SAMPLES.put("entries", new HashMap<>(Map.of(id, order)));
		SAMPLES.put("array", new Order[] { bare });
		SAMPLES.put("wild", List.of(circle));
		SAMPLES.put("found", Optional.of(order));
	}

	private static Tree tree(int depth) {
		Tree tree = new Tree("leaf", List.of());
		for (int i = 0; i < depth; i++) {
			tree = new Tree("node " + i, List.of(tree));
		}
		return tree;
	}

	@BeforeAll
	static void start() {
		cluster = new ThreadedCluster(2,
				(node) -> node.factory.register("types", (context) -> echo(), AllTypes.class, Orders.class));
		cluster.start(0, "here", "types", "here");
		cluster.start(1, "there", "types", "there");
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	private static Object echo() {
		return Proxy.newProxyInstance(TypesTests.class.getClassLoader(),
				new Class<?>[] { AllTypes.class, Orders.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("types")) {
						return ((Collection<?>) arguments[0]).stream()
							.map((each) -> each.getClass().getSimpleName())
							.toList();
					}
					boolean future = CompletionStage.class.isAssignableFrom(method.getReturnType());
					return future ? CompletableFuture.completedFuture(arguments[0]) : arguments[0];
				});
	}

	static Stream<Arguments> methods() {
		return Stream.of("here", "there")
			.flatMap((name) -> Stream.of(AllTypes.class, Orders.class)
				.flatMap((api) -> Stream.of(api.getMethods())
					.filter((method) -> !method.isBridge() && !method.getName().equals("types"))
					.map((method) -> Arguments.of(name, api, method.getName()))));
	}

	@ParameterizedTest(name = "{2} {0}")
	@MethodSource("methods")
	void whatComesBackIsWhatWasGiven(String name, Class<?> api, String method) throws Exception {
		assertThat(SAMPLES).containsKey(method);
		Object given = SAMPLES.get(method);
		Object result = call(name, api, method, given);
		assertThat(result instanceof CompletionStage<?> stage ? stage.toCompletableFuture().get(60, TimeUnit.SECONDS)
				: result)
			.satisfies(
					(back) -> assertThat(Objects.deepEquals(back, comparable(back, given))).as("%s is %s", back, given)
						.isTrue());
	}

	/* A deque has no equals, and the elements of a collection are what counts. */
	private static @Nullable Object comparable(@Nullable Object back, @Nullable Object given) {
		return (given instanceof Deque<?> deque && back instanceof Deque<?> other
				&& List.copyOf(deque).equals(List.copyOf(other))) ? back : given;
	}

	private static @Nullable Object call(String name, Class<?> api, String method, @Nullable Object argument)
			throws Exception {
		Object proxy = cluster.node(0).registry.proxy(api, name);
		Method called = Stream.of(api.getMethods())
			.filter((each) -> each.getName().equals(method) && !each.isBridge())
			.findFirst()
			.orElseThrow();
		try {
			return called.invoke(proxy, argument);
		}
		catch (InvocationTargetException ex) {
			throw (ex.getCause() instanceof Exception cause) ? cause : ex;
		}
	}

	@Test
	void typeVariablesAreThoseOfTheInterface() {
		for (String name : List.of("here", "there")) {
			Orders orders = cluster.node(0).registry.proxy(Orders.class, name);
			assertThat(orders.types(List.of((Order) SAMPLES.get("order")))).containsExactly("Order");
			assertThat(orders.all(List.of((Order) SAMPLES.get("order"))).get(0)).isInstanceOf(Order.class);
		}
	}

	public interface Repository<T, K> {

		T identity(T value);

		K key(K key);

		List<T> all(List<T> values);

		Map<K, T> entries(Map<K, T> values);

		T[] array(T[] values);

		Optional<T> found(Optional<T> value);

		List<String> types(List<T> values);

	}

	public interface Orders extends Repository<Order, UUID> {

	}

	public interface AllTypes {

		int integer(int value);

		Integer boxed(Integer value);

		long longValue(long value);

		short shortValue(short value);

		byte byteValue(byte value);

		char character(char value);

		boolean bool(boolean value);

		float floating(float value);

		double doubling(double value);

		double infinite(double value);

		String text(String value);

		byte[] bytes(byte[] value);

		int[] ints(int[] value);

		long[][] matrix(long[][] value);

		String[] texts(String[] value);

		Order[] orders(Order[] value);

		Shape[] shapes(Shape[] value);

		BigDecimal decimal(BigDecimal value);

		BigInteger bigInteger(BigInteger value);

		Instant instant(Instant value);

		LocalDate date(LocalDate value);

		LocalTime time(LocalTime value);

		LocalDateTime dateTime(LocalDateTime value);

		OffsetDateTime offset(OffsetDateTime value);

		ZonedDateTime zoned(ZonedDateTime value);

		Duration duration(Duration value);

		Period period(Period value);

		Year year(Year value);

		YearMonth yearMonth(YearMonth value);

		MonthDay monthDay(MonthDay value);

		ZoneId zone(ZoneId value);

		ZoneOffset zoneOffset(ZoneOffset value);

		DayOfWeek day(DayOfWeek value);

		UUID uuid(UUID value);

		Locale locale(Locale value);

		URI uri(URI value);

		Currency currency(Currency value);

		TimeZone timeZone(TimeZone value);

		Optional<Order> optional(Optional<Order> value);

		Optional<Shape> noOptional(Optional<Shape> value);

		OptionalInt optionalInt(OptionalInt value);

		OptionalLong optionalLong(OptionalLong value);

		OptionalDouble optionalDouble(OptionalDouble value);

		List<Order> list(List<Order> value);

		List<String> withNull(List<String> value);

		Set<UUID> set(Set<UUID> value);

		SortedSet<String> sorted(SortedSet<String> value);

		Deque<Integer> deque(Deque<Integer> value);

		Collection<Shape> collection(Collection<Shape> value);

		List<List<Shape>> lists(List<List<Shape>> value);

		Map<String, Shape> map(Map<String, Shape> value);

		Map<UUID, List<Order>> byId(Map<UUID, List<Order>> value);

		NavigableMap<Integer, String> byNumber(NavigableMap<Integer, String> value);

		SortedMap<LocalDate, Long> byDate(SortedMap<LocalDate, Long> value);

		EnumMap<Op, Integer> byOp(EnumMap<Op, Integer> value);

		EnumSet<Op> enums(EnumSet<Op> value);

		Op op(Op value);

		Order order(Order value);

		Order nothing(Order value);

		Shape shape(Shape value);

		Optional<Shape> optionalShape(Optional<Shape> value);

		Page<Shape> page(Page<Shape> value);

		Page<Page<Order>> pages(Page<Page<Order>> value);

		Tree tree(Tree value);

		Bean bean(Bean value);

		Empty empty(Empty value);

		Map<String, String> subclass(Map<String, String> value);

		JsonNode json(JsonNode value);

		Map<String, JsonNode> anything(Map<String, JsonNode> value);

		CompletableFuture<List<Shape>> later(List<Shape> value);

		CompletionStage<Map<String, Order>> stage(Map<String, Order> value);

		List<? extends Shape> wild(List<? extends Shape> value);

	}

}
