package io.horde.supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.horde.cluster.Member;
import io.horde.cluster.MemberSource.Candidate;
import io.horde.cluster.MemberStatus;
import io.horde.distribution.DistributionStrategy;
import io.horde.distribution.RandomDistribution;
import io.horde.distribution.UniformDistribution;
import io.horde.distribution.UniformQuorumDistribution;
import io.horde.node.HordeNode;
import io.horde.node.HordeSettings;
import io.horde.node.UserCode;
import io.horde.payload.codec.CborPayloadCodec;
import io.horde.process.ProcessContext;
import io.horde.process.RestartPolicy;
import io.horde.process.StateHandoff;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessCreation;
import io.horde.process.engine.ProcessExecutor;
import io.horde.process.engine.ProcessFactory;
import io.horde.process.engine.ProcessType;
import io.horde.registry.ConflictResolver;
import io.horde.registry.HordeRegistry;
import io.horde.registry.engine.CurrentRegistry;
import io.horde.schedule.engine.Schedule;
import io.horde.supervisor.engine.CurrentSupervisor;
import io.horde.supervisor.engine.Supervisor;
import io.horde.supervisor.ownership.SupervisorSettings;
import io.horde.test.SimulatedEventLoop;
import io.horde.test.Simulation;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nodes in a simulation whose processes do what a test tells them.
 */
public final class TestCluster {

	public static final String ROOM = "room";

	public static final String JOB = "job";

	public static final String TEMP = "temp";

	public static final Duration LIMIT = Duration.ofSeconds(60);

	public final Simulation simulation;

	public final TreeMap<String, Node> nodes = new TreeMap<>();

	/**
	 * All runs that ever were.
	 */
	public final List<Run> runs = new ArrayList<>();

	private final TreeMap<String, DistributionStrategy> strategies = new TreeMap<>(Map.of("uniform",
			new UniformDistribution(), "random", new RandomDistribution(), "quorum", new UniformQuorumDistribution()));

	private Behaviour behaviour = (run) -> {
	};

	private UnaryOperator<HordeSettings> settings = UnaryOperator.identity();

	private Function<Run, List<? extends Schedule>> schedules = (run) -> List.of();

	private List<ProcessType> types = List.of(type(ROOM, 0, RestartPolicy.PERMANENT),
			type(JOB, 0, RestartPolicy.TRANSIENT), type(TEMP, 0, RestartPolicy.TEMPORARY));

	public TestCluster(long seed) {
		this.simulation = new Simulation(seed);
	}

	public static ProcessType type(String name, int instances, RestartPolicy restart) {
		return new ProcessType(name, instances > 0, Math.max(1, instances), restart, "", null, false,
				List.of(RoomApi.class), Map.of(), Object.class);
	}

	public TestCluster settings(UnaryOperator<HordeSettings> settings) {
		this.settings = settings;
		return this;
	}

	public TestCluster supervisor(UnaryOperator<SupervisorSettings> settings) {
		return settings((all) -> all.with(settings.apply(all.supervisor())));
	}

	public TestCluster types(ProcessType... types) {
		this.types = List.of(types);
		return this;
	}

	/**
	 * Set which schedules a process has.
	 */
	public TestCluster schedules(Function<Run, List<? extends Schedule>> schedules) {
		this.schedules = schedules;
		return this;
	}

	public TestCluster strategy(String name, DistributionStrategy strategy) {
		this.strategies.put(name, strategy);
		return this;
	}

	/**
	 * Set what processes do when they are created.
	 */
	public void behaviour(Behaviour behaviour) {
		this.behaviour = behaviour;
	}

	/**
	 * Start nodes and wait until all are up.
	 */
	public TestCluster with(String... names) {
		for (String name : names) {
			start(name);
		}
		awaitUp();
		return this;
	}

	public Node start(String name) {
		SimulatedEventLoop loop = this.simulation.eventLoop(name);
		Node node = new Node(name, loop, this.types);
		this.nodes.put(name, node);
		node.horde = new HordeNode(loop, this.simulation.network().transport(loop),
				new UserCode(node, node, new CborPayloadCodec(), this::strategy, ConflictResolver.lastWriteWins()),
				this.settings.apply(HordeSettings.defaults(name)), this.simulation.random().nextLong());
		node.horde.start();
		loop.execute(() -> discover(node));
		return node;
	}

	private DistributionStrategy strategy(String name) {
		DistributionStrategy found = this.strategies.get(name);
		if (found == null) {
			throw new IllegalArgumentException("No strategy '" + name + "'");
		}
		return found;
	}

