package io.horde.foreign;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;

import io.horde.registry.HordeRegistry;
import io.horde.registry.NameAlreadyRegisteredException;
import io.horde.registry.NameEntry;
import io.horde.registry.NameQuery;
import io.horde.registry.NotOwnerException;
import io.horde.registry.ProcessNotFoundException;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.RoomApi;
import io.horde.supervisor.StartResult;
import io.horde.supervisor.TestCluster;
import io.horde.supervisor.TestCluster.Run;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Horde's cases about its registry: {@code registry_test.exs}. An Elixir process that
 * registers is a child here, or the node itself.
 */
@NotMapped(value = "registry_test.exs: `use Horde.Registry, inline_options` > accepts inline options",
		because = "The registry is a bean and has properties.")
@NotMapped(
		value = "registry_test.exs: `use Horde.Registry, inline_options`"
				+ " > inline options override defaults of Horde.Registry.child_spec/1",
		because = "The registry is a bean and no child of a supervisor.")
@NotMapped(value = "registry_test.exs: .start_link/1 > only keys: :unique is allowed",
		because = "Names are unique always; what has many owners is a group.")
@NotMapped(
		value = "registry_test.exs: module-based Registry > can use `init` function to dynamically fetch configuration",
		because = "Configuration that is computed at start-up is Spring's: properties, beans, customizers.")
@NotMapped(value = "registry_test.exs: .select/2 > raises on incorrect shape of match spec",
		because = "A query is typed: there is none of a wrong shape.")
@NotMapped(value = "registry_test.exs: sending messages > sending message to non-existing horde",
		because = "A registry is a bean that is injected: one that does not exist ends the start of the application.")
@NotMapped(value = "registry_test.exs: .meta/2, .put_meta/3 and .delete_meta/2 > can set meta in start_link/3",
		because = "No property sets metadata: a bean can call putMeta when the application has started.")
class HordeRegistrySuiteTests extends ForeignSuite {

	private static final Duration MOMENT = Duration.ofMillis(100);

	private HordeRegistry alone() {
		this.cluster.with("n1");
		return registry("n1");
	}

	/**
	 * Start a child on a node that owns names.
	 */
	private void child(String node, String id) {
		start(node, ChildSpec.of(TestCluster.TEMP).id(id));
	}

	@Test
	@Upstream("registry_test.exs: .register/3 > has unique registrations")
	void aNameIsRegisteredOnce() {
		HordeRegistry registry = alone();
		registry.register("hello", "value");
		assertThatExceptionOfType(NameAlreadyRegisteredException.class)
			.isThrownBy(() -> registry.register("hello", "value"))
			.satisfies((ex) -> assertThat(ex.holder()).hasToString("hello -> n1"));
		registry.register("world", "value");
		assertThat(names("n1", NameQuery.all())).containsExactly("hello", "world");
	}

	@Test
	@Upstream("registry_test.exs: .register/3 > has unique registrations across processes")
	void aNameIsRegisteredOnceWhicheverProcessAsks() {
		alone();
		child("n1", "first");
		child("n1", "second");
		as("first").register("hello", "value");
		assertThatExceptionOfType(NameAlreadyRegisteredException.class)
			.isThrownBy(() -> as("second").register("hello", "recent"))
			.satisfies((ex) -> assertThat(ex.holder().owner().processId()).isEqualTo("first"));
		assertThat(names("n1", NameQuery.all().owner("second"))).isEmpty();
		assertThat(run("second").context.isOwner()).isTrue();
	}

	@Test
	@Upstream("registry_test.exs: .register/3 > name conflict message is received when 2 registries join")
	void theNodeOfTheLoserIsToldOfTheConflictWhenTwoRegistriesMeet() {
		apart("n1", "n2");
		List<String> conflicts = new ArrayList<>();
		List.of("n1", "n2")
			.forEach((node) -> this.cluster.node(node).horde.registry()
				.onConflict((event) -> conflicts.add(node + " is told that " + event.loser().entry() + " = "
						+ event.loser().entry().value(String.class) + " lost to " + event.winner().entry())));
		registry("n1").register("hello", "mine");
		pass(MOMENT);
		registry("n2").register("hello", "yours");
		heal();
		this.cluster.await("they have met", () -> up("n1").size() == 2 && up("n2").size() == 2);
		pass(Duration.ofSeconds(5));
		assertThat(conflicts).containsExactly("n1 is told that hello -> n1 = mine lost to hello -> n2");
		assertThat(whereis("n1", "hello")).isEqualTo(whereis("n2", "hello")).isEqualTo("hello -> n2");
	}

