package io.horde.registry.calls;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestWindow}: a request runs at most once (N4).
 */
class RequestWindowTests {

	private final RequestWindow window = new RequestWindow();

	@Test
	void aRequestIsAcceptedOnce() {
		assertThat(this.window.accept(1)).isTrue();
		assertThat(this.window.accept(1)).isFalse();
	}

	@Test
	void aRequestThatWasOvertakenIsAcceptedOnce() {
		assertThat(this.window.accept(10)).isTrue();
		assertThat(this.window.accept(9)).isTrue();
		assertThat(this.window.accept(9)).isFalse();
	}

	@Test
	void whatIsOlderThanTheWindowIsRefusedSinceItMayBeACopy() {
		assertThat(this.window.accept(1)).isTrue();
		assertThat(this.window.accept(RequestWindow.SIZE + 1)).isTrue();
		assertThat(this.window.accept(1)).isFalse();
		assertThat(this.window.accept(2)).isTrue();
	}

	@Test
	void aLongGapForgetsWhatWasBefore() {
		assertThat(this.window.accept(5)).isTrue();
		assertThat(this.window.accept(100L * RequestWindow.SIZE + 4)).isTrue();
		assertThat(this.window.accept(99L * RequestWindow.SIZE + 5)).isTrue();
	}

	@Test
	void aNegativeIdIsRefused() {
		assertThat(this.window.accept(-3)).isFalse();
	}

	@Test
	void noIdIsEverAcceptedTwice() {
		Random random = new Random(7);
		Set<Long> accepted = new HashSet<>();
		long front = 0;
		for (int i = 0; i < 200_000; i++) {
			front += random.nextInt(3);
			long id = Math.max(1, front - random.nextInt(2 * RequestWindow.SIZE));
			if (this.window.accept(id)) {
				assertThat(accepted.add(id)).as("id %s is new", id).isTrue();
			}
		}
		assertThat(accepted).hasSizeGreaterThan(10_000);
	}

}
