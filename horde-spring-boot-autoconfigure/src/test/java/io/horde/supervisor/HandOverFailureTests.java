package io.horde.supervisor;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.horde.HordeException;
import io.horde.payload.PayloadException;
import io.horde.payload.PayloadTooLargeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What can't be carried or read is refused where it is made, and costs nobody his state
 * (O7, O11, O12).
 */
class HandOverFailureTests {

	private static final int LARGE = 8_000_000;

	private static final Logger logger = (Logger) LoggerFactory.getLogger("io.horde");

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private TestCluster cluster = new TestCluster(1);

	@BeforeEach
	void listen() {
		this.log.start();
		logger.addAppender(this.log);
	}

	@AfterEach
	void listenNoMore() {
		logger.detachAppender(this.log);
	}

	@Test
	void aProcessWhoseStateIsTooLargeStaysWithIt() {
		start(1);
		TestCluster.Run run = run("x");
		run.state = "s".repeat(LARGE);
		String target = other("x");
		HordeException failure = failure(this.cluster.supervisor("n1").moveChild("x", target));
		assertThat(failure).hasMessageContaining("the state of process 'x'")
			.hasMessageContaining("8,006,010")
			.hasMessageContaining("1,048,576")
			.hasMessageContaining("horde.transport.max-payload-size");
		this.cluster.awaitRest(1);
		assertThat(this.cluster.runs).containsExactly(run);
		assertThat(run.state).hasSize(LARGE);
		assertThat(this.cluster.supervisor(target).explain("x").summary()).contains("not moved", "8,006,010");
		// Whatever goes to that member later is not held up
		run.state = "small";
		assertThat(this.cluster.get(this.cluster.supervisor("n1").moveChild("x", target)).node()).isEqualTo(target);
		assertThat(run("x").state).isEqualTo("small");
	}

	@Test
	void aLeavingNodeLosesAStateThatIsTooLargeAndSaysSo() {
		start(2);
		String node = run("x").node.name;
		run("x").state = "s".repeat(LARGE);
		leave(node);
		this.cluster.awaitRest(1);
		assertThat(run("x").state).isEmpty();
		assertThat(messages(Level.ERROR)).singleElement()
			.asString()
			.contains("The state of process x", "is lost", "8,006,010");
	}

	@Test
	void aStateAndAValueOfTheLargestSizeTravelTogether() {
		start(3);
		TestCluster.Run run = run("x");
		run.state = "s".repeat(1_000_000);
		run.node.registry().ownedBy(run.context).updateValue("x", String.class, (before) -> "v".repeat(1_000_000));
		String target = other("x");
		this.cluster.get(this.cluster.supervisor("n1").moveChild("x", target));
		assertThat(run("x").node.name).isEqualTo(target);
		assertThat(run("x").state).hasSize(1_000_000);
		assertThat(this.cluster.node("n1").registry().lookup("x").orElseThrow().<String>value(String.class))
			.hasSize(1_000_000);
	}

	@Test
	void anArgumentAndAValueThatAreTooLargeTogetherAreRefused() {
		start(4);
		ChildSpec spec = ChildSpec.of(TestCluster.ROOM)
			.id("y")
			.argument("a".repeat(900_000))
			.value("v".repeat(900_000));
		PayloadTooLargeException failure = catchThrowableOfType(PayloadTooLargeException.class,
				() -> unwrapped(this.cluster.supervisor("n1").startChild(spec)));
		assertThat(failure)
			.hasMessageContaining("the argument of child 'y' (900,681 bytes) together with its value (900,681 bytes)")
			.hasMessageContaining("1,048,576")
			.hasMessageContaining("horde.transport.max-payload-size");
		assertThat(failure.size()).isEqualTo(1_801_362);
		assertThat(failure.limit()).isEqualTo(1 << 20);
		this.cluster.get(this.cluster.supervisor("n1").startChild(TestCluster.spec("z")));
		this.cluster.awaitRest(2);
	}

