package io.horde.test;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Faults}.
 */
class FaultsTests {

	@Test
	void eachFaultIsSetWithoutTheOthers() {
		Faults faults = Faults.NONE.withDelay(Duration.ofMillis(1), Duration.ofMillis(2))
			.withStraggling(0.1)
			.withLoss(0.2)
			.withDuplication(0.3)
			.withReordering(0.4);
		assertThat(faults.minimumDelay()).isEqualTo(Duration.ofMillis(1));
		assertThat(faults.maximumDelay()).isEqualTo(Duration.ofMillis(2));
		assertThat(faults.straggling()).isEqualTo(0.1);
		assertThat(faults.loss()).isEqualTo(0.2);
		assertThat(faults.duplication()).isEqualTo(0.3);
		assertThat(faults.reordering()).isEqualTo(0.4);
		assertThat(Faults.NONE.loss()).isZero();
	}

}