	private void discover(Node node) {
		List<Candidate> candidates = this.nodes.keySet()
			.stream()
			.map((name) -> new Candidate(name + ":7420", name))
			.toList();
		node.horde.membership().candidates(candidates);
		node.loop.schedule(Duration.ofSeconds(5), () -> discover(node));
	}

	public void awaitUp() {
		int alive = (int) this.nodes.values().stream().filter((node) -> node.loop.isAlive()).count();
		await("all nodes see each other up",
				() -> this.nodes.values()
					.stream()
					.filter((node) -> node.loop.isAlive())
					.allMatch((node) -> node.horde.cluster()
						.members()
						.stream()
						.filter((member) -> member.status() == MemberStatus.UP)
						.count() == alive));
	}

	public HordeSupervisor supervisor(String node) {
		return node(node).supervisor();
	}

	public Supervisor engine(String node) {
		return node(node).horde.supervisor();
	}

	public Node node(String name) {
		return this.nodes.get(name);
	}

	public void crash(String name) {
		node(name).loop.kill();
	}

	public void await(String what, BooleanSupplier condition) {
		assertThat(this.simulation.runUntil(condition, LIMIT))
			.as("%s (seed %s, at %s)", what, this.simulation.seed(), this.simulation.now())
			.isTrue();
	}

	public <T extends @Nullable Object> T get(CompletableFuture<T> future) {
		await("a future completes", future::isDone);
		return future.join();
	}

	/**
	 * Start children and see that all run.
	 */
	/**
	 * Give work to a process: a call that lasts until the result completes.
	 * @param obeys whether it ends when it is interrupted
	 */
	public CompletableFuture<String> work(String node, String id, boolean obeys) {
		CompletableFuture<String> work = new CompletableFuture<>();
		LocalProcess process = Objects.requireNonNull(node(node).horde.runtime().process(id));
		boolean[] begun = { false };
		process.offer(() -> {
			process.lastUntil(obeys ? work : work.minimalCompletionStage());
			begun[0] = true;
		});
		await(id + " works", () -> begun[0]);
		return work;
	}

	public List<StartResult> startChildren(String node, int count) {
		List<StartResult> results = get(
				supervisor(node).startChildren(IntStream.range(0, count).mapToObj((i) -> spec("room-" + i)).toList()));
		assertThat(results).hasSize(count).allSatisfy((result) -> {
			assertThat(result.failure()).isNull();
			assertThat(result.created()).isTrue();
		});
		return results;
	}

	public static ChildSpec spec(String name) {
		return ChildSpec.of(ROOM).name(name).argument("argument of " + name);
	}

	/**
	 * Return the runs that have not ended.
	 */
	public List<Run> living() {
		return this.runs.stream().filter(Run::isAlive).toList();
	}

	public TreeMap<String, List<String>> placesById() {
		TreeMap<String, List<String>> places = new TreeMap<>();
		living().forEach((run) -> places.computeIfAbsent(run.id(), (id) -> new ArrayList<>()).add(run.node.name));
		return places;
	}

	public List<String> places(String id) {
		return living().stream().filter((run) -> run.id().equals(id)).map((run) -> run.node.name).toList();
	}

	/**
	 * Tell whether there is exactly one open copy of each of so many children, and all
	 * nodes know it.
	 */
	public boolean isAtRest(int children) {
		Map<String, List<String>> places = placesById();
		if (places.size() != children || places.values().stream().anyMatch((nodes) -> nodes.size() != 1)) {
			return false;
		}
		for (Node node : this.nodes.values()) {
			if (node.loop.isAlive() && !node.left
					&& (node.supervisor().countChildren().active() != children
							|| node.supervisor().countChildren().specs() != children
							|| node.supervisor()
								.children()
								.anyMatch((row) -> !List.of(row.node()).equals(places.get(row.id()))))) {
				return false;
			}
		}
		return true;
	}

