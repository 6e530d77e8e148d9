package io.horde.cluster;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigurationTests {

	@Test
	void majorityCountsEmptySeats() {
		Configuration configuration = Configuration.first(List.of("n1", "n2"), 3);
		assertThat(configuration.required()).isEqualTo(2);
		assertThat(configuration.isMajority(List.of("n1"))).isFalse();
		assertThat(configuration.isMajority(List.of("n1", "n2"))).isTrue();
	}

	@Test
	void firstSeatOfAnEvenNumberHasNoVote() {
		Configuration configuration = Configuration.first(List.of("n1", "n2"), 2);
		assertThat(configuration.voters()).containsExactly("n2");
		assertThat(configuration.isMajority(List.of("n2"))).isTrue();
		assertThat(configuration.isMajority(List.of("n1"))).isFalse();
	}

	@Test
	void unknownConfigurationHasNoMajority() {
		assertThat(Configuration.NONE.isMajority(List.of("n1", "n2"))).isFalse();
	}

	@Test
	void forcedGenerationGoesBeforeAnyNumber() {
		Configuration forced = new Configuration(1, 1, "n1", List.of("n1"));
		assertThat(forced.isNewerThan(new Configuration(0, 9, "", List.of("n2")))).isTrue();
		assertThat(new Configuration(0, 9, "", List.of("n2")).isNewerThan(forced)).isFalse();
	}

	@Test
	void founderDecidesBetweenTwoForcedOnes() {
		Configuration one = new Configuration(1, 1, "n1", List.of("n1"));
		Configuration other = new Configuration(1, 1, "n2", List.of("n2"));
		assertThat(other.isNewerThan(one)).isTrue();
		assertThat(one.isNewerThan(other)).isFalse();
	}

}
