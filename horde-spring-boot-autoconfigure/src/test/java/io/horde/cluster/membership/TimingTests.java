package io.horde.cluster.membership;

import java.time.Duration;

import io.horde.node.Changed;
import io.horde.test.SimulatedEventLoop;
import io.horde.test.Simulation;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link AwakeClock}, {@link SilenceBound}, {@link ClockCorrection} and
 * {@link FailoverBounds}.
 */
class TimingTests {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private final Simulation simulation = new Simulation(1);

	private final SimulatedEventLoop loop = this.simulation.eventLoop("n1");

	private final AwakeClock clock = new AwakeClock(this.loop, SECOND, SECOND / 2);

	private final SilenceBound bound = new SilenceBound(3 * SECOND);

	@Test
	void timeInWhichTheLoopRanIsCounted() {
		long before = this.clock.now();
		this.simulation.run(Duration.ofMillis(900));
		assertThat(this.clock.now() - before).isCloseTo(SECOND * 9 / 10, Offset.offset(SECOND / 100));
		assertThat(this.clock.mayJudge()).isTrue();
		assertThat(this.clock.takeLateness()).isZero();
	}

	@Test
	void timeInWhichTheLoopDidNotRunIsNotCounted() {
		long before = this.clock.now();
		this.simulation.run(Duration.ofSeconds(30));
		assertThat(this.clock.now() - before).isEqualTo(SECOND);
		assertThat(this.clock.takeLateness()).isGreaterThan(28 * SECOND);
		assertThat(this.clock.takeLateness()).isZero();
	}

	@Test
	void nothingIsJudgedRightAfterADelay() {
		this.simulation.run(Duration.ofSeconds(30));
		assertThat(this.clock.mayJudge()).isFalse();
		this.simulation.run(Duration.ofMillis(600));
		assertThat(this.clock.mayJudge()).isTrue();
	}

	@Test
	void anOrdinaryGapRaisesNothing() {
		this.bound.gap(SECOND, 0);
		assertThat(this.bound.current(0)).isEqualTo(3 * SECOND);
	}

	@Test
	void aLongGapIsExpectedAgain() {
		this.bound.gap(SECOND * 5 / 2, 0);
		assertThat(this.bound.current(0)).isEqualTo(5 * SECOND);
	}

	@Test
	void theBoundEndsAtFifteenSeconds() {
		for (int i = 0; i < 10; i++) {
			this.bound.late(i);
			this.bound.reconnected(i);
			this.bound.gap(14 * SECOND, i);
		}
		assertThat(this.bound.current(10)).isEqualTo(15 * SECOND);
	}

	@Test
	void aConfiguredTimeoutAboveFifteenSecondsIsKept() {
		SilenceBound high = new SilenceBound(20 * SECOND);
		high.late(0);
		assertThat(high.current(0)).isEqualTo(20 * SECOND);
	}

	@Test
	void theBoundFallsBackAfterAQuietMinute() {
		this.bound.late(0);
		assertThat(this.bound.current(60 * SECOND)).isEqualTo(6 * SECOND);
		assertThat(this.bound.current(60 * SECOND + 1)).isEqualTo(3 * SECOND);
	}

	@Test
	void aClockIsCorrectedByTheMedianOfItsPeersOnly() {
		assertThat(ClockCorrection.correction(new long[0], 1000)).isZero();
		assertThat(ClockCorrection.correction(new long[] { 900 }, 1000)).isZero();
		assertThat(ClockCorrection.correction(new long[] { -5000 }, 1000)).as("two meet in the middle")
			.isEqualTo(-2500);
		assertThat(ClockCorrection.correction(new long[] { 0, 90_000 }, 1000)).as("of three, the one that is off")
			.isZero();
		assertThat(ClockCorrection.correction(new long[] { -90_000, -90_000 }, 1000)).isEqualTo(-90_000);
		assertThat(ClockCorrection.correction(new long[] { 0, 10, 90_000 }, 1000)).isZero();
		assertThat(ClockCorrection.correction(new long[] { 4000, 3000, 90_000 }, 1000)).isEqualTo(3500);
		assertThat(ClockCorrection.correction(new long[] { 2000, 4000 }, 1000)).isEqualTo(2000);
	}

	@Test
	void aDelayedMessageDoesNotMakeAClockLookLate() {
		ClockCorrection.Offset offset = new ClockCorrection.Offset();
		for (int i = 0; i < 8; i++) {
			assertThat(offset.millis()).isNull();
			offset.sample(-i * 2000);
		}
		assertThat(offset.millis()).isZero();
	}

	@Test
	void theBoundsAreDescribedInOneSentence() {
		assertThat(FailoverBounds.of(MembershipSettings.defaults("n1")).describe())
			.isEqualTo("a crashed node is replaced within 0.7 s; a silent one within 4 s (16 s where signs come late); "
					+ "overlap: as long as a partition, then at most 4 s after it heals (AP)");
	}

	@Test
	void shorterSettingsGiveShorterBounds() {
		FailoverBounds bounds = FailoverBounds
			.of(Changed.of(MembershipSettings.defaults("n1"), "heartbeatInterval", Duration.ofMillis(200),
					"silenceTimeout", Duration.ofMillis(800), "confirmTimeout", Duration.ofMillis(200)));
		assertThat(bounds.silent()).isEqualTo(Duration.ofMillis(1200));
	}

	@Test
	void settingsThatContradictEachOtherAreRefusedWithTheProperty() {
		MembershipSettings settings = MembershipSettings.defaults("n1");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Changed.of(settings, "heartbeatInterval", Duration.ofSeconds(2), "silenceTimeout",
					Duration.ofSeconds(3), "confirmTimeout", Duration.ofMillis(500)))
			.withMessageContaining("silenceTimeout");
		assertThatIllegalArgumentException().isThrownBy(() -> Changed.of(settings, "clusterName", " "))
			.withMessageContaining("clusterName");
	}

}