	public void awaitRest(int children) {
		Duration end = this.simulation.now().plus(LIMIT);
		boolean rest = isAtRest(children);
		while (!rest && this.simulation.now().compareTo(end) < 0) {
			this.simulation.run(Duration.ofMillis(10));
			rest = isAtRest(children);
		}
		if (!rest) {
			StringBuilder text = new StringBuilder("not at rest with " + children + " children (seed "
					+ this.simulation.seed() + ", at " + this.simulation.now() + ")");
			this.nodes.values()
				.forEach((node) -> text.append('\n')
					.append(node.name)
					.append(' ')
					.append(node.loop.isAlive())
					.append(' ')
					.append(node.supervisor().countChildren())
					.append(' ')
					.append(node.horde.cluster().members().stream().map(Member::status).toList()));
			placesById().forEach((id, nodes) -> {
				if (nodes.size() != 1) {
					text.append('\n').append(id).append(" runs on ").append(nodes);
				}
			});
			this.nodes.values()
				.stream()
				.filter((node) -> node.loop.isAlive())
				.forEach((node) -> node.supervisor()
					.children()
					.filter((row) -> !List.of(row.node()).equals(placesById().get(row.id())))
					.limit(5)
					.forEach((row) -> text.append('\n').append(node.name).append(" shows ").append(row)));
			throw new AssertionError(text.toString());
		}
	}

	/**
	 * What a process does when it is created.
	 */
	public interface Behaviour {

		void created(Run run) throws Exception;

	}

	/**
	 * One run of a process.
	 */
	public static final class Run implements StateHandoff<String>, RoomApi {

		public final Node node;

		public final ProcessContext context;

		public final Duration since;

		public final @Nullable String argument;

		public String state = "";

		public boolean ended;

		public Run(Node node, ProcessContext context, Duration since, @Nullable String argument) {
			this.node = node;
			this.context = context;
			this.since = since;
			this.argument = argument;
		}

		public String id() {
			return this.context.id();
		}

		public boolean isAlive() {
			return !this.ended && this.node.loop.isAlive();
		}

		@Override
		public CompletableFuture<Long> token() {
			return CompletableFuture.completedFuture(this.context.fencingToken());
		}

		@Override
		public String handOff() {
			return this.state;
		}

		@Override
		public void takeOver(String state) {
			this.state = state;
		}

		@Override
		public String toString() {
			return id() + "@" + this.node.name + "/" + this.context.startReason();
		}

	}

	/**
	 * A node, which is its own factory and executor.
	 */
	public final class Node implements ProcessFactory, ProcessExecutor {

		public final String name;

		public final SimulatedEventLoop loop;

		private final TreeMap<String, ProcessType> types = new TreeMap<>();

		private final SplittableRandom random;

		public HordeNode horde;

		public boolean left;

		/** Takes the next task of users' code, to run it elsewhere than on the loop. */
		public @Nullable Consumer<Runnable> elsewhere;

		@SuppressWarnings("NullAway.Init")
		public Node(String name, SimulatedEventLoop loop, Collection<ProcessType> types) {
			this.name = name;
			this.loop = loop;
			this.random = TestCluster.this.simulation.random();
			types.forEach((type) -> this.types.put(type.name(), type));
		}

		public HordeRegistry registry() {
			return new CurrentRegistry(this.horde.registry());
		}

		public HordeSupervisor supervisor() {
			return new CurrentSupervisor(this.horde::supervisor);
		}

		@Override
		public Collection<ProcessType> types() {
			return this.types.values();
		}

		@Override
		public @Nullable ProcessType type(String name) {
			return this.types.get(name);
		}

		@Override
		public Object create(ProcessCreation creation) throws Exception {
			CborPayloadCodec codec = new CborPayloadCodec();
			Run run = new Run(this, creation.context(), TestCluster.this.simulation.now(),
					(creation.argument() != null) ? codec.decode(creation.argument(), String.class) : null);
			TestCluster.this.behaviour.created(run);
			String state = (creation.state() != null) ? codec.decode(creation.state(), String.class) : null;
			if (state != null) {
				run.takeOver(state);
			}
			TestCluster.this.runs.add(run);
			return run;
		}

		@Override
		public List<? extends Schedule> schedules(LocalProcess process) {
			return (process.instance() instanceof Run run) ? TestCluster.this.schedules.apply(run) : List.of();
		}

		@Override
		public void destroy(ProcessCreation creation, Object instance) {
			((Run) instance).ended = true;
		}

		@Override
		public void execute(Runnable task) {
			Consumer<Runnable> elsewhere = this.elsewhere;
			if (elsewhere != null) {
				this.elsewhere = null;
				elsewhere.accept(task);
				return;
			}
			this.loop.schedule(Duration.ofNanos(this.random.nextLong(300_000)), task);
		}

		@Override
		public void executeOnOwnThread(String name, Runnable task) {
			execute(task);
		}

		@Override
		public <T> T blocking(Callable<T> wait) throws Exception {
			return wait.call();
		}

	}

}
