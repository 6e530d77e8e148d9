package io.horde.micrometer.autoconfigure;

import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

import io.horde.cluster.MemberStatus;
import io.horde.node.CurrentNode;
import io.horde.node.HordeNode;
import io.horde.process.ProcessState;
import io.horde.process.engine.ProcessFactory;
import io.horde.process.engine.ProcessType;
import io.horde.replication.ReplicationStats;
import io.horde.schedule.engine.TickCounters;
import io.horde.schedule.records.RecordCounters;
import io.horde.supervisor.engine.SupervisorCounters;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of this node and of the cluster as it sees it. None is tagged with an id or a
 * name of a process: there are too many.
 */
final class HordeMetrics implements MeterBinder {

	private final CurrentNode node;

	private final ProcessFactory factory;

	private final ProcessCensus census;

	HordeMetrics(CurrentNode node, ProcessFactory factory) {
		this.node = node;
		this.factory = factory;
		this.census = new ProcessCensus(node);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		bindMembers(registry);
		bindExpulsion(registry);
		bindProcesses(registry);
		bindTicks(registry);
		bindSupervisor(registry);
		bindRegistry(registry);
		bindReplication(registry);
	}

	private void bindMembers(MeterRegistry registry) {
		for (MemberStatus status : MemberStatus.values()) {
			Gauge.builder("horde.members", this.node, value(
					(node) -> node.cluster().members().stream().filter((member) -> member.status() == status).count()))
				.description("Members of the cluster as this node sees them")
				.tag("status", lowerCase(status))
				.baseUnit("members")
				.register(registry);
		}
	}

	private void bindExpulsion(MeterRegistry registry) {
		Gauge.builder("horde.node.out", this.node, (node) -> (node.expelled() != null) ? 1 : 0)
			.description("1 while this node is out of the cluster")
			.register(registry);
	}

	private void bindProcesses(MeterRegistry registry) {
		for (ProcessType type : this.factory.types()) {
			for (ProcessState state : ProcessState.values()) {
				Gauge.builder("horde.processes", this.census, (census) -> census.count(type.name(), state))
					.description("Processes in the cluster as this node sees them")
					.tag("type", type.name())
					.tag("state", lowerCase(state))
					.baseUnit("processes")
					.register(registry);
			}
		}
		gauge(registry, "horde.processes.local", "Processes on this node", "processes",
				(node) -> node.runtime().processes().size());
	}

	private void bindTicks(MeterRegistry registry) {
		ticks(registry, "horde.ticks.begun", "Ticks of processes that have begun on this node", TickCounters::begun);
		ticks(registry, "horde.ticks.failed", "Ticks that threw", TickCounters::failed);
		ticks(registry, "horde.ticks.skipped", "Ticks that were left out, because another one waited",
				TickCounters::skipped);
		records(registry, "horde.ticks.lost", "Cron ticks that had begun on a node that was lost",
				RecordCounters::lost);
		records(registry, "horde.ticks.missed", "Cron ticks that never begin, which other nodes were told",
				RecordCounters::missed);
		records(registry, "horde.ticks.unheld", "Cron ticks that began though nobody else had confirmed their record",
				RecordCounters::unheld);
		records(registry, "horde.ticks.postponed", "Times that a cron tick waited for a majority to confirm its record",
				RecordCounters::postponed);
		records(registry, "horde.ticks.suppressed", "Cron ticks that did not begin, since others had decided on them",
				RecordCounters::suppressed);
		gauge(registry, "horde.schedules.paused", "Schedules of the cluster that somebody has paused", "schedules",
				(node) -> node.schedules().paused());
	}

