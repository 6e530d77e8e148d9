package io.horde.hazelcast;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.horde.test.Simulation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Turns}.
 */
class TurnsTests {

	private final Simulation simulation = new Simulation(1);

	private final Turns turns = new Turns(this.simulation.eventLoop("a"));

	private List<String> send(String... links) {
		List<String> sent = new ArrayList<>();
		for (String link : links) {
			this.turns.await(() -> sent.add(link));
		}
		assertThat(sent).as("before the end of this turn of the loop").isEmpty();
		this.simulation.run(Duration.ofMillis(1));
		return sent;
	}

	@Test
	void eachLinkIsTheFirstInItsTurn() {
		List<List<String>> orders = List.of(send("x", "y", "z"), send("x", "y", "z"), send("x", "y", "z"));
		assertThat(orders).extracting((order) -> order.get(0)).containsExactlyInAnyOrder("x", "y", "z");
		assertThat(orders).allSatisfy((order) -> assertThat(order).containsExactlyInAnyOrder("x", "y", "z"));
	}

}
