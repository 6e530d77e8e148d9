package io.horde.foreign;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.horde.node.Changed;
import io.horde.process.IgnoreProcessException;
import io.horde.process.ProcessState;
import io.horde.process.RestartPolicy;
import io.horde.process.StartReason;
import io.horde.supervisor.ChildCounts;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.StartResult;
import io.horde.supervisor.TestCluster;
import io.horde.supervisor.TestCluster.Run;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Horde's cases about its supervisor: {@code dynamic_supervisor_test.exs},
 * {@code dynamic_supervisor_deadlock_test.exs}, {@code nested_supervision_test.exs},
 * {@code supervisor_telemetry_poller_test.exs}.
 */
@NotMapped(
		value = "dynamic_supervisor_test.exs: module-based DynamicSupervisor"
				+ " > can use `init` function to dynamically fetch configuration",
		because = "Configuration that is computed at start-up is Spring's: properties, beans, customizers.")
@NotMapped(
		value = "dynamic_supervisor_test.exs: module-based DynamicSupervisor"
				+ " > can use `child_spec` function to override defaults from Horde.DynamicSupervisor",
		because = "The supervisor is a bean and no child of another supervisor.")
@NotMapped(
		value = "supervisor_telemetry_poller_test.exs: when polls supervisors metrics with success"
				+ " > it sends metrics to telemetry",
		because = "Nothing is polled: HordeMetricsTests holds that the meters are read live.")
@NotMapped(value = "supervisor_telemetry_poller_test.exs: when fails to poll supervisors metrics"
		+ " > it handles exit and logs reason", because = "Nothing is polled, so that no poll can fail.")
class HordeSupervisorSuiteTests extends ForeignSuite {

	private static final List<String> NODES = List.of("n1", "n2", "n3");

