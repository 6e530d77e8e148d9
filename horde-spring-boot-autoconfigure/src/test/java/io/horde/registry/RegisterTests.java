package io.horde.registry;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.horde.HordeException;
import io.horde.payload.PayloadTooLargeException;
import io.horde.process.StopReason;
import io.horde.process.engine.LocalProcess;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for names: registering, finding, giving up.
 */
class RegisterTests {

	private final RegistryCluster cluster = new RegistryCluster(1, 2).up();

	private final RegistryNode a = this.cluster.node("a");

	private final RegistryNode b = this.cluster.node("b");

	@Test
	void aNameIsThereAtOnceOnItsOwnNode() {
		this.a.registry.register("x", "value");
		assertThat(this.a.registry.lookup("x")).hasValueSatisfying((entry) -> {
			assertThat(entry.name()).isEqualTo("x");
			assertThat(entry.node()).isEqualTo("a");
			assertThat(entry.owner()).isEqualTo(new Owner("a", null));
			assertThat(entry.value(String.class)).isEqualTo("value");
		});
	}

	@Test
	void aNameIsSoonThereOnTheOthers() {
		this.a.registry.register("x", "value");
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.b.registry.lookup("x")).map((entry) -> entry.node() + entry.value(String.class))
			.contains("avalue");
	}

	@Test
	void aTakenNameIsRefusedAndTheHolderIsNamed() {
		this.a.registry.register("x", 1);
		this.cluster.run(Duration.ofMillis(50));
		assertThatExceptionOfType(NameAlreadyRegisteredException.class)
			.isThrownBy(() -> this.b.registry.register("x", 2))
			.withMessageContaining("'x'")
			.withMessageContaining("node 'a'")
			.satisfies((ex) -> assertThat(ex.holder().node()).isEqualTo("a"));
	}

	@Test
	void tryRegisterTellsWhetherTheNameWasFree() {
		assertThat(this.a.registry.tryRegister("x", 1)).isTrue();
		assertThat(this.a.registry.tryRegister("x", 1)).isFalse();
	}

	@Test
	void nullIsAValueLikeOthers() {
		this.a.registry.register("x", null);
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.b.registry.lookup("x")).isPresent();
		assertThat(this.b.registry.lookup("x").orElseThrow().value(String.class)).isNull();
	}

	@Test
	void aNameOverTheLimitIsRefusedWithTheLimit() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.a.registry.register("x".repeat(10_240), null))
			.withMessageContaining("1024");
	}

	@Test
	void aValueOverTheLimitIsRefusedWithTheProperty() {
		assertThatExceptionOfType(PayloadTooLargeException.class)
			.isThrownBy(() -> this.a.registry.register("x", "v".repeat(2 << 20)))
			.withMessageContaining("the value of the name 'x'")
			.withMessageContaining("horde.transport.max-payload-size");
		assertThat(this.a.registry.lookup("x")).isEmpty();
	}

	@Test
	void theOwnerIsTheProcessInWhoseContextTheCallRuns() {
		this.cluster.start("a", "p", "plain", "primary", 5);
		this.a.as("p", () -> this.a.registry.register("x", null));
		assertThat(this.a.registry.lookup("x").orElseThrow().owner()).isEqualTo(new Owner("a", "p"));
	}

	@Test
	void runWhoseEpochWasRaisedDoesNotRegisterItsOwnNameAgain() {
		this.cluster.start("a", "p", "plain", "primary", 5);
		this.a.ownedBy("p").register("x", 1);
		this.a.process("p").raise(6);
		assertThat(this.a.ownedBy("p").tryRegister("x", 2)).isFalse();
		assertThat(this.a.registry.lookup("x").orElseThrow().value(Integer.class)).isEqualTo(1);
	}

	@Test
	void elsewhereTheOwnerIsWhoseContextIsGiven() {
		this.cluster.start("a", "p", "plain", "primary", 5);
		this.a.ownedBy("p").register("x", null);
		assertThat(this.a.registry.lookup("x").orElseThrow().owner().processId()).isEqualTo("p");
	}

	@Test
	void onlyTheOwnerUnregisters() {
		this.cluster.start("a", "p", "plain", "primary", 5);
		this.a.ownedBy("p").register("x", null);
		this.cluster.run(Duration.ofMillis(50));
		assertThatExceptionOfType(NotOwnerException.class).isThrownBy(() -> this.a.registry.unregister("x"))
			.withMessageContaining("'x'")
			.withMessageContaining("p on a");
		assertThatExceptionOfType(NotOwnerException.class).isThrownBy(() -> this.b.registry.unregister("x"));
		assertThat(this.a.ownedBy("p").unregister("x")).isTrue();
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.b.registry.lookup("x")).isEmpty();
	}

	@Test
	void unregisteringAFreeNameSaysSo() {
		assertThat(this.a.registry.unregister("x")).isFalse();
	}

	@Test
	void aNameThatWasGivenUpIsFreeForAll() {
		this.a.registry.register("x", 1);
		this.cluster.run(Duration.ofMillis(50));
		this.a.registry.unregister("x");
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.b.registry.tryRegister("x", 2)).isTrue();
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.a.registry.lookup("x").orElseThrow().value(Integer.class)).isEqualTo(2);
	}

	@Test
	void theOwnerChangesTheValue() {
		this.a.registry.register("x", 1);
		assertThat(this.a.registry.updateValue("x", Integer.class, (value) -> value + 1)).isEqualTo(2);
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.b.registry.lookup("x").orElseThrow().value(Integer.class)).isEqualTo(2);
	}

	@Test
	void nobodyElseChangesTheValue() {
		this.a.registry.register("x", 1);
		this.cluster.run(Duration.ofMillis(50));
		assertThatExceptionOfType(NotOwnerException.class)
			.isThrownBy(() -> this.b.registry.updateValue("x", Integer.class, (value) -> value + 1));
	}

	@Test
	void namesGoWithTheirProcess() {
		this.cluster.start("a", "p", "plain", "primary", 5);
		this.a.ownedBy("p").register("x", null);
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.b.registry.lookup("primary")).isPresent();
		this.a.stopProcess("p", StopReason.TERMINATED);
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.b.registry.count(NameQuery.all())).isZero();
		assertThat(this.a.registry.count(NameQuery.all())).isZero();
	}

	@Test
	void aProcessThatHasEndedCannotSlipANameIn() {
		this.cluster.start("a", "p", "plain", "primary", 5);
		LocalProcess process = this.a.process("p");
		HordeRegistry owned = this.a.ownedBy("p");
		this.a.stopProcess("p", StopReason.TERMINATED);
		this.cluster.runUntil("p has ended", () -> this.a.ended.containsKey("p"));
		assertThatExceptionOfType(HordeException.class).isThrownBy(() -> owned.register("x", null))
			.withMessageContaining("'p' has ended");
		assertThat(process.isOpen()).isFalse();
	}

	@Test
	void aProcessWhoseNameIsTakenLearnsWhoHasIt() {
		this.cluster.start("a", "p", "plain", "x", 5);
		this.cluster.run(Duration.ofMillis(50));
		this.b.startProcess("q", "plain", "x", 6);
		this.cluster.runUntil("q has ended", () -> this.b.ended.containsKey("q"));
		assertThat(this.b.refused.get("q")).isNotNull()
			.satisfies((holder) -> assertThat(holder.owner()).isEqualTo(new Owner("a", "p")));
		assertThat(this.cluster.whereIs("b", "x")).isEqualTo("x -> p on a");
	}

	@Test
	void aLaterRunOfTheSameChildReplacesItsPredecessor() {
		this.cluster.start("a", "p", "plain", "x", 5);
		this.cluster.run(Duration.ofMillis(50));
		this.cluster.start("b", "p", "plain", "x", 6);
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.cluster.whereIs("a", "x")).isEqualTo("x -> p on b");
		assertThat(this.a.ended).as("its supervisor decides who stops (O4)").isEmpty();
	}

	/* Found by Horde's mixed_test.exs. */
	@Test
	void aLaterRunOfTheSameChildRegistersWhatItsPredecessorStillHas() {
		this.cluster.start("a", "p", "plain", null, 5);
		this.a.ownedBy("p").register("x", 1);
		this.cluster.run(Duration.ofMillis(50));
		this.cluster.start("b", "p", "plain", null, 6);
		assertThat(this.b.ownedBy("p").tryRegister("x", 2)).isTrue();
		assertThat(this.b.ownedBy("p").tryRegister("x", 3)).isFalse();
		this.a.stopProcess("p", StopReason.MOVED);
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.cluster.whereIs("a", "x")).isEqualTo("x -> p on b");
		assertThat(this.a.conflicts).isEmpty();
	}

	@Test
	void anEarlierRunOfTheSameChildDoesNotRegisterWhatALaterOneHas() {
		this.cluster.start("a", "p", "plain", null, 6);
		this.a.ownedBy("p").register("x", 1);
		this.cluster.run(Duration.ofMillis(50));
		this.cluster.start("b", "p", "plain", null, 5);
		assertThat(this.b.ownedBy("p").tryRegister("x", 2)).isFalse();
	}

	@Test
	void anEarlierRunOfTheSameChildDoesNotReplaceALaterOne() {
		this.cluster.start("a", "p", "plain", "x", 6);
		this.cluster.run(Duration.ofMillis(50));
		this.b.startProcess("p", "plain", "x", 5);
		this.cluster.runUntil("it has ended", () -> this.b.ended.containsKey("p"));
		assertThat(this.cluster.whereIs("b", "x")).isEqualTo("x -> p on a");
	}

	@Test
	void aRunThatWasReplacedHasItsNameAgainIfTheOtherOneVanishes() {
		this.cluster.start("a", "p", "plain", "x", 5);
		this.cluster.run(Duration.ofMillis(50));
		this.cluster.start("b", "p", "plain", "x", 6);
		this.cluster.run(Duration.ofMillis(50));
		this.b.stopProcess("p", StopReason.ERROR);
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.cluster.whereIs("b", "x")).isEqualTo("x -> p on a");
	}

	@Test
	void findsByNamePrefixOwnerNodeAndValue() {
		this.cluster.start("a", "p", "plain", "room-1", 5);
		this.a.ownedBy("p").register("room-2", 2);
		this.b.registry.register("room-3", 3);
		this.b.registry.register("hall", 4);
		this.cluster.run(Duration.ofMillis(50));
		assertThat(names(NameQuery.all())).containsExactly("hall", "room-1", "room-2", "room-3");
		assertThat(names(NameQuery.name("hall"))).containsExactly("hall");
		assertThat(names(NameQuery.prefix("room-"))).containsExactly("room-1", "room-2", "room-3");
		assertThat(names(NameQuery.all().owner("p"))).containsExactly("room-1", "room-2");
		assertThat(names(NameQuery.prefix("room-").node("b"))).containsExactly("room-3");
		assertThat(names(NameQuery.all().value(Integer.class, (value) -> value != null && value > 2)))
			.containsExactly("hall", "room-3");
		assertThat(this.a.registry.find(NameQuery.all().limit(2))).hasSize(2);
		assertThat(this.a.registry.count(NameQuery.prefix("room-"))).isEqualTo(3);
	}

	@Test
	void unregistersOwnNamesByQuery() {
		this.a.registry.register("room-1", 1);
		this.a.registry.register("room-2", 2);
		this.a.registry.register("hall", 3);
		this.b.registry.register("room-3", 4);
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.a.registry.unregister(NameQuery.prefix("room-"))).isEqualTo(2);
		assertThat(names(NameQuery.all())).containsExactly("hall", "room-3");
	}

	@Test
	void dispatchesToWhatIsOnThisNode() {
		this.a.registry.register("x", 1);
		this.cluster.run(Duration.ofMillis(50));
		List<String> seen = new java.util.ArrayList<>();
		assertThat(this.a.registry.dispatch("x", (entry) -> seen.add(entry.name()))).isEqualTo(1);
		assertThat(this.b.registry.dispatch("x", (entry) -> seen.add(entry.name()))).isZero();
		assertThat(seen).containsExactly("x");
	}

	@Test
	void metadataIsReplicatedAndNullSurvives() {
		this.a.registry.putMeta("answer", 42);
		this.a.registry.putMeta("nothing", null);
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.b.registry.meta()).containsEntry("answer", 42).containsEntry("nothing", null);
		this.b.registry.deleteMeta("nothing");
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.a.registry.meta()).containsOnlyKeys("answer");
	}

	@Test
	void theSameEntryIsReturnedEachTime() {
		this.a.registry.register("x", 1);
		Optional<NameEntry> first = this.a.registry.lookup("x");
		assertThat(this.a.registry.lookup("x")).isSameAs(first);
	}

	private List<String> names(NameQuery query) {
		return this.a.registry.find(query).map(NameEntry::name).sorted().toList();
	}

}
