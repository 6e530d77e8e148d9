package io.horde.hazelcast.gate;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Allowance}.
 */
class AllowanceTests {

	private long now = Long.MAX_VALUE - 5;

	private final Allowance allowance = new Allowance(10, 5, () -> this.now);

	@Test
	void soManyAtOnce() {
		assertThat(used(20)).isEqualTo(10);
	}

	@Test
	void soManyPerSecondAfterwards() {
		used(20);
		this.now += TimeUnit.SECONDS.toNanos(1);
		assertThat(used(20)).isEqualTo(5);
	}

	@Test
	void whatWasNotUsedForLongIsNoMoreThanTheBurst() {
		used(20);
		this.now += TimeUnit.HOURS.toNanos(1);
		assertThat(used(20)).isEqualTo(10);
	}

	private int used(int times) {
		int used = 0;
		for (int i = 0; i < times; i++) {
			used += this.allowance.use() ? 1 : 0;
		}
		return used;
	}

}
