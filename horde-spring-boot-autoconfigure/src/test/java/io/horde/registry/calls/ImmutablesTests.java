package io.horde.registry.calls;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Immutables}: what is passed to a process of the same node without a
 * copy.
 */
class ImmutablesTests {

	@ParameterizedTest
	@ValueSource(classes = { int.class, Integer.class, boolean.class, String.class, DayOfWeek.class, Instant.class,
			Duration.class, UUID.class, Point.class, Line.class, Node.class })
	void isPassedAsItIs(Class<?> type) {
		assertThat(Immutables.isImmutable(type)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(classes = { List.class, int[].class, Date.class, Object.class, BigDecimal.class, Path.class,
			StringBuilder.class, CharSequence.class })
	void isCopied(Class<?> type) {
		assertThat(Immutables.isImmutable(type)).isFalse();
	}

	record Point(int x, int y) {

	}

	record Line(Point from, Point to, @Nullable String label) {

	}

	record Node(String name, @Nullable Node next) {

	}

	record Path(List<Point> points) {

	}

}