	@Test
	@Upstream("registry_test.exs: .register/3 > name conflicts in separate processes")
	void aProcessThatLosesANameEndsAndItsOtherNamesGoWithIt() {
		apart("n1", "n2");
		child("n1", "loser");
		child("n2", "winner");
		as("loser").register("name", null);
		as("loser").register("other of the loser", null);
		pass(MOMENT);
		as("winner").register("name", null);
		as("winner").register("other of the winner", null);
		heal();
		this.cluster.await("they have met", () -> up("n1").size() == 2 && up("n2").size() == 2);
		pass(Duration.ofSeconds(5));
		assertThat(this.cluster.living()).extracting(Run::id).containsExactly("winner");
		assertThat(names("n1", NameQuery.all())).isEqualTo(names("n2", NameQuery.all()))
			.containsExactly("name", "other of the winner");
	}

	@Test
	@Upstream({ "registry_test.exs: .register/3 > via callbacks",
			"registry_test.exs: register via callbacks > register a name the 'via' way" })
	void aProcessIsStartedCalledAndFoundByItsName() {
		this.cluster.with("n1", "n2");
		start("n1", TestCluster.spec("foo"));
		CompletableFuture<Long> call = registry("n2").proxy(RoomApi.class, "foo").token();
		assertThat(get(call)).isEqualTo(run("foo").context.fencingToken());
		StartResult again = get(supervisor("n2").startChild(TestCluster.spec("foo")));
		assertThat(again.created()).isFalse();
		assertThat(again.process()).isEqualTo(supervisor("n2").child("foo").orElseThrow());
		this.cluster.awaitRest(1);
	}

	@Test
	@Upstream("registry_test.exs: .register/3 > uses value provided in via")
	void aProcessIsRegisteredWithTheValueOfItsSpec() {
		alone();
		start("n1", TestCluster.spec("foo").value("value"));
		assertThat(registry("n1").lookup("foo")).get()
			.satisfies((entry) -> assertThat(entry.value(String.class)).isEqualTo("value"));
	}

	@Test
	@Upstream("registry_test.exs: .keys/2 > empty list if not registered")
	void aProcessThatHasRegisteredNothingHasNoNames() {
		alone();
		child("n1", "p");
		assertThat(names("n1", NameQuery.all().owner("p"))).isEmpty();
	}

	/**
	 * A process registers on its own node; its names are found on all.
	 */
	@Test
	@Upstream("registry_test.exs: .keys/2 > registered keys are returned")
	void theNamesOfAProcessAreFoundOnEachNode() {
		this.cluster.with("n1", "n2");
		child("n1", "p");
		as("p").register("foo", "value");
		as("p").register("bar", "value");
		pass(Duration.ofSeconds(1));
		assertThat(names("n1", NameQuery.all().owner("p"))).isEqualTo(names("n2", NameQuery.all().owner("p")))
			.containsExactly("bar", "foo");
	}

	@Test
	@Upstream("registry_test.exs: .select/2 > empty list for empty registry")
	void anEmptyRegistryHasNothingToFind() {
		assertThat(alone().find(NameQuery.all())).isEmpty();
	}

	@Test
	@Upstream("registry_test.exs: .select/2 > select all")
	void allIsFoundWithOwnersAndValues() {
		HordeRegistry registry = alone();
		start("n1", TestCluster.spec("hello"));
		registry.register("world", "value");
		assertThat(registry.find(NameQuery.all())).extracting(Object::toString, (entry) -> entry.value(String.class))
			.containsExactlyInAnyOrder(tuple("hello -> hello on n1", null), tuple("world -> n1", "value"));
	}

