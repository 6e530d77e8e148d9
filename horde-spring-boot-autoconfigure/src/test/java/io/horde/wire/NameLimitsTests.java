package io.horde.wire;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link NameLimits}.
 */
class NameLimitsTests {

	@Test
	void acceptsANameOfExactlyTheLimit() {
		String name = "x".repeat(NameLimits.MAX_BYTES);
		assertThat(NameLimits.check("name", name)).isSameAs(name);
	}

	@Test
	void refusesALongerNameAndSaysTheLimit() {
		assertThatIllegalArgumentException().isThrownBy(() -> NameLimits.check("name", "x".repeat(10_240)))
			.withMessageContaining("10240 bytes")
			.withMessageContaining("the limit is 1024");
	}

	@Test
	void countsBytesOfUtf8AndNotCharacters() {
		assertThat(NameLimits.check("name", "ü".repeat(512))).hasSize(512);
		assertThatIllegalArgumentException().isThrownBy(() -> NameLimits.check("name", "ü".repeat(513)));
		assertThat(NameLimits.check("name", "€".repeat(341))).hasSize(341);
		assertThatIllegalArgumentException().isThrownBy(() -> NameLimits.check("name", "€".repeat(342)));
		assertThat(NameLimits.check("name", "😀".repeat(256))).hasSize(512);
		assertThatIllegalArgumentException().isThrownBy(() -> NameLimits.check("name", "😀".repeat(257)));
	}

	@Test
	void refusesAnEmptyName() {
		assertThatIllegalArgumentException().isThrownBy(() -> NameLimits.check("name", ""))
			.withMessage("The name is empty");
	}

	@Test
	void refusesHalfASurrogatePairWhichUtf8CannotCarry() {
		assertThatIllegalArgumentException().isThrownBy(() -> NameLimits.check("name", "a\uD83D"))
			.withMessageContaining("index 1");
	}

	@Test
	void refusesTheSeparatorOfGroupKeys() {
		assertThatIllegalArgumentException().isThrownBy(() -> NameLimits.check("name", "a\u0000b"))
			.withMessageContaining("NUL");
	}

	@Test
	void refusesABlankName() {
		assertThatIllegalArgumentException().isThrownBy(() -> NameLimits.check("name", " \t\u2003"))
			.withMessage("The name is blank");
	}

	@Test
	void refusesHalvesInTheWrongOrderAndAcceptsPairs() {
		assertThatIllegalArgumentException().isThrownBy(() -> NameLimits.check("name", "ab\uDE00\uD83D"))
			.withMessageContaining("index 2");
		assertThat(NameLimits.problem("a\uD83D\uDE00")).isNull();
	}

	@Test
	void showsWholeCharactersOfANameThatIsTooLong() {
		assertThat(NameLimits.problem("x" + "\uD83D\uDE00".repeat(500))).contains("\uD83D\uDE00…'");
	}

}