	private void three() {
		this.cluster.with("n1", "n2", "n3");
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: many transient processes")
	void eachOfManyTransientProcessesRunsToItsEndOnce() {
		three();
		this.cluster.behaviour((run) -> run.context.exit());
		List<CompletableFuture<List<StartResult>>> starts = IntStream.range(0, 1000)
			.mapToObj((i) -> supervisor(NODES.get(i % 3))
				.startChildren(List.of(ChildSpec.of(TestCluster.JOB).id("job-" + i))))
			.toList();
		this.cluster.await("all have run", () -> this.cluster.runs.size() == 1000);
		starts.forEach(this::get);
		pass(Duration.ofSeconds(10));
		assertThat(this.cluster.runs).extracting(Run::id).hasSize(1000).doesNotHaveDuplicates();
		assertThat(supervisor("n1").countChildren()).isEqualTo(new ChildCounts(0, 0, 0, 0));
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: .start_child/2 > starts a process")
	void aProcessIsStarted() {
		three();
		ProcessRef process = start("n1", ChildSpec.of(TestCluster.ROOM).id("proc_1"));
		assertThat(this.cluster.places("proc_1")).containsExactly(process.node());
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: .start_child/2 > does not return error when starting same process twice")
	void oneSpecWithoutAnIdStartedTwiceIsTwoProcesses() {
		three();
		ChildSpec spec = ChildSpec.of(TestCluster.ROOM);
		assertThat(start("n1", spec).id()).isNotEqualTo(start("n1", spec).id());
		this.cluster.awaitRest(2);
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: .start_child/2"
			+ " > starts a process with id that doesn't implement String.Chars")
	void anIdMayBeAnyText() {
		three();
		assertThat(start("n1", ChildSpec.of(TestCluster.ROOM).id("{:proc2, \"string\"} … ✓")).id())
			.isEqualTo("{:proc2, \"string\"} … ✓");
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: .start_child/2 > failed process is restarted")
	void aProcessThatFailsIsStartedAgain() {
		three();
		start("n1", ChildSpec.of(TestCluster.ROOM).id("proc_1"));
		run("proc_1").context.fail(new IllegalStateException("killed"));
		this.cluster.await("it runs again", () -> this.cluster.runs.size() == 2);
		assertThat(run("proc_1").context.startReason()).isEqualTo(StartReason.RESTART);
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: .start_child/2 > processes are started on different nodes")
	void processesAreStartedOnDifferentNodes() {
		three();
		ChildSpec spec = ChildSpec.of(TestCluster.ROOM);
		List<ProcessRef> processes = IntStream.range(0, 10).mapToObj((i) -> start("n1", spec)).toList();
		assertThat(processes.stream().map(ProcessRef::node).distinct()).hasSizeGreaterThan(1);
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: .which_children/1 > is empty")
	void thereAreNoChildrenAtFirst() {
		three();
		assertThat(supervisor("n1").children()).isEmpty();
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: .which_children/1 > collects results from all horde nodes")
	void eachNodeListsTheChildrenOfAll() {
		three();
		startMany("n1", TestCluster.ROOM, 10);
		this.cluster.awaitRest(10);
		assertThat(NODES).allSatisfy((node) -> assertThat(supervisor(node).children()).hasSize(10)
			.extracting(ProcessRef::node)
			.contains("n1", "n2", "n3"));
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: .count_children/1 > counts children")
	void childrenAreCounted() {
		three();
		startMany("n1", TestCluster.ROOM, 10);
		assertThat(supervisor("n1").countChildren()).isEqualTo(new ChildCounts(10, 10, 0, 0));
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: .terminate_child/2 > terminates the child")
	void aChildIsTerminatedFromAnyNode() {
		three();
		String node = start("n1", ChildSpec.of(TestCluster.ROOM).id("kill_me")).node();
		String other = NODES.stream().filter((name) -> !name.equals(node)).findFirst().orElseThrow();
		pass();
		assertThat(get(supervisor(other).terminateChild("kill_me"))).isTrue();
		assertThat(this.cluster.places("kill_me")).isEmpty();
		this.cluster.awaitRest(0);
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: failover > failed horde's processes are taken over by other hordes")
	void theProcessesOfANodeThatFailsAreTakenOver() {
		three();
		startMany("n1", TestCluster.ROOM, 200);
		this.cluster.awaitRest(200);
		this.cluster.crash("n1");
		assertThat(supervisor("n2").countChildren().active()).isLessThanOrEqualTo(200);
		this.cluster.awaitRest(200);
		assertThat(this.cluster.living()).extracting((run) -> run.node.name).containsOnly("n2", "n3");
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: .stop/3 > stopping a node causes supervised processes to shut down")
	void theProcessesOfANodeThatLeavesAreShutDownThere() {
		three();
		startMany("n1", TestCluster.ROOM, 200);
		this.cluster.awaitRest(200);
		get(supervisor("n1").leave());
		this.cluster.node("n1").left = true;
		assertThat(this.cluster.living()).extracting((run) -> run.node.name).doesNotContain("n1");
		assertThat(supervisor("n2").countChildren().active()).isLessThanOrEqualTo(200);
		this.cluster.awaitRest(200);
	}

	/**
	 * The slow process is busy with a task when its node begins to leave. The fast one
	 * does not wait for it.
	 */
	@Test
	@Upstream("dynamic_supervisor_test.exs: graceful shutdown > stopping a node moves processes over when they are ready")
	void eachProcessOfALeavingNodeMovesAsSoonAsItIsReady() {
		this.cluster.with("n1");
		ChildSpec spec = ChildSpec.of(TestCluster.ROOM).shutdownTimeout(Duration.ofSeconds(10));
		start("n1", spec.id("fast"));
		start("n1", spec.id("slow"));
		this.cluster.with("n2");
		CompletableFuture<String> work = this.cluster.work("n1", "slow", true);
		CompletableFuture<Void> left = supervisor("n1").leave();
		pass(Duration.ofSeconds(2));
		assertThat(this.cluster.places("fast")).containsExactly("n2");
		assertThat(this.cluster.places("slow")).containsExactly("n1");
		assertThat(run("slow").context.isOwner()).isTrue();
		work.complete("done");
		get(left);
		this.cluster.node("n1").left = true;
		this.cluster.awaitRest(2);
		assertThat(this.cluster.places("slow")).containsExactly("n2");
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: temporary and transient processes"
			+ " > temporary task gets removed from supervisor after exit")
	void aTemporaryProcessThatFailsIsForgotten() {
		three();
		start("n1", ChildSpec.of(TestCluster.TEMP).id("task"));
		run("task").context.fail(new IllegalStateException("killed"));
		this.cluster.awaitRest(0);
		assertThat(supervisor("n1").child("task")).isEmpty();
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: temporary and transient processes"
			+ " > transient process get removed from supervisor after exit")
	void aTransientProcessThatExitsIsForgotten() {
		three();
		start("n1", ChildSpec.of(TestCluster.JOB).id("task"));
		run("task").context.exit();
		this.cluster.awaitRest(0);
		assertThat(supervisor("n1").child("task")).isEmpty();
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: temporary and transient processes"
			+ " > transient process does not get removed from supervisor after failed exit")
	void aTransientProcessThatFailsIsKept() {
		three();
		start("n1", ChildSpec.of(TestCluster.JOB).id("task"));
		run("task").context.fail(new IllegalStateException("error"));
		pass(Duration.ofMillis(1));
		assertThat(supervisor("n1").child("task")).isPresent();
		this.cluster.awaitRest(1);
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: stress test > registering a lot of workers doesn't cause an exit")
	void twoThousandWorkersAreStarted() {
		three();
		startMany("n1", TestCluster.ROOM, 2000);
		assertThat(supervisor("n1").countChildren().active()).isEqualTo(2000);
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: can handle :ignore")
	void aProcessThatNeedNotRunIsIgnored() {
		three();
		this.cluster.behaviour((run) -> {
			throw new IgnoreProcessException("nothing to do");
		});
		StartResult result = get(supervisor("n1").startChild(ChildSpec.of(TestCluster.ROOM).id("test")));
		assertThat(result.process()).isNull();
		assertThat(result.failure()).isNull();
		this.cluster.awaitRest(0);
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: wait_for_quorum/2")
	void quorumIsAwaited() throws InterruptedException {
		quorum();
		this.cluster.with("n1");
		assertThat(members("n1").awaitQuorum(Duration.ofMillis(1))).isFalse();
		this.cluster.with("n2");
		this.cluster.await("there is a quorum",
				() -> members("n1").quorum().present() && members("n2").quorum().present());
		assertThat(members("n1").awaitQuorum(Duration.ZERO)).isTrue();
		assertThat(members("n2").awaitQuorum(Duration.ZERO)).isTrue();
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: redistribute"
			+ " > processes should redistribute to new member nodes as they are added")
	void underActiveRedistributionANewMemberGetsWhatBelongsToIt() {
		this.cluster.supervisor((settings) -> Changed.of(settings, "activeRedistribution", true)).with("n1");
		startMany("n1", TestCluster.ROOM, 10);
		this.cluster.with("n2");
		this.cluster.await("some have moved",
				() -> this.cluster.living().stream().anyMatch((run) -> run.node.name.equals("n2")));
		this.cluster.await("the rest has", () -> supervisor("n1").redistribution().preview().isEmpty());
		this.cluster.awaitRest(10);
		assertThat(this.cluster.living())
			.allSatisfy((run) -> assertThat(supervisor("n1").explain(run.id()).chosen()).isEqualTo(run.node.name));
		assertThat(this.cluster.living()).filteredOn((run) -> run.node.name.equals("n2"))
			.extracting((run) -> run.context.startReason())
			.containsOnly(StartReason.HAND_OFF);
	}

	@Test
	@Upstream({
			"dynamic_supervisor_test.exs: redistribute"
					+ " > processes should not redistribute to new member if redistribution config is set to :passive",
			"dynamic_supervisor_test.exs: redistribute"
					+ " > should only redistribute on member :down but not on :alive if config is set to :passive" })
	void underPassiveRedistributionANewMemberGetsNothingUntilTheOldOneGoes() {
		this.cluster.supervisor((settings) -> settings).with("n1");
		startMany("n1", TestCluster.ROOM, 10);
		this.cluster.with("n2");
		pass(Duration.ofSeconds(20));
		assertThat(this.cluster.living()).hasSize(10).extracting((run) -> run.node.name).containsOnly("n1");
		get(supervisor("n1").leave());
		this.cluster.node("n1").left = true;
		this.cluster.awaitRest(10);
		assertThat(this.cluster.living()).hasSize(10).extracting((run) -> run.node.name).containsOnly("n2");
	}

	/**
	 * Hops are bounded always, so that there is no such thing as for ever.
	 */
	@Test
	@Upstream({ "dynamic_supervisor_test.exs: proxy ttl > message will proxy forever if nodes disagree on member",
			"dynamic_supervisor_test.exs: proxy ttl > start_child will add child on any node when proxy TTL expires" })
	void aStartThatEveryNodePassesOnEndsSomewhere() {
		this.cluster
			.strategy("potato",
					(request, view) -> view.candidates(request).stream().filter((member) -> !member.self()).findFirst())
			.supervisor((settings) -> Changed.of(settings, "distribution", "potato"));
		three();
		ProcessRef process = start("n1", ChildSpec.of(TestCluster.ROOM).id("hot"));
		assertThat(this.cluster.places("hot")).containsExactly(process.node());
		this.cluster.awaitRest(1);
		assertThat(this.cluster.runs).hasSize(1);
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: proxy ttl > message will be picked up if nodes agree on member")
	void aStartIsPassedToTheNodeOnWhichAllAgree() {
		three();
		for (int i = 0; i < 20; i++) {
			assertThat(start("n1", ChildSpec.of(TestCluster.ROOM).id("agreed-" + i)).node())
				.isEqualTo(supervisor("n2").explain("agreed-" + i).chosen());
		}
	}

	@Test
	@Upstream("dynamic_supervisor_test.exs: proxy ttl"
			+ " > random distribution start_child with TTL of 1 will not bounce around")
	void startsUnderRandomDistributionDoNotBounceAround() {
		this.cluster.supervisor((settings) -> Changed.of(settings, "distribution", "random"));
		three();
		assertThat(startMany("n1", TestCluster.ROOM, 200)).extracting(StartResult::failure).containsOnlyNulls();
		this.cluster.awaitRest(200);
		assertThat(this.cluster.living())
			.allSatisfy((run) -> assertThat(supervisor("n2").explain(run.id()).chosen()).isEqualTo(run.node.name));
		assertThat(this.cluster.runs).hasSize(200);
	}

	@Test
	@Upstream("dynamic_supervisor_deadlock_test.exs: restart / init deadlock")
	void aCrashingProcessDoesNotHoldUpStartsThatAreSlow() {
		this.cluster.with("n1");
		start("n1", ChildSpec.of(TestCluster.ROOM).id("crashing"));
		AtomicReference<Runnable> slow = new AtomicReference<>();
		this.cluster.node("n1").elsewhere = slow::set;
		CompletableFuture<StartResult> start = supervisor("n1").startChild(ChildSpec.of(TestCluster.ROOM).id("normal"));
		this.cluster.await("its construction has begun", () -> slow.get() != null);
		run("crashing").context.fail(new IllegalStateException("crash!"));
		this.cluster.await("the other one runs again", () -> this.cluster.runs.size() == 2);
		assertThat(supervisor("n1").children()).extracting(ProcessRef::id).contains("crashing", "normal");
		assertThat(start).isNotCompleted();
		slow.get().run();
		get(start);
		this.cluster.awaitRest(2);
	}

	@Test
	@Upstream("nested_supervision_test.exs: with one_for_one > child can restart once")
	void aChildThatFailsOnceIsStartedAgain() {
		failsOften(1);
		assertThat(supervisor("n1").countChildren().active()).isEqualTo(2);
	}

	/**
	 * Nothing outlives the last node, unless it starts with the cluster.
	 */
	@Test
	@Upstream("nested_supervision_test.exs: with one_for_one > child is gone after crashing DynamicSupervisor")
	void aChildIsGoneWithItsClusterIfItWasStartedOnDemand() {
		this.cluster.with("n1");
		start("n1", ChildSpec.of(TestCluster.ROOM).id("child"));
		this.cluster.crash("n1");
		this.cluster.with("n1");
		pass(Duration.ofSeconds(10));
		assertThat(supervisor("n1").countChildren()).isEqualTo(new ChildCounts(0, 0, 0, 0));
	}

	/**
	 * A supervisor dies with its child there. Here the child alone is quarantined.
	 */
	@Test
	@Upstream("nested_supervision_test.exs: with one_for_one > child is gone after it crashes twice")
	void aChildThatFailsTooOftenIsQuarantinedAlone() {
		failsOften(2);
		this.cluster.await("it is quarantined", () -> supervisor("n1").countChildren().quarantined() == 1);
		assertThat(supervisor("n1").child("child").orElseThrow().state()).isEqualTo(ProcessState.QUARANTINED);
		assertThat(run("neighbour").context.isOwner()).isTrue();
	}

	@Test
	@Upstream("nested_supervision_test.exs: with rest_for_one > child gets restored when crashing DynamicSupervisor")
	void aChildThatStartsWithTheClusterIsThereAgain() {
		this.cluster.types(TestCluster.type("static", 1, RestartPolicy.PERMANENT)).with("n1");
		this.cluster.awaitRest(1);
		this.cluster.crash("n1");
		this.cluster.with("n1");
		this.cluster.awaitRest(1);
	}

	@Test
	@Upstream("nested_supervision_test.exs: with rest_for_one > child gets restored after it crashes twice")
	void aChildThatFailedTooOftenRunsAgainAfterItsQuarantine() {
		failsOften(2);
		this.cluster.await("it is quarantined", () -> supervisor("n1").countChildren().quarantined() == 1);
		this.cluster.await("it runs again", () -> supervisor("n1").countChildren().active() == 2);
	}

	/**
	 * Let a child with one restart fail so often, beside another one.
	 */
	private void failsOften(int failures) {
		this.cluster
			.supervisor((settings) -> Changed.of(settings, "maxRestarts", 1, "restartWindow", Duration.ofSeconds(5),
					"backoffInitial", Duration.ofMillis(100), "backoffMax", Duration.ofSeconds(30)))
			.with("n1");
		start("n1", ChildSpec.of(TestCluster.ROOM).id("neighbour"));
		start("n1", ChildSpec.of(TestCluster.ROOM).id("child"));
		for (int i = 1; i <= failures; i++) {
			run("child").context.fail(new IllegalStateException("boom"));
			int runs = 2 + i;
			this.cluster.await("it runs again or not",
					() -> this.cluster.runs.size() == runs && supervisor("n1").countChildren().active() == 2
							|| supervisor("n1").countChildren().quarantined() == 1);
		}
	}

	private void quorum() {
		this.cluster.settings((settings) -> settings.with(Changed.of(settings.membership(), "seats", 3))
			.with(Changed.of(settings.supervisor(), "distribution", "quorum")));
	}

}
