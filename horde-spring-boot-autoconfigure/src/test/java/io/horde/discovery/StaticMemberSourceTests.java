package io.horde.discovery;

import java.util.List;

import io.horde.cluster.MemberSource.Candidate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link StaticMemberSource}.
 */
class StaticMemberSourceTests {

	@Test
	void listedAddressesAreCandidates() {
		StaticMemberSource source = new StaticMemberSource(List.of("a.example:7420", " [::1]:7421 "));
		assertThat(source.candidates()).containsExactly(new Candidate("a.example:7420", ""),
				new Candidate("[::1]:7421", ""));
		assertThat(source.expectsOthers()).isTrue();
	}

	@Test
	void withoutAddressesNobodyIsExpected() {
		assertThat(new StaticMemberSource(List.of()).expectsOthers()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a.example", ":7420", "a.example:", "a.example:x", "a.example:0", "a.example:65536",
			"::1:7420" })
	void whatIsNoAddressIsRefused(String address) {
		assertThatIllegalArgumentException().isThrownBy(() -> new StaticMemberSource(List.of(address)))
			.withMessageContaining("'" + address + "'")
			.withMessageContaining("host:port");
	}

}
