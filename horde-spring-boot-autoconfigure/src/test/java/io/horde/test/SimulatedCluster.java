package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;

import io.horde.HordeException;
import io.horde.cluster.ExpulsionCause;
import io.horde.cluster.HordeCluster;
import io.horde.cluster.MemberSource.Candidate;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.cluster.protocol.Expelled;
import io.horde.distribution.DistributionStrategy;
import io.horde.distribution.UniformDistribution;
import io.horde.distribution.UniformQuorumDistribution;
import io.horde.node.Comeback;
import io.horde.node.HordeNode;
import io.horde.node.HordeSettings;
import io.horde.node.UserCode;
import io.horde.payload.codec.CborPayloadCodec;
import io.horde.process.engine.LocalProcess;
import io.horde.registry.ConflictResolver;
import io.horde.registry.HordeRegistry;
import io.horde.registry.engine.CurrentRegistry;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.engine.CurrentSupervisor;
import io.horde.time.EventLoop;
import io.horde.transport.Transport;

/**
 * A cluster of whole Horde nodes in a {@link Simulation}, running simulated processes.
 * What it says about running processes comes from the processes themselves, not from
 * Horde's tables.
 */
public final class SimulatedCluster {

	/**
	 * A process type that is started on demand and restarted always.
	 */
	public static final String PERMANENT = "permanent";

	/**
	 * A process type that is started on demand and restarted after failures.
	 */
	public static final String TRANSIENT = "transient";

	/**
	 * A process type that is started on demand and never restarted.
	 */
	public static final String TEMPORARY = "temporary";

	/**
	 * A process type that starts with the cluster, once.
	 */
	public static final String SINGLETON = "singleton";

	/**
	 * A process type that starts with the cluster, in three instances.
	 */
	public static final String WORKER = "worker";

	private static final Duration DISCOVERY_INTERVAL = Duration.ofSeconds(5);

	private final Simulation simulation;

	private final SortedMap<String, Node> nodes = new TreeMap<>();

	private final List<SimulatedProcess> book = new ArrayList<>();

	private NodeFactory factory = HordeNode::new;

	private UnaryOperator<HordeSettings> settings = UnaryOperator.identity();

	private Consumer<SimulatedProcessFactory> user = (factory) -> {
	};

	private Consumer<Object> tickEvents = (event) -> {
	};

	private double slowness;

	private double startFailures;

	/**
	 * Creates a cluster without nodes.
	 * @param simulation the world in which it is
	 */
	public SimulatedCluster(Simulation simulation) {
		this.simulation = simulation;
	}

	/**
	 * Set the settings of nodes that are started from now on.
	 */
	void settings(UnaryOperator<HordeSettings> settings) {
		this.settings = settings;
	}

	/**
	 * Set how nodes are made from now on.
	 */
	void nodes(NodeFactory factory) {
		this.factory = factory;
	}

	/**
	 * Let users' code on nodes that are started from now on be slow and fail.
	 * @param slowness the probability that a task waits for up to two seconds
	 * @param startFailures the probability that the creation of a process fails
	 */
	public void userCode(double slowness, double startFailures) {
		this.slowness = slowness;
		this.startFailures = startFailures;
	}

	/**
	 * Set what else users' code on nodes that are started from now on is like.
	 */
	void userCode(Consumer<SimulatedProcessFactory> user) {
		this.user = user;
	}

	/**
	 * Set who is told of the events about ticks.
	 */
	void onTickEvent(Consumer<Object> listener) {
		this.tickEvents = listener;
	}

	/**
	 * Return the world.
	 * @return the simulation
	 */
	public Simulation simulation() {
		return this.simulation;
	}

	/**
	 * Start a node. All nodes that were ever started are its candidates, and it is
	 * theirs.
	 * @param name its name; a node of this name that still runs is killed
	 */
	public void start(String name) {
		start(name, name);
	}

	/**
	 * Start a node that has not the name of its machine. In this class the machine stands
	 * for it.
	 */
	void start(String machine, String name) {
		SimulatedEventLoop loop = this.simulation.eventLoop(machine);
		Transport transport = this.simulation.network().transport(loop);
		SimulatedProcessFactory factory = new SimulatedProcessFactory(this.simulation, loop, this.book);
		factory.failures(this.startFailures);
		this.user.accept(factory);
		Node node = new Node(machine, name, loop, transport, factory,
				(above) -> this.factory.create(loop, transport,
						new UserCode(factory, new SimulatedExecutor(this.simulation, loop, this.slowness),
								new CborPayloadCodec(), SimulatedCluster::strategy, ConflictResolver.lastWriteWins()),
						settings(name, above), this.simulation.random().nextLong()));
		this.nodes.put(machine, node);
		begin(node);
		loop.execute(() -> discover(node));
	}

