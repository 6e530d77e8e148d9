package io.horde.wire;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
			.withMessage("The name contains the control character U+0000 at index 1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\r", "\n", "\t", "\u001b", "\u007f", "\u0085", "\u2028", "\u2029" })
	void refusesWhatWouldBreakALineOfTheLog(String character) {
		assertThatIllegalArgumentException().isThrownBy(() -> NameLimits.check("name", "ab" + character + "c"))
			.withMessageMatching("The name contains the control character U\\+[0-9A-F]{4} at index 2");
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