	private void bindSupervisor(MeterRegistry registry) {
		supervised(registry, "horde.process.starts", "Processes that were started on this node",
				SupervisorCounters::starts);
		supervised(registry, "horde.process.restarts", "Starts after a process had ended on this node",
				SupervisorCounters::restarts);
		supervised(registry, "horde.process.takeovers", "Starts because the node that ran the process was gone",
				SupervisorCounters::takeovers);
		supervised(registry, "horde.process.moves", "Processes that this node handed over to others",
				SupervisorCounters::moves);
		supervised(registry, "horde.process.moves.called.off",
				"Moves that were called off because the work of the process took too long",
				SupervisorCounters::movesCalledOff);
		supervised(registry, "horde.process.stuck", "Processes of this node whose code ignored that it was interrupted",
				SupervisorCounters::stuck);
		supervised(registry, "horde.process.superseded", "Copies that were stopped because another one is newer",
				SupervisorCounters::superseded);
		supervised(registry, "horde.process.quarantines", "Processes of this node that failed too often",
				SupervisorCounters::quarantines);
		supervised(registry, "horde.process.caught",
				"Processes that ran elsewhere after a pause had caught them here in the midst of their code",
				SupervisorCounters::caught);
		gauge(registry, "horde.processes.resting",
				"Processes on this node that are no owners until the others have told what they did in its pause",
				"processes", (node) -> node.supervisor().resting());
		counter(registry, "horde.node.pauses", "Times that this node stood still for longer than others bear", "pauses",
				(node) -> node.supervisor().counters().pauses().sum());
		supervised(registry, "horde.process.leases.lost", "Processes that were stopped because their lease had ended",
				SupervisorCounters::leasesLost);
	}

	private void bindRegistry(MeterRegistry registry) {
		gauge(registry, "horde.names", "Names in the cluster", "names", (node) -> node.registry().stats().names());
		gauge(registry, "horde.calls.pending", "Calls of this node that wait for an answer", "calls",
				(node) -> node.registry().stats().callsPending());
		counter(registry, "horde.name.conflicts", "Names that processes of this node lost", "conflicts",
				(node) -> node.registry().stats().conflictsLost());
		counter(registry, "horde.calls.executed", "Calls that processes of this node have run", "calls",
				(node) -> node.registry().stats().callsExecuted());
	}

	private void bindReplication(MeterRegistry registry) {
		gauge(registry, "horde.replication.lag", "Writes of this node that the slowest member has not confirmed",
				"writes", (node) -> node.replicator().stats().maxLag());
		gauge(registry, "horde.replication.entries", "Entries of the replicated state", "entries",
				(node) -> node.replicator().stats().entries());
		replicated(registry, "horde.replication.frames.sent", "Frames that carry state", "frames",
				ReplicationStats::framesSent);
		replicated(registry, "horde.replication.sent", "Bytes that carry state", "bytes", ReplicationStats::bytesSent);
		replicated(registry, "horde.replication.deltas", "Changes of other members that were merged", "deltas",
				ReplicationStats::deltasMerged);
		replicated(registry, "horde.replication.pulls", "Times that missed changes were asked for", "pulls",
				ReplicationStats::pulls);
		replicated(registry, "horde.replication.reconciliations", "Times that whole states were compared",
				"reconciliations", ReplicationStats::reconciliations);
	}

	private void replicated(MeterRegistry registry, String name, String description, String unit,
			ToDoubleFunction<ReplicationStats> value) {
		counter(registry, name, description, unit, (node) -> value.applyAsDouble(node.replicator().stats()));
	}

	private void supervised(MeterRegistry registry, String name, String description,
			Function<SupervisorCounters, LongAdder> counter) {
		counter(registry, name, description, "processes", (node) -> counter.apply(node.supervisor().counters()).sum());
	}

	private void ticks(MeterRegistry registry, String name, String description,
			Function<TickCounters, LongAdder> counter) {
		counter(registry, name, description, "ticks",
				(node) -> counter.apply(node.runtime().tickers().counters()).sum());
	}

	private void records(MeterRegistry registry, String name, String description,
			Function<RecordCounters, LongAdder> counter) {
		counter(registry, name, description, "ticks", (node) -> counter.apply(node.schedules().counters()).sum());
	}

	private void counter(MeterRegistry registry, String name, String description, String unit,
			ToDoubleFunction<HordeNode> value) {
		FunctionCounter.builder(name, this.node, value(value))
			.description(description)
			.baseUnit(unit)
			.register(registry);
	}

	private void gauge(MeterRegistry registry, String name, String description, String unit,
			ToDoubleFunction<HordeNode> value) {
		Gauge.builder(name, this.node, value(value)).description(description).baseUnit(unit).register(registry);
	}

	private static ToDoubleFunction<CurrentNode> value(ToDoubleFunction<HordeNode> value) {
		return (current) -> {
			HordeNode node = current.get();
			return (node != null) ? value.applyAsDouble(node) : 0;
		};
	}

	private static String lowerCase(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

}
