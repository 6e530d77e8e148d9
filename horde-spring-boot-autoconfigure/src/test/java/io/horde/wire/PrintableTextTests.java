package io.horde.wire;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link PrintableText}.
 */
class PrintableTextTests {

	@ParameterizedTest
	@ValueSource(strings = { "", "node-1", "Zürich, 東京", "😀", "a b" })
	void ordinaryTextIsKept(String text) {
		assertThat(PrintableText.of(text, 20)).isEqualTo(text);
	}

	@Test
	void whatIsNotPrintedIsReplaced() {
		assertThat(PrintableText.of("a\0b\r\nc\u0085d\u2029e\u200ff\u007f", 20)).isEqualTo("a?b??c?d?e?f?");
	}

	@Test
	void halfASurrogatePairIsReplaced() {
		assertThat(PrintableText.of("a\ud83db", 20)).isEqualTo("a?b");
	}

	@Test
	void whatIsTooLongIsCutBetweenCharacters() {
		assertThat(PrintableText.of("12345", 5)).isEqualTo("12345");
		assertThat(PrintableText.of("123456", 5)).isEqualTo("12345…");
		assertThat(PrintableText.of("1234😀", 5)).isEqualTo("1234…");
	}

}
