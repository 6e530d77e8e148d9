package io.horde.cluster.membership;

import java.time.Duration;

import io.horde.node.Changed;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tables of {@link BootGate} with a join timeout of 10 s (M6).
 */
class BootGateTests {

	@ParameterizedTest(name = "{0}")
	@CsvSource(textBlock = """
			nobody listed yet,                   0,  1, false, 0, 0, 0, 0, 1, false
			nobody listed until the timeout,     0, 10, false, 0, 0, 0, 0, 1, true
			alone on the list,                   0,  1, true,  0, 0, 0, 0, 1, true
			an address is not tried yet,         0,  1, true,  1, 0, 0, 0, 3, false
			a peer has not introduced itself,    0,  1, true,  0, 1, 0, 0, 3, false
			all tried,                           0,  1, true,  0, 0, 0, 0, 3, true
			a stranger listens,                  0,  1, true,  0, 0, 1, 0, 1, false
			a stranger until the timeout,        0, 10, true,  0, 0, 1, 0, 1, true
			only incompatible peers,             0, 99, true,  0, 0, 0, 1, 1, false
			an incompatible peer among others,   0, 10, true,  0, 0, 0, 1, 2, true
			fewer than expected,                 3,  1, true,  0, 0, 0, 0, 2, false
			as many as expected,                 3,  1, true,  5, 0, 0, 0, 3, true
			fewer than expected until timeout,   3, 10, true,  0, 0, 0, 0, 2, true
			""")
	void settled(String situation, int expectedSize, int seconds, boolean answered, int untried, int introducing,
			int foreign, int incompatible, int members, boolean expected) {
		BootGate.Facts facts = new BootGate.Facts(Duration.ofSeconds(seconds), answered, untried, introducing, foreign,
				incompatible, members, 0, 0, false);
		assertThat(BootGate.settled(facts, settings(expectedSize))).as(situation).isEqualTo(expected);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(textBlock = """
			not settled,                           0,  1, false, 1, 0, true,  false
			not up itself,                         0,  1, true,  1, 0, false, false
			not up itself at the timeout,          0, 10, true,  1, 0, false, false
			up and alone,                          0,  1, true,  1, 0, true,  true
			another one is joining,                0,  1, true,  1, 1, true,  false
			another one is joining for too long,   0, 10, true,  1, 1, true,  true
			fewer up than expected,                3,  1, true,  2, 0, true,  false
			as many up as expected,                3,  1, true,  3, 2, true,  true
			fewer up than expected until timeout,  3, 10, true,  2, 0, true,  true
			""")
	void booted(String situation, int expectedSize, int seconds, boolean settled, int up, int joining, boolean selfUp,
			boolean expected) {
		BootGate.Facts facts = new BootGate.Facts(Duration.ofSeconds(seconds), true, 0, 0, 0, 0, 3, up, joining,
				selfUp);
		assertThat(BootGate.booted(settled, facts, settings(expectedSize))).as(situation).isEqualTo(expected);
	}

	private static MembershipSettings settings(int expectedSize) {
		return Changed.of(MembershipSettings.defaults("n1"), "expectedSize", expectedSize);
	}

}