	@Test
	void moreLabelsThanAFrameCarriesAreRefused() {
		start(5);
		ChildSpec spec = ChildSpec.of(TestCluster.ROOM).id("y");
		for (int i = 0; i < 1000; i++) {
			spec = spec.label("label-" + i, "v".repeat(100));
		}
		ChildSpec tooMany = spec;
		assertThat(catchThrowableOfType(InvalidChildSpecException.class,
				() -> unwrapped(this.cluster.supervisor("n1").startChild(tooMany))))
			.hasMessageContaining("its 1,000 labels")
			.hasMessageContaining("65,536");
	}

	@Test
	void concurrentSpecsOfTheLargestSizeReachAJoiner() {
		start(6);
		this.cluster.simulation.network().partition(List.of("n1"), List.of("n2", "n3"));
		this.cluster.simulation.run(Duration.ofSeconds(10));
		for (String node : List.of("n1", "n2")) {
			this.cluster.get(this.cluster.supervisor(node)
				.startChild(ChildSpec.of(TestCluster.ROOM).id("y").argument("a".repeat(1_000_000))));
		}
		this.cluster.simulation.network().heal();
		this.cluster.awaitUp();
		this.cluster.start("n4");
		this.cluster.awaitUp();
		this.cluster.awaitRest(2);
	}

	@Test
	void aNodeThatHasManyNamesGivesThemUpAllAtOnce() {
		start(7);
		TestCluster.Run run = run("x");
		for (int i = 0; i < 40_000; i++) {
			run.node.registry().ownedBy(run.context).register("name-" + i + "-" + "n".repeat(40), null);
		}
		this.cluster.await("all nodes know the names", () -> names() == 3 * 40_001);
		this.cluster.get(this.cluster.supervisor("n1").terminateChild("x"));
		this.cluster.await("all nodes have forgotten them", () -> names() == 0);
		this.cluster.get(this.cluster.supervisor("n2").startChild(TestCluster.spec("y")));
		this.cluster.awaitRest(1);
	}

	@Test
	void aNodeWithManyChildrenLeavesInDeltasOfOrdinarySize() {
		this.cluster = new TestCluster(8).with("n1", "n2");
		List<ChildSpec> specs = IntStream.range(0, 12_000)
			.mapToObj((i) -> ChildSpec.of(TestCluster.ROOM).id("a-long-id-of-a-child-" + "c".repeat(100) + i))
			.toList();
		this.cluster.get(this.cluster.supervisor("n1").startChildren(specs));
		leave("n1");
		this.cluster.await("all run on the other node", () -> this.cluster.living().size() == 12_000
				&& this.cluster.living().stream().allMatch((run) -> run.node.name.equals("n2")));
	}

	@Test
	void theReasonOfATargetReachesWhoAskedForTheMove() {
		start(9);
		String owner = run("x").node.name;
		run("x").state = "precious";
		failElsewhere(owner, new IllegalStateException("no driver for the database"));
		for (String caller : List.of(owner, other("x"))) {
			assertThat(failure(this.cluster.supervisor(caller).moveChild("x", other("x"))))
				.hasMessageContaining("no driver for the database");
			this.cluster.awaitRest(1);
			assertThat(run("x").node.name).isEqualTo(owner);
			assertThat(run("x").state).isEqualTo("precious");
		}
		assertThat(this.cluster.supervisor("n1").explain("x").summary()).contains("not moved",
				"no driver for the database");
		this.cluster.simulation.run(Duration.ofSeconds(1));
		assertThat(messages(Level.WARN)).anyMatch(
				(message) -> message.contains("were not taken over") && message.contains("no driver for the database"));
	}

	@Test
	void whoAsksForAMoveLearnsAtOnceThatItWentElsewhere() {
		start(10);
		String chosen = this.cluster.supervisor("n1").explain("x").chosen();
		List<String> others = this.cluster.nodes.keySet().stream().filter((name) -> !name.equals(chosen)).toList();
		this.cluster.get(this.cluster.supervisor("n1").moveChild("x", others.get(0)));
		String target = others.get(1);
		this.cluster.behaviour((run) -> {
			if (run.node.name.equals(target)) {
				throw new IllegalStateException("no driver");
			}
		});
		Duration begin = this.cluster.simulation.now();
		assertThat(failure(this.cluster.supervisor("n1").moveChild("x", target))).hasMessageContaining("no driver")
			.hasMessageContaining("so it runs on node '" + chosen + "' now");
		assertThat(this.cluster.simulation.now().minus(begin)).isLessThan(Duration.ofSeconds(2));
	}