	@Test
	@Upstream("registry_test.exs: .select/2 > select supports full match specs")
	void namesAreFoundByNameOwnerAndPartsOfTheirValue() {
		HordeRegistry registry = alone();
		child("n1", "p");
		as("p").register("hello", new Triple(1, "atom", 1));
		assertThat(names("n1", NameQuery.name("hello"))).containsExactly("hello");
		assertThat(names("n1", NameQuery.all().owner("p"))).containsExactly("hello");
		assertThat(names("n1", value((value) -> value.equals(new Triple(1, "atom", 1))))).containsExactly("hello");
		assertThat(names("n1", NameQuery.name("world"))).isEmpty();
		assertThat(names("n1", value((value) -> value.first() == 2))).isEmpty();
		assertThat(names("n1", value((value) -> value.kind().equals("atom")))).containsExactly("hello");
		assertThat(names("n1", value((value) -> value.first() == value.last()))).containsExactly("hello");
		registry.register("world", new Triple(7, "other", 8));
		assertThat(names("n1", NameQuery.name("world").node("n1").value(Triple.class, (value) -> value.last() == 8)))
			.containsExactly("world");
		assertThat(names("n1", NameQuery.all())).containsExactly("hello", "world");
	}

	@Test
	@Upstream("registry_test.exs: .select/2 > select supports guard conditions")
	void namesAreFoundByConditionsOnTheirValue() {
		alone().register("hello", new Triple(1, "atom", 2));
		assertThat(names("n1", value((value) -> value.last() > 1))).containsExactly("hello");
		assertThat(names("n1", value((value) -> value.last() > 2))).isEmpty();
		assertThat(names("n1", NameQuery.all().value(Integer.class, (value) -> true))).isEmpty();
	}

	@Test
	@Upstream("registry_test.exs: .select/2 > select allows multiple specs")
	void twoQueriesFindWhatEachOfThemFinds() {
		HordeRegistry registry = alone();
		registry.register("hello", "value");
		registry.register("world", "value");
		TreeSet<String> found = names("n1", NameQuery.name("hello"));
		found.addAll(names("n1", NameQuery.name("world")));
		assertThat(found).containsExactly("hello", "world");
	}

	@Test
	@Upstream("registry_test.exs: .select/2 > select works with clustered registries")
	void namesOfAnotherNodeAreFound() {
		this.cluster.with("n1", "n2");
		registry("n1").register("a", "value");
		pass();
		assertThat(names("n1", NameQuery.all())).isEqualTo(names("n2", NameQuery.all())).containsExactly("a");
	}

	@Test
	@Upstream("registry_test.exs: .unregister/2 > can unregister processes")
	void aNameThatIsGivenUpIsGoneOnBothNodes() {
		this.cluster.with("n1", "n2");
		registry("n1").register("one day fly", "value");
		assertThat(names("n1", NameQuery.all())).containsExactly("one day fly");
		pass();
		assertThat(names("n2", NameQuery.all())).containsExactly("one day fly");
		assertThat(registry("n1").unregister("one day fly")).isTrue();
		assertThat(names("n1", NameQuery.all())).isEmpty();
		pass();
		assertThat(names("n2", NameQuery.all())).isEmpty();
	}

	@Test
	@Upstream("registry_test.exs: .unregister_match/4 > unregisters matching processes")
	void ownNamesAreGivenUpByQuery() {
		HordeRegistry registry = alone();
		registry.register("to_unregister", "match_unregister");
		registry.register("another_key", 12);
		assertThat(registry.unregister(NameQuery.name("another_key").value(Integer.class, (value) -> value > 12)))
			.isZero();
		assertThat(names("n1", NameQuery.all())).containsExactly("another_key", "to_unregister");
		assertThat(registry.unregister(NameQuery.name("another_key").value(Integer.class, (value) -> value > 11)))
			.isOne();
		assertThat(names("n1", NameQuery.all())).containsExactly("to_unregister");
		assertThat(registry.unregister(NameQuery.name("to_unregister").value(String.class, "doesn't match"::equals)))
			.isZero();
		assertThat(names("n1", NameQuery.all())).containsExactly("to_unregister");
		assertThat(registry.unregister(NameQuery.name("to_unregister").value(String.class, "match_unregister"::equals)))
			.isOne();
		assertThat(registry.lookup("to_unregister")).isEmpty();
	}

