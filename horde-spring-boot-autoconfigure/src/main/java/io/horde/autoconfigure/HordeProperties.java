package io.horde.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.horde.process.RestartPolicy;
import io.horde.scope.ProcessOverrides;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties of Horde.
 *
 * @param enabled whether this application is a node of a Horde cluster
 * @param node this node
 * @param cluster the cluster and how its members are found
 * @param transport the links to the other members
 * @param failureDetection how members that are gone are recognised
 * @param supervisor how processes are placed, started and stopped
 * @param processes settings of single process types, by type. They override the annotation
 * @param registry names and calls by name
 * @param replication the replication of the cluster's state
 * @param shutdown what happens when the application is closed
 */
@ConfigurationProperties("horde")
record HordeProperties(@DefaultValue("true") boolean enabled, @DefaultValue Node node, @DefaultValue Cluster cluster,
		@DefaultValue Transport transport, @DefaultValue FailureDetection failureDetection,
		@DefaultValue Supervisor supervisor, @DefaultValue Map<String, TypeOverrides> processes,
		@DefaultValue Registry registry, @DefaultValue Replication replication, @DefaultValue Shutdown shutdown) {

	/**
	 * This node.
	 *
	 * @param name name of this node, unique in the cluster. Defaults to
	 * "&lt;host&gt;:&lt;transport port&gt;", with a random suffix instead of a port that is chosen
	 * at start-up
	 * @param weight share of processes that this node gets, relative to the other nodes. A
	 * node of weight 0 runs none
	 * @param labels labels of this node, for processes that require them
	 * @param version version of the application, shown to the other nodes. Defaults to the
	 * version of the build information, or of the manifest
	 */
	record Node(@Nullable String name, @DefaultValue("1") int weight, @DefaultValue Map<String, String> labels,
			@Nullable String version) {
	}

	/**
	 * The cluster and how its members are found.
	 *
	 * @param name name of the cluster. Only nodes of one cluster name link up. Defaults to the
	 * application name
	 * @param serviceId service that is looked up by the discovery client to find the other
	 * nodes. Defaults to the application name; an empty value switches discovery off
	 * @param members transport addresses of the members, "host:port". When set, no discovery
	 * client is asked
	 * @param discoveryInterval time between two questions to the discovery client
	 * @param joinTimeout how long the start waits for other members at most
	 * @param expectedSize number of nodes that the cluster is going to have. Processes that
	 * start with the cluster wait for them until the join timeout
	 * @param voters names of the nodes that vote under quorum
	 * @param leaseDuration how long a node may run processes under quorum without an answer of
	 * the majority
	 * @param forgetAfter time after which a member that is gone is forgotten
	 * @param maxClockOffset how far the wall clock of a member may be off before it is
	 * reported and corrected
	 */
	record Cluster(@Nullable String name, @Nullable String serviceId, @DefaultValue List<String> members,
			@DefaultValue("5s") Duration discoveryInterval, @DefaultValue("10s") Duration joinTimeout,
			@Nullable Integer expectedSize, @DefaultValue List<String> voters,
			@DefaultValue("5s") Duration leaseDuration, @DefaultValue("10m") Duration forgetAfter,
			@DefaultValue("1s") Duration maxClockOffset) {
	}

	/**
	 * The links to the other members.
	 *
	 * @param host address to listen on. Defaults to the first address that is not a loopback
	 * address
	 * @param port port to listen on. A port of 0 chooses a free one
	 * @param advertisedHost host under which the other members reach this node. Defaults to
	 * the host
	 * @param advertisedPort port under which the other members reach this node. Defaults to
	 * the port
	 * @param secret secret that all members share. Without it anybody who reaches the port
	 * can join
	 * @param previousSecret secret that is accepted too, to change the secret of a running
	 * cluster
	 * @param maxPayloadSize largest size of an argument, a value, a call or its result
	 */
	record Transport(@Nullable String host, @DefaultValue("7420") int port, @Nullable String advertisedHost,
			@Nullable Integer advertisedPort, @Nullable String secret, @Nullable String previousSecret,
			@DefaultValue("1MB") DataSize maxPayloadSize) {
	}

	/**
	 * How members that are gone are recognised.
	 *
	 * @param heartbeatInterval time between two heartbeats
	 * @param silenceTimeout how long a member may be silent before it is suspected
	 * @param confirmTimeout how long other members are asked before a suspect is down
	 * @param indirectProbes number of members that are asked
	 */
	record FailureDetection(@DefaultValue("500ms") Duration heartbeatInterval,
			@DefaultValue("3s") Duration silenceTimeout, @DefaultValue("500ms") Duration confirmTimeout,
			@DefaultValue("3") int indirectProbes) {
	}

	/**
	 * How processes are placed, started and stopped.
	 *
	 * @param distribution distribution strategy of processes that name none: "uniform",
	 * "quorum", "random", or the name of a bean
	 * @param redistribution whether running processes move when members join
	 * @param maxChildren number of processes that this node runs at most
	 * @param maxRestarts number of restarts of a process within the restart window, after
	 * which it is quarantined
	 * @param restartWindow period in which restarts are counted
	 * @param backoff delay between restarts
	 * @param startTimeout how long a process may take to start
	 * @param shutdownTimeout how long a process may take to stop before it is interrupted
	 * @param callTimeout how long another node may take to answer, the time to start or stop
	 * a process excluded
	 * @param maxConcurrentMoves number of processes that a node moves at the same time
	 * @param settleTime how long the members must have stayed the same before processes move
	 * to the node that they belong to
	 * @param staticRetention how long an instance that starts with the cluster keeps running
	 * when no member announces its type any more
	 */
	record Supervisor(@Nullable String distribution, @DefaultValue("passive") Redistribution redistribution,
			@Nullable Integer maxChildren, @DefaultValue("3") int maxRestarts,
			@DefaultValue("5s") Duration restartWindow, @DefaultValue Backoff backoff,
			@DefaultValue("30s") Duration startTimeout, @DefaultValue("5s") Duration shutdownTimeout,
			@DefaultValue("10s") Duration callTimeout, @DefaultValue("32") int maxConcurrentMoves,
			@DefaultValue("2s") Duration settleTime, @DefaultValue("30s") Duration staticRetention) {

		/**
		 * Delay between restarts.
		 *
		 * @param initial delay before the second restart. It doubles with each further one
		 * @param max longest delay
		 */
		record Backoff(@DefaultValue("100ms") Duration initial, @DefaultValue("30s") Duration max) {
		}

		/**
		 * Whether running processes move when members join.
		 */
		enum Redistribution {

			/**
			 * Processes stay where they are.
			 */
			PASSIVE,

			/**
			 * Processes move to the node that they belong to.
			 */
			ACTIVE

		}

	}

	/**
	 * Settings of one process type that override its annotation.
	 *
	 * @param enabled whether this node can run the type
	 * @param instances number of instances that start with the cluster
	 * @param restart when a process is started again after its end
	 * @param distribution distribution strategy: "uniform", "quorum", "random", or the name of
	 * a bean
	 * @param shutdownTimeout how long a process may take to stop before it is interrupted
	 * @param labels labels that a node must have to run the type
	 */
	record TypeOverrides(@DefaultValue("true") boolean enabled, @Nullable Integer instances,
			@Nullable RestartPolicy restart, @Nullable String distribution, @Nullable Duration shutdownTimeout,
			@DefaultValue Map<String, String> labels) {

		ProcessOverrides overrides() {
			return new ProcessOverrides(this.enabled, this.instances, this.restart, this.distribution,
					this.shutdownTimeout, this.labels);
		}

	}

	/**
	 * Names and calls by name.
	 *
	 * @param callTimeout how long a call by name may take
	 * @param moveWait how long a call waits for a process that is moving or being restarted
	 * @param mailboxCapacity number of calls that may wait for one process
	 */
	record Registry(@DefaultValue("5s") Duration callTimeout, @DefaultValue("5s") Duration moveWait,
			@DefaultValue("1000") int mailboxCapacity) {
	}

	/**
	 * The replication of the cluster's state.
	 *
	 * @param maxInFlight amount of data per member that may be sent and not yet acknowledged
	 * @param logSize amount of recent changes that is kept for members that missed some
	 * @param snapshotChunk size of the pieces in which a joining member gets the state
	 */
	record Replication(@DefaultValue("1MB") DataSize maxInFlight, @DefaultValue("16MB") DataSize logSize,
			@DefaultValue("256KB") DataSize snapshotChunk) {
	}

	/**
	 * What happens when the application is closed.
	 *
	 * @param drainTimeout how long the processes of this node may take to move to other nodes
	 */
	record Shutdown(@DefaultValue("20s") Duration drainTimeout) {
	}

}
