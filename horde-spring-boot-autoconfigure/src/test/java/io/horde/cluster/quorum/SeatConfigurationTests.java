package io.horde.cluster.quorum;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SeatConfigurationTests {

	@Test
	void majorityCountsEmptySeats() {
		SeatConfiguration configuration = SeatConfiguration.first(List.of("n1", "n2"), 3);
		assertThat(configuration.required()).isEqualTo(2);
		assertThat(configuration.isMajority(List.of("n1"))).isFalse();
		assertThat(configuration.isMajority(List.of("n1", "n2"))).isTrue();
	}

	@Test
	void firstSeatOfAnEvenNumberHasNoVote() {
		SeatConfiguration configuration = SeatConfiguration.first(List.of("n1", "n2"), 2);
		assertThat(configuration.voters()).containsExactly("n2");
		assertThat(configuration.isMajority(List.of("n2"))).isTrue();
		assertThat(configuration.isMajority(List.of("n1"))).isFalse();
	}

	@Test
	void unknownConfigurationHasNoMajority() {
		assertThat(SeatConfiguration.NONE.isMajority(List.of("n1", "n2"))).isFalse();
	}

	@Test
	void forcedGenerationGoesBeforeAnyNumber() {
		SeatConfiguration forced = new SeatConfiguration(1, 1, "n1", List.of("n1"));
		assertThat(forced.isNewerThan(new SeatConfiguration(0, 9, "", List.of("n2")))).isTrue();
		assertThat(new SeatConfiguration(0, 9, "", List.of("n2")).isNewerThan(forced)).isFalse();
	}

	@Test
	void founderDecidesBetweenTwoForcedOnes() {
		SeatConfiguration one = new SeatConfiguration(1, 1, "n1", List.of("n1"));
		SeatConfiguration other = new SeatConfiguration(1, 1, "n2", List.of("n2"));
		assertThat(other.isNewerThan(one)).isTrue();
		assertThat(one.isNewerThan(other)).isFalse();
	}

}