	@Test
	@Upstream("registry_test.exs: .dispatch/4 > dispatches to correct processes")
	void aConsumerIsCalledWithTheEntryOfAName() {
		HordeRegistry registry = alone();
		registry.register("d1", "value1");
		registry.register("d2", "value2");
		List<String> values = new ArrayList<>();
		assertThat(registry.dispatch("d1", (entry) -> values.add(entry.value(String.class)))).isOne();
		assertThat(values).containsExactly("value1");
		assertThat(registry.dispatch("d2", (entry) -> values.add(entry.value(String.class)))).isOne();
		assertThat(values).containsExactly("value1", "value2");
	}

	@Test
	@Upstream("registry_test.exs: .count/1 > returns correct number")
	void namesAreCounted() {
		HordeRegistry registry = alone();
		registry.register("foo", "foo");
		registry.register("bar", "bar");
		assertThat(registry.count(NameQuery.all())).isEqualTo(2);
	}

	@Test
	@Upstream({ "registry_test.exs: .count_match/4 > returns correct number",
			"registry_test.exs: .match/4 > returns correct pids / values" })
	void namesThatMeetAConditionAreFoundAndCounted() {
		HordeRegistry registry = alone();
		registry.register("foo", "foo");
		registry.register("bar", 33);
		assertFound(NameQuery.name("foo"), "foo");
		assertFound(NameQuery.name("bar").value(Integer.class, (value) -> value == 34));
		assertFound(NameQuery.name("bar").value(Integer.class, (value) -> value == 33), "bar");
		assertFound(NameQuery.name("bar").value(Integer.class, (value) -> value > 34));
		assertFound(NameQuery.name("bar").value(Integer.class, (value) -> value > 32), "bar");
	}

	private void assertFound(NameQuery query, String... names) {
		assertThat(names("n1", query)).containsExactly(names);
		assertThat(registry("n1").count(query)).isEqualTo(names.length);
	}

	@Test
	@Upstream("registry_test.exs: .update_value/3 > updates value")
	void theOwnerUpdatesTheValue() {
		HordeRegistry registry = alone();
		registry.register("foo", "foo");
		assertThat(registry.updateValue("foo", String.class, (value) -> value.equals("foo") ? "bar" : "?"))
			.isEqualTo("bar");
		assertThat(registry.lookup("foo")).get()
			.satisfies((entry) -> assertThat(entry.value(String.class)).isEqualTo("bar"));
	}

	@Test
	@Upstream("registry_test.exs: .update_value/3 > can only update own values")
	void nobodyElseUpdatesTheValue() {
		HordeRegistry registry = alone();
		child("n1", "p");
		as("p").register("foo", "bar");
		assertThatExceptionOfType(NotOwnerException.class)
			.isThrownBy(() -> registry.updateValue("foo", String.class, (value) -> "baz"));
	}

	@Test
	@Upstream({ "registry_test.exs: lookup > existing process with lookup/2",
			"registry_test.exs: lookup > existing processes with via tuple" })
	void aNameIsLookedUp() {
		HordeRegistry registry = alone();
		registry.register("carmen", "foo");
		NameEntry entry = registry.lookup("carmen").orElseThrow();
		assertThat(entry.node()).isEqualTo("n1");
		assertThat(entry.<String>value(String.class)).isEqualTo("foo");
	}

