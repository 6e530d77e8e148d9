package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.horde.node.Changed;
import io.horde.node.HordeNode;
import io.horde.node.UserCode;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessCreation;
import io.horde.process.engine.ProcessFactory;
import io.horde.process.engine.ProcessType;
import io.horde.schedule.HordeSchedules;
import io.horde.schedule.engine.Cron;
import io.horde.schedule.engine.FixedTiming.FixedRate;
import io.horde.schedule.engine.Schedule;
import io.horde.schedule.engine.Timing;
import io.horde.schedule.records.CurrentSchedules;
import io.horde.supervisor.ChildSpec;
import org.jspecify.annotations.Nullable;

/**
 * Three simulated nodes whose processes have three schedules each: {@code poll} ticks
 * each half second, {@code report} each full second, and {@code report#2} once a day.
 */
final class TickingCluster {

	static final String POLL = "poll";

	static final String REPORT = "report";

	static final String DAILY = "report#2";

	private final Simulation simulation;

	private final SimulatedCluster cluster;

	private final List<Tick> ticks = new ArrayList<>();

	private final List<Object> events = new ArrayList<>();

	/** What the ticks that begin from now on last until. */
	private @Nullable CompletableFuture<Void> lasting;

	TickingCluster(boolean quorum) {
		this(15, quorum, 0);
	}

	/**
	 * Creates a cluster.
	 * @param slowness the probability that a task waits for up to two seconds
	 */
	TickingCluster(long seed, boolean quorum, double slowness) {
		this.simulation = new Simulation(seed);
		this.cluster = new SimulatedCluster(this.simulation);
		this.cluster.userCode(slowness, 0);
		this.cluster.settings((settings) -> settings
			.with(Changed.of(settings.membership(), "expectedSize", 3, "seats", quorum ? 3 : 0))
			.with(Changed.of(settings.supervisor(), "distribution", quorum ? "quorum" : "uniform")));
		this.cluster.nodes((loop, transport, user, settings, nodeSeed) -> {
			String name = settings.membership().nodeName();
			HordeNode node = new HordeNode(loop, transport, new UserCode(new Factory(user.factory(), name),
					user.executor(), user.codec(), user.strategies(), user.resolver()), settings, nodeSeed);
			node.schedules().onEvent(this.events::add);
			return node;
		});
		List.of("a", "b", "c").forEach(this.cluster::start);
		run(20);
	}

	SimulatedCluster cluster() {
		return this.cluster;
	}

	Simulation simulation() {
		return this.simulation;
	}

	HordeSchedules at(String node) {
		HordeNode horde = this.cluster.horde(node);
		return new CurrentSchedules(horde::scheduleOperations);
	}

	List<Tick> ticks() {
		return this.ticks;
	}

	List<Object> events() {
		return this.events;
	}

	void lasting(@Nullable CompletableFuture<Void> lasting) {
		this.lasting = lasting;
	}

	/**
	 * Start a child.
	 * @return the node on which it runs
	 */
	String startChild(String id) {
		done(this.cluster.supervisor("a").startChild(ChildSpec.of(SimulatedCluster.PERMANENT).id(id)));
		return owner(id);
	}

	String owner(String id) {
		assert this.simulation.runUntil(() -> this.cluster.running().containsKey(id), Duration.ofSeconds(20));
		return this.cluster.running().get(id).get(0);
	}

	List<String> others(String node) {
		return List.of("a", "b", "c").stream().filter((name) -> !name.equals(node)).toList();
	}

	void run(long seconds) {
		this.simulation.run(Duration.ofSeconds(seconds));
	}

	<T> T done(CompletableFuture<T> future) {
		this.simulation.runUntil(future::isDone, Duration.ofSeconds(30));
		if (!future.isDone()) {
			throw new AssertionError("It has not completed");
		}
		return future.join();
	}

	Throwable failure(CompletableFuture<?> future) {
		try {
			throw new AssertionError("It has completed with " + done(future));
		}
		catch (CompletionException ex) {
			return ex.getCause();
		}
	}

	/**
	 * Return how often a schedule ticks while time passes.
	 */
	long ticksWithin(long seconds, String child, String key) {
		int before = this.ticks.size();
		run(seconds);
		return this.ticks.subList(before, this.ticks.size())
			.stream()
			.filter((tick) -> tick.child().equals(child) && tick.key().equals(key))
			.count();
	}

	/**
	 * A tick that has begun.
	 */
	record Tick(String child, String key, String node) {

	}

	private final class Factory implements ProcessFactory {

		private final ProcessFactory factory;

		private final String node;

		Factory(ProcessFactory factory, String node) {
			this.factory = factory;
			this.node = node;
		}

		@Override
		public Collection<ProcessType> types() {
			return this.factory.types();
		}

		@Override
		public @Nullable ProcessType type(String name) {
			return this.factory.type(name);
		}

		@Override
		public Object create(ProcessCreation creation) throws Exception {
			return this.factory.create(creation);
		}

		@Override
		public void destroy(ProcessCreation creation, Object instance) {
			this.factory.destroy(creation, instance);
		}

		@Override
		public List<? extends Schedule> schedules(LocalProcess process) {
			if (process.type().name().equals(SimulatedCluster.WORKER)) {
				return List.of();
			}
			Function<Long, Cron> cron = (period) -> new Cron("each " + period + " s", null,
					(millis, zone) -> (millis / 1000 / period + 1) * 1000 * period);
			return List.of(schedule(process.id(), POLL, new FixedRate(Duration.ofMillis(500), Duration.ofMillis(500))),
					schedule(process.id(), REPORT, cron.apply(1L)), schedule(process.id(), DAILY, cron.apply(86_400L)));
		}

		private Schedule schedule(String child, String key, Timing timing) {
			return new Schedule() {

				@Override
				public String name() {
					return key;
				}

				@Override
				public String key() {
					return key;
				}

				@Override
				public Timing timing() {
					return timing;
				}

				@Override
				public void due(long millis) {
				}

				@Override
				public @Nullable CompletionStage<?> run(long due) {
					TickingCluster.this.ticks.add(new Tick(child, key, Factory.this.node));
					return TickingCluster.this.lasting;
				}

			};
		}

	}

}
