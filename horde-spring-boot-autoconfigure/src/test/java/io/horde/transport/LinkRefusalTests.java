package io.horde.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link LinkRefusal}.
 */
class LinkRefusalTests {

	@Test
	void sentenceStaysOnItsLine() {
		LinkRefusal refusal = LinkRefusal.of("no\r\n2026-01-01 ERROR forged\u001b[2J\u2028\u202e");
		assertThat(refusal.sentence()).isEqualTo("no??2026-01-01 ERROR forged?[2J??");
		assertThat(refusal).asString().doesNotContainPattern("[\\p{Cntrl}\\u2028\\u202e]");
	}

	@Test
	void whatFollowsIsInCodeAndDetail() {
		LinkRefusal refusal = new LinkRefusal(7, 42, "no");
		assertThat(refusal.code()).isEqualTo(7);
		assertThat(refusal.detail()).isEqualTo(42);
		assertThat(LinkRefusal.of("no")).isEqualTo(new LinkRefusal(0, 0, "no"));
	}

	@Test
	void addressIsKeptIfItIsOne() {
		assertThat(new LinkRefusal(8, 0, "no", "[fd00::1]:7420").address()).isEqualTo("[fd00::1]:7420");
		for (String none : new String[] { "", "n1", "n1:0", "n1:99999", "n\n1:7420" }) {
			assertThat(new LinkRefusal(8, 0, "no", none).address()).as(none).isNull();
		}
		assertThat(LinkRefusal.of("no").address()).isNull();
	}

	@Test
	void sentenceIsCut() {
		assertThat(LinkRefusal.of("x".repeat(100_000)).sentence()).hasSize(1001).endsWith("x…");
	}

}
