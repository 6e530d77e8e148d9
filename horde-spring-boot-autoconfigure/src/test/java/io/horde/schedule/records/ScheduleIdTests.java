package io.horde.schedule.records;

import io.horde.schedule.NoSuchScheduleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ScheduleId}.
 */
class ScheduleIdTests {

	@ParameterizedTest
	@CsvSource({ "a#poll, a, poll, poll", "a/b c#poll#2, a/b c, poll#2, poll", "a#5#poll, a#5, poll, poll",
			"a#poll#poll#12, a#poll, poll#12, poll", "a##poll, a#, poll, poll", "ä#poll2, ä, poll2, poll2" })
	void idIsTakenApartFromBehind(String id, String child, String schedule, String method) {
		assertThat(ScheduleId.of(id)).isEqualTo(new ScheduleId(child, schedule))
			.hasToString(id)
			.returns(method, ScheduleId::method);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "#", "a", "a#", "#poll", "#poll#2", "a##2", "a#2", " #poll", "a# ", "a\n#poll",
			"a#po\u2028ll" })
	void whatIsNoIdIsRefused(String id) {
		assertThatExceptionOfType(NoSuchScheduleException.class).isThrownBy(() -> ScheduleId.of(id))
			.withMessageContaining("'invoices#report'");
	}

	@Test
	void idsThatAreTooLongAreRefusedAndNotShown() {
		assertThatExceptionOfType(NoSuchScheduleException.class)
			.isThrownBy(() -> ScheduleId.of("a".repeat(2000) + "#m"))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(300));
	}

}