	@Test
	void aDrainDoesNotWaitForWhatNobodyCanStart() {
		this.cluster = new TestCluster(11).with("n1", "n2", "n3");
		this.cluster.startChildren("n1", 60);
		failElsewhere("n1", new PayloadException("Cannot map null into int", null));
		long here = this.cluster.living().stream().filter((run) -> run.node.name.equals("n1")).count();
		assertThat(here).isPositive();
		Duration begin = this.cluster.simulation.now();
		leave("n1");
		assertThat(this.cluster.simulation.now().minus(begin)).isLessThan(Duration.ofSeconds(5));
		this.cluster.simulation.run(Duration.ofSeconds(2));
		assertThat(messages(Level.WARN)).anyMatch((message) -> message.contains("go on elsewhere without their state")
				&& message.contains("Cannot map null into int"));
		this.cluster.behaviour((run) -> {
		});
		this.cluster.awaitRest(60);
	}

	@Test
	void whatNoNodeCanReadIsToldOnceForAll() {
		this.cluster = new TestCluster(12).with("n1", "n2", "n3");
		this.cluster.startChildren("n1", 30);
		failElsewhere("", new PayloadException("Cannot map null into int", null));
		long here = this.cluster.living().stream().filter((run) -> run.node.name.equals("n1")).count();
		this.log.list.clear();
		this.cluster.crash("n1");
		this.cluster.simulation.run(Duration.ofSeconds(50));
		List<String> told = messages(Level.WARN).stream().filter((message) -> message.contains("Cannot map")).toList();
		assertThat(told).hasSize(2).allMatch((message) -> message.contains("of type 'room' can't be started"));
		assertThat(told.stream().mapToInt((message) -> Integer.parseInt(message.split(" ")[0])).sum()).isEqualTo(here);
		assertThat(this.log.list).filteredOn((event) -> event.getLevel().isGreaterOrEqual(Level.WARN))
			.filteredOn((event) -> event.getThrowableProxy() != null)
			.hasSize(2);
	}

	@Test
	void aFailureThatSaysVeryMuchIsShortened() {
		start(13);
		failElsewhere("", new IllegalStateException("why " + "w".repeat(6_000_000)));
		for (String node : List.of("n1", "n2", "n3")) {
			HordeException failure = failure(this.cluster.supervisor(node).startChild(TestCluster.spec("y-" + node)));
			assertThat(failure.getMessage()).contains("why www").hasSizeLessThan(3000);
		}
	}

	@Test
	void aTransportWithoutRoomForThePayloadsIsRefused() {
		this.cluster.simulation.network().limits(1 << 20, 2 << 20);
		assertThatIllegalArgumentException().isThrownBy(() -> this.cluster.start("n1"))
			.withMessageContaining("2,097,152")
			.withMessageContaining("horde.transport.max-payload-size")
			.withMessageContaining("2,359,296");
	}

	@Test
	void noTimerOutlivesWhatItGuards() {
		this.cluster = new TestCluster(14).with("n1", "n2", "n3");
		this.cluster.startChildren("n1", 10);
		this.cluster.simulation.run(Duration.ofSeconds(30));
		long before = timers();
		List<ChildSpec> specs = IntStream.range(0, 2000)
			.mapToObj((i) -> TestCluster.spec("c" + i).id("c" + i))
			.toList();
		this.cluster.get(this.cluster.supervisor("n2").startChildren(specs));
		List<CompletableFuture<ProcessRef>> moves = new ArrayList<>();
		for (int i = 0; i < 500; i++) {
			moves.add(this.cluster.supervisor("n3").moveChild("c" + i, other("c" + i)));
		}
		moves.forEach(this.cluster::get);
		List<CompletableFuture<Boolean>> ends = new ArrayList<>();
		specs.forEach((spec) -> ends.add(this.cluster.supervisor("n1").terminateChild(spec.id())));
		ends.forEach(this.cluster::get);
		this.cluster.awaitRest(10);
		// Far less than the deadlines of what has ended
		this.cluster.simulation.run(Duration.ofSeconds(2));
		assertThat(timers()).isLessThanOrEqualTo(before + 6);
	}

