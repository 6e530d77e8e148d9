package io.horde.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what becomes of names when their nodes go, and come back (N1, O5).
 */
class VisibilityTests {

	private final RegistryCluster cluster = new RegistryCluster(2, 3).up();

	private final RegistryNode a = this.cluster.node("a");

	private final RegistryNode b = this.cluster.node("b");

	private final RegistryNode c = this.cluster.node("c");

	@Test
	void aNodeThatIsDownHasItsNamesHiddenAndNotDeleted() {
		this.c.registry.register("x", 1);
		this.cluster.run(Duration.ofMillis(50));
		this.cluster.partition("ab", "c");
		this.cluster.awaitDown("a", "c");
		assertThat(this.a.registry.lookup("x")).isEmpty();
		assertThat(this.a.registry.count(NameQuery.all())).isZero();
		assertThat(this.a.engine.stats().names()).isEqualTo(1);
	}

	@Test
	void aNodeThatComesBackHasItsNamesAtOnce() {
		this.c.registry.register("x", 1);
		this.cluster.run(Duration.ofMillis(50));
		this.cluster.partition("ab", "c");
		this.cluster.awaitDown("a", "c");
		this.cluster.heal();
		this.cluster.runUntil("c is back", () -> !this.a.membership.view().hides(this.c.membership.selfId()));
		assertThat(this.a.registry.lookup("x")).as("without any frame about names").isPresent();
	}

	@Test
	void aHiddenNameCanBeTaken() {
		this.c.registry.register("x", 1);
		this.cluster.run(Duration.ofMillis(50));
		this.cluster.kill("c");
		this.cluster.awaitDown("a", "c");
		assertThat(this.a.registry.tryRegister("x", 2)).isTrue();
		assertThat(this.cluster.whereIs("a", "x")).isEqualTo("x -> a");
	}

	@Test
	void aNodeThatHasLeftHasItsNamesRemoved() {
		this.c.registry.register("x", 1);
		this.cluster.run(Duration.ofMillis(50));
		this.c.leave();
		this.cluster.settle();
		assertThat(this.a.engine.stats().names()).isZero();
		assertThat(this.b.engine.stats().names()).isZero();
	}

	@Test
	void aNodeThatWasReplacedHasTheNamesOfItsPredecessorRemoved() {
		this.c.registry.register("x", 1);
		this.cluster.run(Duration.ofMillis(50));
		this.cluster.kill("c");
		this.cluster.awaitDown("a", "c");
		RegistryNode second = this.cluster.restart("c");
		this.cluster.runUntil("c is up again", second::isUp);
		this.cluster.settle();
		assertThat(this.a.engine.stats().names()).isZero();
		assertThat(second.registry.lookup("x")).isEmpty();
		assertThat(second.registry.tryRegister("x", 2)).isTrue();
	}

	@Test
	void aWatchHearsOfWhatTheViewHidesAndShows() {
		List<String> events = watch(this.a, NameQuery.all());
		this.c.registry.register("x", 1);
		this.cluster.run(Duration.ofMillis(100));
		this.cluster.partition("ab", "c");
		this.cluster.awaitDown("a", "c");
		this.cluster.run(Duration.ofMillis(1));
		assertThat(events).containsExactly("REGISTERED x -> c", "UNREGISTERED x -> c");
		this.cluster.heal();
		this.cluster.awaitUp("a", "c");
		this.cluster.run(Duration.ofMillis(1));
		assertThat(events).containsExactly("REGISTERED x -> c", "UNREGISTERED x -> c", "REGISTERED x -> c");
	}

	@Test
	void aWatchBeginsWithWhatExists() {
		this.c.registry.register("x", 1);
		this.cluster.run(Duration.ofMillis(100));
		List<String> events = watch(this.a, NameQuery.all());
		this.cluster.run(Duration.ofMillis(1));
		assertThat(events).containsExactly("REGISTERED x -> c");
	}

	@Test
	void aWatchHearsOfChangesOfValueAndOwnerInOrder() {
		List<String> events = watch(this.a, NameQuery.prefix("x"));
		this.c.registry.register("x", 1);
		this.c.registry.register("y", 1);
		this.cluster.run(Duration.ofMillis(100));
		this.c.registry.updateValue("x", Integer.class, (value) -> 2);
		this.cluster.run(Duration.ofMillis(100));
		this.c.registry.unregister("x");
		this.cluster.run(Duration.ofMillis(100));
		this.b.registry.register("x", 3);
		this.cluster.run(Duration.ofMillis(100));
		assertThat(events).containsExactly("REGISTERED x -> c", "UPDATED x -> c", "UNREGISTERED x -> c",
				"REGISTERED x -> b");
	}

	@Test
	void anEventCarriesWhatWasBefore() {
		List<NameEvent> events = new ArrayList<>();
		this.a.registry.watch(NameQuery.name("x"), events::add);
		this.a.registry.register("x", 1);
		this.cluster.run(Duration.ofMillis(10));
		this.a.registry.updateValue("x", Integer.class, (value) -> 2);
		this.cluster.run(Duration.ofMillis(10));
		this.a.registry.unregister("x");
		this.cluster.run(Duration.ofMillis(10));
		assertThat(events).hasSize(3);
		assertThat(events.get(0).previous()).isNull();
		assertThat(events.get(1).previous()).isEqualTo(events.get(0).entry());
		assertThat(events.get(2).previous()).isEqualTo(events.get(2).entry()).isEqualTo(events.get(1).entry());
	}

	@Test
	void aWatchOfAProcessEndsWithIt() {
		this.cluster.start("a", "p", "plain", "p", 1);
		List<String> events = new ArrayList<>();
		this.a.ownedBy("p").watch(NameQuery.prefix("x"), (event) -> events.add(event.type().name()));
		this.cluster.run(Duration.ofMillis(10));
		this.a.stopProcess("p", io.horde.process.StopReason.TERMINATED);
		this.cluster.run(Duration.ofMillis(10));
		this.a.registry.register("x", 1);
		this.cluster.run(Duration.ofMillis(10));
		assertThat(events).isEmpty();
	}

	@Test
	void aClosedWatchHearsNothing() {
		List<String> events = new ArrayList<>();
		Watch watch = this.a.registry.watch(NameQuery.all(), (event) -> events.add(event.type().name()));
		this.cluster.run(Duration.ofMillis(10));
		watch.close();
		this.a.registry.register("x", 1);
		this.cluster.run(Duration.ofMillis(10));
		assertThat(events).isEmpty();
	}

	private List<String> watch(RegistryNode node, NameQuery query) {
		List<String> events = new ArrayList<>();
		node.registry.watch(query, (event) -> events.add(event.type() + " " + event.entry()));
		this.cluster.run(Duration.ofMillis(1));
		return events;
	}

}
