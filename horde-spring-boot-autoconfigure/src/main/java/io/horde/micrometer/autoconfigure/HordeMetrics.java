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
import io.horde.registry.engine.RegistryStats;
import io.horde.replication.ReplicationStats;
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
		bindProcesses(registry);
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
		Gauge.builder("horde.processes.local", this.node, value((node) -> node.runtime().processes().size()))
			.description("Processes on this node")
			.baseUnit("processes")
			.register(registry);
	}

	private void bindSupervisor(MeterRegistry registry) {
		counter(registry, "horde.process.starts", "Processes that were started on this node",
				SupervisorCounters::starts);
		counter(registry, "horde.process.restarts", "Starts after a process had ended on this node",
				SupervisorCounters::restarts);
		counter(registry, "horde.process.takeovers", "Starts because the node that ran the process was gone",
				SupervisorCounters::takeovers);
		counter(registry, "horde.process.moves", "Processes that this node handed over to others",
				SupervisorCounters::moves);
		counter(registry, "horde.process.superseded", "Copies that were stopped because another one is newer",
				SupervisorCounters::superseded);
		counter(registry, "horde.process.quarantines", "Processes of this node that failed too often",
				SupervisorCounters::quarantines);
		counter(registry, "horde.process.leases.lost", "Processes that were stopped because their lease had ended",
				SupervisorCounters::leasesLost);
	}

	private void bindRegistry(MeterRegistry registry) {
		Gauge.builder("horde.names", this.node, value((node) -> node.registry().stats().names()))
			.description("Names in the cluster")
			.baseUnit("names")
			.register(registry);
		Gauge.builder("horde.calls.pending", this.node, value((node) -> node.registry().stats().callsPending()))
			.description("Calls of this node that wait for an answer")
			.baseUnit("calls")
			.register(registry);
		FunctionCounter
			.builder("horde.name.conflicts", this.node, value((node) -> node.registry().stats().conflictsLost()))
			.description("Names that processes of this node lost")
			.baseUnit("conflicts")
			.register(registry);
		count(registry, "horde.calls.executed", "Calls that processes of this node have run", "calls",
				(node) -> node.registry().stats(), RegistryStats::callsExecuted);
	}

	private void bindReplication(MeterRegistry registry) {
		Gauge.builder("horde.replication.lag", this.node, value((node) -> node.replicator().stats().maxLag()))
			.description("Writes of this node that the slowest member has not confirmed")
			.baseUnit("writes")
			.register(registry);
		Gauge.builder("horde.replication.entries", this.node, value((node) -> node.replicator().stats().entries()))
			.description("Entries of the replicated state")
			.baseUnit("entries")
			.register(registry);
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
		count(registry, name, description, unit, (node) -> node.replicator().stats(), value);
	}

	private void counter(MeterRegistry registry, String name, String description,
			Function<SupervisorCounters, LongAdder> counter) {
		count(registry, name, description, "processes", (node) -> node.supervisor().counters(),
				(counters) -> counter.apply(counters).sum());
	}

	private <S> void count(MeterRegistry registry, String name, String description, String unit,
			Function<HordeNode, S> stats, ToDoubleFunction<S> value) {
		FunctionCounter.builder(name, this.node, value((node) -> value.applyAsDouble(stats.apply(node))))
			.description(description)
			.baseUnit(unit)
			.register(registry);
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
