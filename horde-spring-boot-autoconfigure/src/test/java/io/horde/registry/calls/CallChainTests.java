package io.horde.registry.calls;

import java.util.List;

import io.horde.registry.calls.CallChain.Link;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallChain}: who waits for whom (N8).
 */
class CallChainTests {

	private static final long NOW = 1_000_000_000;

	@Test
	void whoStartsIsKnownByTheNameThatItWillHave() {
		CallChain chain = new CallChain(List.of(link("a", true, 10), link("b", true, 10)));
		assertThat(chain.circle("name-a", null, NOW)).hasToString("a -> b");
		assertThat(chain.circle("name-c", null, NOW)).isNull();
	}

	@Test
	void whoIsNotBusyTakesTheCall() {
		assertThat(new CallChain(List.of(link("a", false, 10), link("b", true, 10))).circle("name-a", null, NOW))
			.isNull();
	}

	@Test
	void nobodyWaitsForWhatComesAfterOneThatDoesNot() {
		CallChain chain = new CallChain(List.of(link("a", true, 10), link("b", true, 0), link("c", true, 10)));
		assertThat(chain.circle("name-a", null, NOW)).isNull();
		assertThat(chain.circle("name-b", null, NOW)).isNull();
		assertThat(chain.circle("name-c", null, NOW)).isNotNull();
	}

	@Test
	void aDeadlinePassesOnTheWayToo() {
		CallChain chain = new CallChain(List.of(link("a", true, 10)));
		assertThat(CallChain.read(chain.write(NOW), 5).circle("name-a", null, 5 + 9_000_000)).isNotNull();
		assertThat(CallChain.read(chain.write(NOW), 5).circle("name-a", null, 5 + 10_000_000)).isNull();
		assertThat(CallChain.read(chain.write(NOW + 20_000_000), 5).circle("name-a", null, 5)).isNull();
	}

	@Test
	void whoCallsItselfIsTheLastOne() {
		CallChain chain = new CallChain(List.of(link("a", true, 10), link("b", true, 0)));
		assertThat(chain.callsItself("name-b", null)).isTrue();
		assertThat(chain.callsItself("name-a", null)).isFalse();
		assertThat(new CallChain(List.of()).callsItself("name-a", null)).isFalse();
	}

	private static Link link(String id, boolean busy, long millis) {
		return new Link(id, "name-" + id, 1, busy, NOW + millis * 1_000_000);
	}

}
