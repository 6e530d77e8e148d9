package io.horde.supervisor.ownership;

import java.time.Duration;

import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RestartHistory}.
 */
class RestartHistoryTests {

	private static final SupervisorSettings SETTINGS = SupervisorSettings.defaults();

	private static final Duration WINDOW = SETTINGS.restartWindow();

	@Test
	void theDelayDoublesUpToTheLongest() {
		RestartHistory history = RestartHistory.NONE;
		long now = 1_000_000;
		long[] expected = { 100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000 };
		for (long delay : expected) {
			history = history.restarted(now, WINDOW);
			now += 60_000;
			assertThat(history.delay(SETTINGS)).isEqualTo(Duration.ofMillis(delay));
		}
	}

	@Test
	void manyAttemptsDoNotOverflow() {
		assertThat(new RestartHistory(100_000, java.util.List.of()).delay(SETTINGS)).isEqualTo(SETTINGS.backoffMax());
	}

	@Test
	void onlyRestartsWithinTheWindowCountForTheIntensity() {
		RestartHistory history = RestartHistory.NONE;
		for (long now : new long[] { 1000, 2000, 3000 }) {
			history = history.restarted(now, WINDOW);
		}
		assertThat(history.exceeds(3)).isFalse();
		assertThat(history.restarted(5500, WINDOW).exceeds(3)).isTrue();
		assertThat(history.restarted(6000, WINDOW).exceeds(3)).isFalse();
	}

	@Test
	void aRunThatLastsResetsTheDelay() {
		RestartHistory history = RestartHistory.NONE.restarted(1000, WINDOW).restarted(2000, WINDOW);
		assertThat(history.ran(Duration.ofSeconds(1), SETTINGS)).isEqualTo(history);
		assertThat(history.ran(WINDOW, SETTINGS).restarted(9000, WINDOW).delay(SETTINGS))
			.isEqualTo(SETTINGS.backoffInitial());
	}

	@Test
	void itSurvivesTheWire() {
		RestartHistory history = RestartHistory.NONE.restarted(1000, WINDOW).restarted(2000, WINDOW);
		FrameWriter writer = new FrameWriter();
		history.write(writer);
		assertThat(RestartHistory.read(new FrameReader(writer.toBytes()))).isEqualTo(history);
	}

}
