package io.horde.sample;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Ticks}: its arithmetic on lines written by hand, in milliseconds. The
 * period is two seconds, the wall clock is 500 ms ahead of the monotonic one.
 */
class TicksTests {

	private static final long AHEAD = 500;

	private final Spans spans = new Spans();

	private int body;

	@Test
	void eachInstantBegunOnceIsAsItShouldBe() {
		tick("n1", 1501, 1700);
		tick("n1", 3502, 3700);
		tick("n2", 5503, 5700);
		assertThat(ticks(1500, 7501)).isEqualTo(new Ticks(3, 0, List.of(), 0, List.of()));
	}

	@Test
	void instantThatTwoRunsBeginIsDoubled() {
		tick("n1", 1501, 1700);
		tick("n2", 3499, 3600);
		tick("n1", 4900, 5000);
		assertThat(ticks(1500, 5600).doubled()).singleElement().asString().contains("instant 3500000000", "n1", "n2");
	}

	@Test
	void instantThatOneRunBeginsTwiceIsDoubled() {
		tick("n1", 1501, 1700);
		tick("n1", 3501, 3600);
		tick("n1", 4900, 5000);
		assertThat(ticks(1500, 5600).doubled()).hasSize(1);
	}

	@Test
	void tickWhoseRecordTookItOverTheEndOfItsPeriodIsLate() {
		tick("n1", 3502, 3600);
		tick("n1", 3601, 3700);
		assertThat(ticks(1500, 5600)).satisfies((ticks) -> {
			assertThat(ticks.doubled()).isEmpty();
			assertThat(ticks.missed()).isZero();
		});
	}

	@Test
	void instantThatPassesWhileNothingRunsIsMissed() {
		tick("n1", 1501, 1700);
		born("n2", 4501);
		tick("n2", 5501, 5600);
		assertThat(ticks(1500, 7500)).satisfies((ticks) -> {
			assertThat(ticks.missed()).isEqualTo(1);
			assertThat(ticks.leftOut()).isEmpty();
		});
	}

	@Test
	void instantThatARunDidNotBeginThoughItWasThereIsLeftOut() {
		tick("n1", 1501, 1700);
		born("n2", 4499);
		tick("n2", 5501, 5600);
		assertThat(ticks(1500, 7500).leftOut()).hasSize(1);
	}

	@Test
	void bodyThatIsHeardNoMoreIsLost() {
		line("begin", "n1", ++this.body, 1501);
		line("beat", "n1", this.body, 1550);
		tick("n2", 3501, 3600);
		assertThat(ticks(1500, 2500).lost()).isZero();
		assertThat(ticks(2500, 7500).lost()).isEqualTo(1);
		assertThat(ticks(7500, 9500).lost()).isZero();
	}

	private Ticks ticks(long from, long to) {
		return Ticks.of(this.spans, "a", nanos(from), nanos(to), nanos(AHEAD), Ticks.ENOUGH);
	}

	private void tick(String node, long first, long last) {
		line("begin", node, ++this.body, first);
		line("end", node, this.body, last);
	}

	private void born(String node, long time) {
		line("born", node, 0, time);
	}

	private void line(String kind, String node, int body, long millis) {
		this.spans
			.accept("%s a %s run-of-%s %d %d %d 1 1".formatted(kind, node, node, body, nanos(millis), nanos(millis)));
	}

	private static long nanos(long millis) {
		return Duration.ofMillis(millis).toNanos();
	}

}
