package io.horde.actuate;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import io.horde.cluster.Member;
import io.horde.cluster.Quorum;
import io.horde.cluster.membership.FailoverBounds;
import io.horde.cluster.protocol.Expelled;
import io.horde.cluster.quorum.QuorumState;
import io.horde.node.HordeNode;
import io.horde.registry.HordeRegistry;
import io.horde.registry.NameEntry;
import io.horde.registry.NameQuery;
import io.horde.registry.engine.RegistryStats;
import io.horde.replication.ReplicationStats;
import io.horde.supervisor.ChildCounts;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.engine.SupervisorCounters;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as this node sees it.
 *
 * @param node this node
 * @param members the members, this node included
 * @param quorum whether a majority is reached
 * @param supervisor the processes
 * @param registry the names
 * @param failover how long a failover takes
 * @param replication what the replicator has done and holds
 */
record HordeOverview(NodeDescriptor node, List<MemberDescriptor> members, @Nullable QuorumDescriptor quorum,
		@Nullable SupervisorDescriptor supervisor, @Nullable RegistryDescriptor registry,
		@Nullable FailoverDescriptor failover, @Nullable ReplicationStats replication) {

	private static final long NANOS_PER_MILLI = 1_000_000;

	static HordeOverview notRunning() {
		return ofNobody("", "LEFT");
	}

	static HordeOverview expelled(Expelled expelled) {
		return ofNobody(expelled.node(), "OUT");
	}

	private static HordeOverview ofNobody(String name, String status) {
		return new HordeOverview(new NodeDescriptor(name, "", status, "", 0, ProcessHandle.current().pid(), false),
				List.of(), null, null, null, null, null);
	}

	/**
	 * This node.
	 */
	record NodeDescriptor(String name, String address, String status, String version, long incarnation, long pid,
			boolean settled) {

		static NodeDescriptor of(Member self, HordeNode node) {
			return new NodeDescriptor(self.name(), self.address(), self.status().name(), self.version(),
					self.incarnation(), ProcessHandle.current().pid(), node.membership().settled());
		}

	}

	/**
	 * A member.
	 */
	record MemberDescriptor(String name, String address, String status, boolean self, long processes, long incarnation,
			int weight, Map<String, String> labels, String version, SortedSet<String> processTypes) {

		static MemberDescriptor of(Member member, long processes) {
			return new MemberDescriptor(member.name(), member.address(), member.status().name(), member.self(),
					processes, member.incarnation(), member.weight(), new TreeMap<>(member.labels()), member.version(),
					new TreeSet<>(member.processTypes()));
		}

	}

	/**
	 * The processes.
	 */
	record SupervisorDescriptor(long specs, long active, long restarting, long quarantined, long local,
			boolean movesPaused, Counters counters) {

		static SupervisorDescriptor of(HordeSupervisor supervisor, HordeNode node, long local) {
			ChildCounts counts = supervisor.countChildren();
			return new SupervisorDescriptor(counts.specs(), counts.active(), counts.restarting(), counts.quarantined(),
					local, supervisor.redistribution().isPaused(), Counters.of(node));
		}

	}

	/**
	 * What the supervisor of this node has done.
	 */
	record Counters(long starts, long restarts, long takeovers, long moves, long superseded, long conflicts,
			long quarantines) {

		static Counters of(HordeNode node) {
			SupervisorCounters counters = node.supervisor().counters();
			return new Counters(counters.starts().sum(), counters.restarts().sum(), counters.takeovers().sum(),
					counters.moves().sum(), counters.superseded().sum(), counters.conflicts().sum(),
					counters.quarantines().sum());
		}

	}

	/**
	 * The names.
	 */
	record RegistryDescriptor(long names, long ownNames, long groupMembers, long conflictsWon, long conflictsLost,
			long callsPending, long callsWaiting, long callsExecuted) {

		static RegistryDescriptor of(HordeRegistry registry, HordeNode node) {
			RegistryStats stats = node.registry().stats();
			return new RegistryDescriptor(registry.count(NameQuery.all()), stats.ownNames(), stats.groupMembers(),
					stats.conflictsWon(), stats.conflictsLost(), stats.callsPending(), stats.callsWaiting(),
					stats.callsExecuted());
		}

	}

	/**
	 * The quorum, and this node's part in it.
	 */
	record QuorumDescriptor(boolean present, int reachable, int required, int seats, @Nullable String configuration,
			List<String> holders, long leaseRemaining, String silence, Map<String, Long> promises, int held,
			@Nullable String lastRefusal) {

		static QuorumDescriptor of(HordeNode node) {
			Quorum quorum = node.cluster().quorum();
			QuorumState state = node.membership().leases().state();
			Map<String, Long> promises = new TreeMap<>();
			state.promises().forEach((owner, nanos) -> promises.put(owner.toString(), nanos / NANOS_PER_MILLI));
			return new QuorumDescriptor(quorum.present(), quorum.reachable(), quorum.required(), quorum.seats(),
					state.configuration().isKnown() ? state.configuration().id() : null, state.configuration().seats(),
					node.membership().leases().remaining().toMillis(), state.silence(), promises, state.held(),
					state.lastRefusal());
		}

	}

	/**
	 * How long a failover takes.
	 */
	record FailoverDescriptor(String crash, String silent, String description) {

		static FailoverDescriptor of(HordeNode node) {
			FailoverBounds bounds = FailoverBounds.of(node.membership().settings());
			return new FailoverDescriptor(bounds.crash().toString(), bounds.silent().toString(), bounds.describe());
		}

	}

	/**
	 * A name.
	 */
	record NameDescriptor(String name, String node, @Nullable String process) {

		static NameDescriptor of(NameEntry entry) {
			return new NameDescriptor(entry.name(), entry.node(), entry.owner().processId());
		}

	}

}