	@Test
	void theSpecOfAFinishedStartIsFree() {
		start(15);
		assertFreed(specOf(this.cluster.supervisor("n2").startChildren(List.of(TestCluster.spec("y"))), null));
	}

	@Test
	void theSpecOfAFailedStartIsFree() {
		start(16);
		failElsewhere("", new IllegalStateException("no"));
		assertFreed(specOf(this.cluster.supervisor("n2").startChildren(List.of(TestCluster.spec("y"))), "no"));
	}

	@Test
	void theSpecOfAStartThatTookTooLongIsFree() {
		start(17);
		this.cluster.nodes.values().forEach(HandOverFailureTests::startNothing);
		CompletableFuture<List<StartResult>> start = this.cluster.supervisor("n2")
			.startChildren(List.of(TestCluster.spec("y")));
		this.cluster.simulation.run(Duration.ofSeconds(1));
		this.cluster.nodes.values().forEach((node) -> node.elsewhere = null);
		WeakReference<ChildSpec> reference = specOf(start, "does not run after");
		start = null;
		assertFreed(reference);
	}

	/* As it was kept while somebody waited for the start. */
	private WeakReference<ChildSpec> specOf(CompletableFuture<List<StartResult>> start, @Nullable String failure) {
		StartResult result = this.cluster.get(start).get(0);
		if (failure == null) {
			assertThat(result.failure()).isNull();
		}
		else {
			assertThat(result.failure()).hasMessageContaining(failure);
		}
		return new WeakReference<>(result.spec());
	}

	private static void startNothing(TestCluster.Node node) {
		node.elsewhere = (start) -> startNothing(node);
	}

	private static void assertFreed(WeakReference<?> reference) {
		for (int i = 0; i < 20 && reference.get() != null; i++) {
			System.gc();
		}
		assertThat(reference.get()).isNull();
	}

	private void start(long seed) {
		this.cluster = new TestCluster(seed).with("n1", "n2", "n3");
		this.cluster.get(this.cluster.supervisor("n1").startChild(TestCluster.spec("x").id("x").value("")));
		this.cluster.awaitRest(1);
	}

	private void failElsewhere(String owner, RuntimeException failure) {
		this.cluster.behaviour((run) -> {
			if (!run.node.name.equals(owner)) {
				throw failure;
			}
		});
	}

	private void leave(String node) {
		this.cluster.get(this.cluster.supervisor(node).leave());
		this.cluster.node(node).left = true;
		this.cluster.node(node).horde.stop();
		this.cluster.simulation.run(Duration.ofMillis(100));
		this.cluster.crash(node);
	}

	private TestCluster.Run run(String id) {
		return this.cluster.living().stream().filter((run) -> run.id().equals(id)).findFirst().orElseThrow();
	}

	private String other(String id) {
		String owner = run(id).node.name;
		return this.cluster.nodes.keySet().stream().filter((name) -> !name.equals(owner)).findFirst().orElseThrow();
	}

	private HordeException failure(CompletableFuture<?> future) {
		return catchThrowableOfType(HordeException.class, () -> unwrapped(future));
	}

	private void unwrapped(CompletableFuture<?> future) throws Throwable {
		try {
			this.cluster.get(future);
		}
		catch (CompletionException ex) {
			throw ex.getCause();
		}
	}

	private long names() {
		return this.cluster.nodes.values().stream().mapToLong((node) -> node.horde.registry().stats().names()).sum();
	}

	private long timers() {
		return this.cluster.nodes.values().stream().mapToLong((node) -> node.loop.pendingTimers()).sum();
	}

	private List<String> messages(Level level) {
		return this.log.list.stream()
			.filter((event) -> event.getLevel() == level)
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

}
