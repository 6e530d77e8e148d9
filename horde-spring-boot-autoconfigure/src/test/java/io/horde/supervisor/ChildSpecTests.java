package io.horde.supervisor;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;

import io.horde.process.RestartPolicy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ChildSpec}.
 */
class ChildSpecTests {

	@Test
	void whatIsNotSetIsLeftToTheType() {
		ChildSpec spec = ChildSpec.of("room");
		assertThat(spec.type()).isEqualTo("room");
		assertThat(spec.processClass()).isNull();
		assertThat(spec.id()).isNull();
		assertThat(spec.name()).isNull();
		assertThat(spec.value()).isNull();
		assertThat(spec.argument()).isNull();
		assertThat(spec.restart()).isNull();
		assertThat(spec.shutdownTimeout()).isNull();
		assertThat(spec.labels()).isEmpty();
	}

	@Test
	void whatIsSetIsKeptByAllThatFollows() {
		ChildSpec spec = ChildSpec.of(String.class)
			.id("id")
			.name("name")
			.value(1)
			.argument(2)
			.restart(RestartPolicy.TEMPORARY)
			.shutdownTimeout(Duration.ofSeconds(3))
			.label("disk", "ssd")
			.label("zone", "a")
			.id("other id");
		assertThat(spec.processClass()).isEqualTo(String.class);
		assertThat(spec.type()).isEmpty();
		assertThat(spec.id()).isEqualTo("other id");
		assertThat(spec.name()).isEqualTo("name");
		assertThat(spec.value()).isEqualTo(1);
		assertThat(spec.argument()).isEqualTo(2);
		assertThat(spec.restart()).isEqualTo(RestartPolicy.TEMPORARY);
		assertThat(spec.shutdownTimeout()).isEqualTo(Duration.ofSeconds(3));
		assertThat(spec.labels()).isEqualTo(Map.of("disk", "ssd", "zone", "a"));
		assertThat(spec).hasToString("ChildSpec[type=java.lang.String, id=other id]");
	}

	@Test
	void aSpecDoesNotChange() {
		ChildSpec spec = ChildSpec.of("room").label("disk", "ssd");
		spec.id("id").name("name").value(1).argument(2).label("zone", "a").shutdownTimeout(Duration.ZERO);
		assertThat(spec.id()).isNull();
		assertThat(spec.labels()).containsOnlyKeys("disk");
		assertThat(spec.shutdownTimeout()).isNull();
	}

	@Test
	void theIdDefaultsToTheName() {
		assertThat(ChildSpec.of("room").name("lobby").id()).isEqualTo("lobby");
	}

	@Test
	void aNegativeShutdownTimeoutIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> ChildSpec.of("room").shutdownTimeout(Duration.ofNanos(-1)))
			.withMessageContaining("Duration.ZERO");
	}

	@Test
	void aShutdownTimeoutForEverIsACentury() {
		assertThat(ChildSpec.of("room").shutdownTimeout(ChronoUnit.FOREVER.getDuration()).shutdownTimeout())
			.isEqualTo(Duration.ofDays(36_500));
	}

}