	private HordeSettings settings(String name, long above) {
		HordeSettings settings = this.settings.apply(HordeSettings.defaults(name));
		return settings.with(settings.membership().withIncarnationAbove(above));
	}

	private void begin(Node node) {
		HordeNode horde = node.horde;
		horde.onBehind(() -> horde.stop().thenRun(() -> node.loop.execute(() -> renew(node, horde))));
		horde.onExpelled((expelled) -> out(node, expelled));
		horde.schedules().onEvent(this.tickEvents);
		horde.membership().addListener(new MembershipListener() {

			@Override
			public void viewChanged(MembershipView before, MembershipView after) {
				if (after.own().status() == MemberStatus.UP) {
					node.expelled = null;
				}
			}

			@Override
			public void startFailed(HordeException failure) {
				if (node.expelled != null) {
					out(node, new Expelled(node.name, ExpulsionCause.REPLACED, failure.getMessage(), null));
				}
				else {
					horde.stop().thenRun(node.loop::kill);
				}
			}

		});
		horde.start();
	}

	private void renew(Node node, HordeNode former) {
		if (!node.leaving) {
			node.horde = node.core.apply(former.membership().lastIncarnation());
			begin(node);
		}
	}

	/* As the application does it. */
	private void out(Node node, Expelled told) {
		HordeNode horde = node.horde;
		Expelled before = node.expelled;
		Expelled expelled = (before != null) ? told.after(before) : told;
		if (before == null) {
			node.expelledAt = this.simulation.now();
		}
		node.expelled = expelled;
		boolean atOnce = before == null && expelled.cause() != ExpulsionCause.REPLACED;
		horde.stop().thenRun(() -> node.loop.execute(() -> {
			if (Comeback.isPossible(expelled)) {
				new Comeback(node.loop, node.transport, expelled, () -> renew(node, horde))
					.start(atOnce ? Duration.ZERO : Comeback.INTERVAL);
			}
		}));
	}

	private static DistributionStrategy strategy(String name) {
		return switch (name) {
			case "uniform" -> new UniformDistribution();
			case "quorum" -> new UniformQuorumDistribution();
			default -> throw new IllegalArgumentException("There is no strategy '" + name + "' in a simulation");
		};
	}

	private void discover(Node node) {
		List<Candidate> candidates = this.nodes.keySet()
			.stream()
			.map((machine) -> new Candidate(machine + ":7420", node(machine).name))
			.toList();
		if (!node.left) {
			node.horde.membership().candidates(candidates);
			node.loop.schedule(DISCOVERY_INTERVAL, () -> discover(node));
		}
	}

	/**
	 * Kill a node's process.
	 * @param name the node
	 */
	public void crash(String name) {
		node(name).loop.kill();
	}

	/**
	 * Stop a node's process without ending it.
	 * @param name the node
	 */
	public void pause(String name) {
		node(name).lastPause = this.simulation.now();
		node(name).loop.pause();
	}

	/**
	 * Suspend a node's machine.
	 * @param name the node
	 */
	public void suspend(String name) {
		node(name).lastPause = this.simulation.now();
		node(name).loop.suspend();
	}

	/**
	 * Let a node that is paused or suspended go on.
	 * @param name the node
	 */
	public void resume(String name) {
		node(name).loop.resume();
	}

	/**
	 * Let a node leave: hand over, say good-bye, end.
	 * @param name the node
	 * @return completes when it has ended
	 */
	public CompletableFuture<Void> leave(String name) {
		Node node = node(name);
		node.leaving = true;
		CompletableFuture<Void> ended = new CompletableFuture<>();
		node.horde.leave()
			.whenComplete((result, failure) -> node.horde.stop()
				.whenComplete((stopped, stopFailure) -> node.loop.execute(() -> {
					node.left = true;
					node.loop.kill();
					ended.complete(null);
				})));
		return ended;
	}

	/**
	 * Return the nodes whose process exists, paused ones included.
	 * @return their names, sorted
	 */
	public List<String> alive() {
		return this.nodes.values().stream().filter((node) -> node.loop.isAlive()).map((node) -> node.machine).toList();
	}

	/**
	 * Return the nodes that exist and were not told to leave.
	 * @return their names, sorted
	 */
	public List<String> staying() {
		return this.nodes.values()
			.stream()
			.filter((node) -> node.loop.isAlive() && !node.leaving)
			.map((node) -> node.machine)
			.toList();
	}

	/**
	 * Return the nodes that exist and are not out of the cluster.
	 */
	List<String> members() {
		return alive().stream().filter((machine) -> node(machine).expelled == null).toList();
	}

	/**
	 * Return the name that a node has in the cluster.
	 */
	String nameOf(String machine) {
		return node(machine).name;
	}

