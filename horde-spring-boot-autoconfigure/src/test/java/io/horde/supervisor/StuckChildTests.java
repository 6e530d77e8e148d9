package io.horde.supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.horde.cluster.MemberStatus;
import io.horde.node.Changed;
import io.horde.process.ProcessState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Children whose work does not end when they are to move or to end (T8, T9).
 */
class StuckChildTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private static final Duration LONG = Duration.ofMinutes(2);

	private final TestCluster cluster = new TestCluster(7);

	private final List<ProcessEvent> events = new ArrayList<>();

	private String owner;

	private String other;

	private CompletableFuture<String> startAtWork(String distribution, boolean obeys) {
		this.cluster
			.settings((settings) -> settings.with(Changed.of(settings.membership(), "expectedSize", 3, "seats", 3))
				.with(Changed.of(settings.supervisor(), "distribution", distribution)))
			.with("n1", "n2", "n3");
		this.cluster.get(this.cluster.supervisor("n1")
			.startChild(ChildSpec.of(TestCluster.ROOM).id("x").shutdownTimeout(TIMEOUT)));
		this.cluster.awaitRest(1);
		this.owner = this.cluster.places("x").get(0);
		this.other = this.owner.equals("n1") ? "n2" : "n1";
		this.cluster.engine(this.owner).onEvent(this.events::add);
		return this.cluster.work(this.owner, "x", obeys);
	}

	@ParameterizedTest
	@ValueSource(strings = { "uniform", "quorum" })
	void moveIsCalledOffIfTheWorkOfTheChildTakesTooLong(String distribution) {
		CompletableFuture<String> work = startAtWork(distribution, true);
		CompletableFuture<ProcessRef> move = this.cluster.supervisor(this.other).moveChild("x", this.other);
		this.cluster.await("the move fails", move::isDone);
		assertThatThrownBy(move::join).hasMessageContaining(
				"its work did not end within its shutdown timeout, so it stays on node '" + this.owner);
		assertThat(work).isNotDone();
		assertThat(this.cluster.places("x")).containsExactly(this.owner);
		assertThat(this.cluster.living()).singleElement().matches((run) -> run.context.isOwner());
		assertThat(this.cluster.engine(this.owner).counters().movesCalledOff().sum()).isOne();
		this.cluster.await("the others see it run",
				() -> this.cluster.supervisor(this.other)
					.child("x")
					.filter((row) -> row.state() == ProcessState.RUNNING)
					.isPresent());
		work.complete("done");
		this.cluster.get(this.cluster.supervisor(this.other).moveChild("x", this.other));
		assertThat(this.cluster.places("x")).containsExactly(this.other);
	}

	@ParameterizedTest
	@ValueSource(strings = { "uniform", "quorum" })
	void terminationOfAStuckChildNamesThePlaceAndStands(String distribution) {
		CompletableFuture<String> work = startAtWork(distribution, false);
		CompletableFuture<Boolean> end = this.cluster.supervisor(this.other).terminateChild("x");
		this.cluster.await("the termination fails", end::isDone);
		assertThatThrownBy(end::join).hasCauseInstanceOf(ProcessStuckException.class)
			.hasMessageContaining("on node '" + this.owner + "'")
			.hasMessageContaining("has not completed");
		ProcessStuckEvent event = this.events.stream()
			.filter(ProcessStuckEvent.class::isInstance)
			.map(ProcessStuckEvent.class::cast)
			.findFirst()
			.orElseThrow();
		assertThat(event.process().state()).isEqualTo(ProcessState.STUCK);
		assertThat(event.thread()).contains("has not completed");
		assertThat(event.stack()).contains("Activities");
		assertThat(this.cluster.engine(this.owner).counters().stuck().sum()).isOne();
		CompletableFuture<StartResult> again = this.cluster.supervisor(this.other)
			.startChild(ChildSpec.of(TestCluster.ROOM).id("x"));
		this.cluster.simulation.run(LONG);
		assertThat(this.cluster.living()).as("only the stuck one").hasSize(1);
		work.complete("at last");
		this.cluster.await("the next one runs",
				() -> this.cluster.living()
					.stream()
					.anyMatch((run) -> run.context.isOwner() && !run.context.isStopping()));
		assertThat(this.cluster.living()).hasSize(1);
		assertThat(again).isDone();
	}

	@ParameterizedTest
	@ValueSource(strings = { "uniform", "quorum" })
	void eachNodeExplainsWhatReleasesAStuckChild(String distribution) {
		CompletableFuture<String> work = startAtWork(distribution, false);
		this.cluster.supervisor(this.other).terminateChild("x");
		this.cluster.await("the others know that it is stuck",
				() -> this.cluster.supervisor(this.other).explain("x").summary().contains("STUCK"));
		for (String node : List.of(this.owner, this.other)) {
			assertThat(this.cluster.supervisor(node).explain("x").summary()).contains(
					"STUCK on node '" + this.owner + "'", "has not completed", "before that code ends",
					"restarts the child");
		}
		assertThat(this.cluster.engine(this.owner).stuck()).containsOnlyKeys("x");
		assertThat(this.cluster.engine(this.other).stuck()).isEmpty();
		work.complete("at last");
		this.cluster.await("it has ended", () -> this.cluster.engine(this.owner).stuck().isEmpty());
	}

	@ParameterizedTest
	@ValueSource(strings = { "uniform", "quorum" })
	void operatorGivesAStuckChildUp(String distribution) {
		startAtWork(distribution, false);
		this.cluster.supervisor(this.other).terminateChild("x");
		this.cluster.await("it is stuck", () -> this.cluster.engine(this.owner).counters().stuck().sum() == 1);
		this.cluster.simulation.run(TIMEOUT);
		this.cluster.engine(this.other).restart("x");
		this.cluster.await("nobody has it", () -> this.cluster.supervisor(this.other).child("x").isEmpty());
	}

	@ParameterizedTest
	@ValueSource(strings = { "uniform", "quorum" })
	void leavingNodeAwaitsWorkForItsDrainTimeout(String distribution) {
		CompletableFuture<String> work = startAtWork(distribution, true);
		CompletableFuture<Void> left = this.cluster.supervisor(this.owner).leave();
		this.cluster.simulation.run(TIMEOUT.multipliedBy(4));
		assertThat(this.cluster.living()).singleElement().matches((run) -> run.context.isOwner());
		work.complete("done");
		this.cluster.get(left);
		this.cluster.node(this.owner).left = true;
		this.cluster.awaitRest(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "uniform", "quorum" })
	void leavingNodeWithAStuckChildSaysNoGoodByeAndTheOthersRunItWhenItIsDead(String distribution) {
		startAtWork(distribution, false);
		CompletableFuture<Void> left = this.cluster.supervisor(this.owner).leave();
		this.cluster.get(left);
		this.cluster.simulation.run(LONG);
		assertThat(this.cluster.node(this.other).horde.cluster()
			.members()
			.stream()
			.filter((member) -> member.name().equals(this.owner))).singleElement()
			.matches((member) -> member.status() == MemberStatus.LEAVING);
		assertThat(this.cluster.living()).as("only the stuck one").hasSize(1);
		this.cluster.crash(this.owner);
		this.cluster.awaitRest(1);
		assertThat(this.cluster.places("x")).doesNotContain(this.owner);
	}

}