	@Test
	@Upstream("registry_test.exs: sending messages > sending message to non-existing process")
	void aCallToANameThatNobodyHasFails() {
		HordeRegistry registry = alone();
		registry.register("carmen", "carmen");
		CompletableFuture<Long> call = registry.proxy(RoomApi.class, "santiago").token();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> get(call))
			.withCauseInstanceOf(ProcessNotFoundException.class)
			.withMessageContaining("santiago");
	}

	@Test
	@Upstream("registry_test.exs: sending messages > sending message to existing process")
	void aCallToAProcessThatRegisteredANameReachesIt() {
		alone();
		child("n1", "p");
		as("p").register("carmen", "carmen");
		assertThat(get(registry("n1").proxy(RoomApi.class, "carmen").token()))
			.isEqualTo(run("p").context.fencingToken());
	}

	@Test
	@Upstream({ "registry_test.exs: .meta/2, .put_meta/3 and .delete_meta/2 > can put and get metadata",
			"registry_test.exs: .meta/2, .put_meta/3 and .delete_meta/2 > meta/2 returns :error when no entry present" })
	void metadataIsPutAndRead() {
		HordeRegistry registry = alone();
		registry.putMeta("custom_key", "custom_value");
		assertThat(registry.meta()).containsEntry("custom_key", "custom_value").doesNotContainKey("non_existent");
	}

	@Test
	@Upstream({ "registry_test.exs: .meta/2, .put_meta/3 and .delete_meta/2 > meta is propagated",
			"registry_test.exs: .meta/2, .put_meta/3 and .delete_meta/2 > delete_meta is propagated" })
	void metadataAndItsRemovalReachTheOthers() {
		this.cluster.with("n1", "n2");
		registry("n1").putMeta("a_key", "a_value");
		pass();
		assertThat(registry("n2").meta()).containsEntry("a_key", "a_value");
		registry("n1").deleteMeta("a_key");
		pass();
		assertThat(registry("n2").meta()).isEmpty();
	}

	@Test
	@Upstream("registry_test.exs: failure scenarios > a process exits and is cleaned up")
	void theNamesOfAProcessThatEndsAreGone() {
		alone();
		child("n1", "p");
		as("p").register("key", null);
		assertThat(whereis("n1", "key")).isEqualTo("key -> p on n1");
		run("p").context.exit();
		pass(MOMENT);
		assertThat(registry("n1").count(NameQuery.name("key"))).isZero();
		assertThat(names("n1", NameQuery.all().owner("p"))).isEmpty();
	}

	@Test
	@Upstream("registry_test.exs: failure scenarios"
			+ " > a node is removed from the cluster and its processes are cleaned up")
	void theNamesOfANodeThatIsRemovedAreGone() {
		this.cluster.with("n1", "n2");
		registry("n1").register("key", null);
		pass();
		assertThat(whereis("n2", "key")).isEqualTo("key -> n1");
		members("n2").setMembers(List.of("n2:7420"));
		this.cluster.await("n1 has left", () -> up("n2").equals(List.of("n2")));
		pass();
		assertThat(registry("n2").find(NameQuery.all())).isEmpty();
	}

	@Test
	@Upstream("registry_test.exs: listeners > receives :register and :unregister events")
	void aWatchHearsOfNamesThatComeAndGo() {
		alone();
		List<String> events = watch("n1");
		child("n1", "p");
		as("p").register("task", "task_value");
		pass(MOMENT);
		run("p").context.exit();
		pass(MOMENT);
		assertThat(events).containsExactly("REGISTERED task -> p on n1 task_value",
				"UNREGISTERED task -> p on n1 task_value");
	}

	@Test
	@Upstream("registry_test.exs: listeners > receives :register and :unregister from another node")
	void aWatchHearsOfNamesOfAnotherNode() {
		this.cluster.with("n1", "n2");
		List<String> events = watch("n1");
		registry("n2").register("task", "task_value");
		pass();
		registry("n2").unregister("task");
		pass();
		assertThat(events).containsExactly("REGISTERED task -> n2 task_value", "UNREGISTERED task -> n2 task_value");
	}

	/**
	 * The change of the owner is one event, and none of a name that is gone and comes
	 * back.
	 */
	@Test
	@Upstream("registry_test.exs: listeners > receives :unregister and :register for conflicting processes")
	void aWatchHearsOfTheNewOwnerAfterAConflict() {
		apart("n1", "n2");
		List<String> events = watch("n1");
		registry("n1").register("task", "task_value");
		pass(MOMENT);
		registry("n2").register("task", "task_value");
		heal();
		this.cluster.await("they have met", () -> up("n1").size() == 2 && up("n2").size() == 2);
		pass(Duration.ofSeconds(5));
		assertThat(events).containsExactly("REGISTERED task -> n1 task_value", "UPDATED task -> n2 task_value");
	}

	private List<String> watch(String node) {
		List<String> events = new ArrayList<>();
		registry(node).watch(NameQuery.all(),
				(event) -> events.add(event.type() + " " + event.entry() + " " + event.entry().value(String.class)));
		pass(MOMENT);
		return events;
	}

	private static NameQuery value(Predicate<Triple> condition) {
		return NameQuery.all().value(Triple.class, (value) -> value != null && condition.test(value));
	}

	record Triple(int first, String kind, int last) {
	}

}