	/**
	 * Return since when a node is out of the cluster.
	 * @return the time, or {@code null} if it is not
	 */
	Duration outSince(String machine) {
		Node node = node(machine);
		return (node.expelled != null) ? node.expelledAt : null;
	}

	/**
	 * Return all nodes that were ever started.
	 * @return their names, sorted
	 */
	public List<String> names() {
		return List.copyOf(this.nodes.keySet());
	}

	/**
	 * Let no start fail any more, on any node.
	 */
	public void calm() {
		this.nodes.values().forEach((node) -> node.factory.failures(0));
	}

	/**
	 * Set how often starts fail on a node.
	 */
	void startFailures(String name, double probability) {
		node(name).factory.failures(probability);
	}

	/**
	 * Tell whether a node's process stood still since a time.
	 */
	boolean wasPaused(String name, Duration since) {
		Node node = node(name);
		return node.loop.isPaused() || node.lastPause.compareTo(since) >= 0;
	}

	/**
	 * Return the supervisor of a node.
	 * @param name the node
	 * @return its supervisor
	 */
	public HordeSupervisor supervisor(String name) {
		return new CurrentSupervisor(node(name).horde::supervisor);
	}

	/**
	 * Return the registry of a node.
	 * @param name the node
	 * @return its registry
	 */
	public HordeRegistry registry(String name) {
		return new CurrentRegistry(node(name).horde.registry());
	}

	/**
	 * Return the members as a node sees them.
	 * @param name the node
	 * @return its view
	 */
	public HordeCluster cluster(String name) {
		return node(name).horde.cluster();
	}

	/**
	 * Return a node's process.
	 * @param name the node
	 * @return its event loop
	 */
	public SimulatedEventLoop loop(String name) {
		return node(name).loop;
	}

	/**
	 * Return where each process really runs.
	 * @return ids, each with the nodes on which a copy of it runs
	 */
	public SortedMap<String, List<String>> running() {
		SortedMap<String, List<String>> running = new TreeMap<>();
		this.book.removeIf((process) -> !process.isRunning());
		for (SimulatedProcess process : this.book) {
			running.computeIfAbsent(process.id(), (id) -> new ArrayList<>()).add(process.node());
		}
		return running;
	}

	/**
	 * Compare what each node believes with what is, and list the differences. There are
	 * none in a cluster at rest.
	 * @return sentences
	 */
	public List<String> differences() {
		return ClusterInvariants.atRest(this);
	}

	/**
	 * Let time pass until there are no differences.
	 * @param limit how much time may pass
	 * @return the differences that are left
	 */
	public List<String> awaitRest(Duration limit) {
		Duration end = this.simulation.now().plus(limit);
		List<String> differences = differences();
		while (!differences.isEmpty() && this.simulation.now().compareTo(end) < 0) {
			this.simulation.run(Duration.ofMillis(500));
			differences = differences();
		}
		return differences;
	}

	List<SimulatedProcess> processes() {
		this.book.removeIf((process) -> !process.isRunning());
		return this.book;
	}

	/**
	 * Give work to a process: a call that lasts.
	 * @param obeys whether it ends when it is interrupted
	 * @return completes when it ends
	 */
	CompletableFuture<Void> work(SimulatedProcess process, boolean obeys, Duration length) {
		CompletableFuture<Void> work = new CompletableFuture<>();
		LocalProcess local = horde(process.node()).runtime().process(process.id());
		if (local == null || !local.offer(() -> {
			process.begin();
			local.lastUntil(obeys ? work : work.minimalCompletionStage());
		})) {
			work.complete(null);
		}
		this.simulation.after(length, () -> work.complete(null));
		return work;
	}

	HordeNode horde(String name) {
		return node(name).horde;
	}

	private Node node(String name) {
		Node node = this.nodes.get(name);
		if (node == null) {
			throw new IllegalArgumentException("There is no node '" + name + "'");
		}
		return node;
	}

	/**
	 * Makes the core of a node.
	 */
	interface NodeFactory {

		HordeNode create(EventLoop loop, Transport transport, UserCode user, HordeSettings settings, long seed);

	}

	/**
	 * A node and its parts.
	 */
	private static final class Node {

		private final String machine;

		private final String name;

		private final SimulatedEventLoop loop;

		private final Transport transport;

		private final SimulatedProcessFactory factory;

		private final LongFunction<HordeNode> core;

		private HordeNode horde;

		private Duration lastPause = Duration.ZERO;

		private Expelled expelled;

		private Duration expelledAt;

		private boolean leaving;

		private boolean left;

		private Node(String machine, String name, SimulatedEventLoop loop, Transport transport,
				SimulatedProcessFactory factory, LongFunction<HordeNode> core) {
			this.machine = machine;
			this.name = name;
			this.loop = loop;
			this.transport = transport;
			this.factory = factory;
			this.core = core;
			this.horde = core.apply(0);
		}

	}

}
