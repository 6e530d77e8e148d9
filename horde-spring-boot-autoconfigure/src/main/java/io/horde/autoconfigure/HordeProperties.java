package io.horde.autoconfigure;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

import io.horde.scope.ProcessOverrides;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties of Horde. What is {@code null} is left to the core, whose
 * settings have the defaults; {@code additional-spring-configuration-metadata.json} tells
 * them to users.
 *
 * @param enabled Whether this application is a node of a Horde cluster.
 * @param node This node.
 * @param cluster The cluster and how its members are found.
 * @param transport The links to the other members.
 * @param failureDetection How members that are gone are recognised.
 * @param quorum Processes that never have two owners.
 * @param supervisor How processes are placed, started and stopped.
 * @param processes Settings of single process types, by type. They override the
 * annotation.
 * @param schedules The cron schedules of processes.
 * @param registry Names and calls by name.
 * @param replication The replication of the cluster's state.
 * @param shutdown What happens when the application is closed.
 */
@ConfigurationProperties("horde")
record HordeProperties(@DefaultValue("true") boolean enabled, @DefaultValue Node node, @DefaultValue Cluster cluster,
		@DefaultValue Transport transport, @DefaultValue FailureDetection failureDetection, @DefaultValue Quorum quorum,
		@DefaultValue Supervisor supervisor, @DefaultValue Map<String, ProcessOverrides> processes,
		@DefaultValue Schedules schedules, @DefaultValue Registry registry, @DefaultValue Replication replication,
		@DefaultValue Shutdown shutdown) {

	/**
	 * This node.
	 *
	 * @param name Name of this node, unique in the cluster. Defaults to host and
	 * transport port, with a random suffix instead of a port that is chosen at start-up.
	 * @param weight Share of processes that this node gets, relative to the other nodes.
	 * A node of weight 0 runs none.
	 * @param labels Labels of this node, for processes that require them.
	 * @param version Version of the application, shown to the other nodes. Defaults to
	 * the version of the build information, or of the manifest.
	 * @param onExpelled What the application does when this node is out of the cluster,
	 * because a later start of its name has taken its place, it was forgotten, or its
	 * transport has ended. Its processes are stopped in any case.
	 */
	record Node(@Nullable String name, @Nullable Integer weight, @DefaultValue Map<String, String> labels,
			@Nullable String version, @DefaultValue("restart") OnExpelled onExpelled) {
	}

	/**
	 * The cluster and how its members are found.
	 *
	 * @param name Name of the cluster. Only nodes of one cluster name link up. Defaults
	 * to the application name.
	 * @param serviceId Service that is looked up by the discovery client to find the
	 * other nodes. Defaults to the application name; an empty value switches discovery
	 * off.
	 * @param members Transport addresses of the members, "host:port". When set, no
	 * discovery client is asked.
	 * @param discoveryInterval Time between two questions to the discovery client.
	 * @param joinTimeout How long the start waits for other members at most.
	 * @param expectedSize Number of nodes that the cluster is going to have. Processes
	 * that start with the cluster wait for them until the join timeout. Under quorum also
	 * the number of voting seats, 7 at most.
	 * @param voters Names of the nodes that vote under quorum.
	 * @param leaseDuration How long a node may run processes under quorum without an
	 * answer of the majority.
	 * @param forgetAfter Time after which a member that is gone is forgotten: if it comes
	 * back later, it begins anew.
	 * @param maxClockOffset How far the wall clock of a member may be off before it is
	 * reported and corrected.
	 */
	record Cluster(@Nullable String name, @Nullable String serviceId, @DefaultValue List<String> members,
			@DefaultValue("5s") Duration discoveryInterval, @Nullable Duration joinTimeout,
			@Nullable Integer expectedSize, @DefaultValue List<String> voters, @Nullable Duration leaseDuration,
			@Nullable Duration forgetAfter, @Nullable Duration maxClockOffset) {
	}

	/**
	 * Processes that never have two owners.
	 *
	 * @param stopMargin How long interrupted code has to end: when the lease of a process
	 * has ended, or when its stop takes too long.
	 */
	record Quorum(@Nullable Duration stopMargin) {
	}

	/**
	 * The cron schedules of processes.
	 *
	 * @param catchUp How old a missed tick may be to begin after all.
	 * @param zone Time zone of cron expressions that name none, the same on all nodes.
	 * Defaults to that of the JVM on which a schedule first ran.
	 */
	record Schedules(@Nullable Duration catchUp, @Nullable ZoneId zone) {
	}

	/**
	 * The links to the other members.
	 *
	 * @param host Address to listen on. Defaults to the first address that is not a
	 * loopback address.
	 * @param port Port to listen on. A port of 0 chooses a free one.
	 * @param advertisedHost Host under which the other members reach this node. Defaults
	 * to the host.
	 * @param advertisedPort Port under which the other members reach this node. Defaults
	 * to the port.
	 * @param secret Secret that all members share, of 16 characters at least. Without it
	 * and without an SSL bundle anybody who reaches the port can join.
	 * @param previousSecret Secret that is accepted too, to change the secret of a
	 * running cluster.
	 * @param ssl Certificates, by which members prove who they are instead of by a
	 * secret.
	 * @param allowOpen Whether a node without a secret and without an SSL bundle may
	 * listen on an address that can be reached from the internet.
	 * @param maxPayloadSize Largest size of an argument, a value, a call or its result.
	 * @param overlayAbove With more members than these, each is linked to some of the
	 * others only.
	 */
	record Transport(@Nullable String host, @DefaultValue("7420") int port, @Nullable String advertisedHost,
			@Nullable Integer advertisedPort, @Nullable String secret, @Nullable String previousSecret,
			@DefaultValue Ssl ssl, @DefaultValue("false") boolean allowOpen, @Nullable DataSize maxPayloadSize,
			@Nullable Integer overlayAbove) {

		/**
		 * Certificates, by which members prove who they are instead of by a secret.
		 *
		 * @param bundle SSL bundle with the certificate of this node, its key, and the
		 * authorities of the cluster. When set, no secret is used.
		 * @param previousBundle SSL bundle whose authorities are trusted too, to change
		 * the authority of a running cluster.
		 */
		record Ssl(@Nullable String bundle, @Nullable String previousBundle) {
		}

		/**
		 * Leaves out what nobody may read in a log.
		 */
		@Override
		public String toString() {
			return "Transport[host=" + this.host + ", port=" + this.port + "]";
		}

	}

	/**
	 * How members that are gone are recognised.
	 *
	 * @param heartbeatInterval Time between two heartbeats.
	 * @param silenceTimeout How long a member may be silent before it is suspected.
	 * @param confirmTimeout How long other members are asked before a suspect is down;
	 * three times as long where one that is heard well itself has not answered.
	 * @param indirectProbes Number of members that are asked.
	 */
	record FailureDetection(@Nullable Duration heartbeatInterval, @Nullable Duration silenceTimeout,
			@Nullable Duration confirmTimeout, @Nullable Integer indirectProbes) {
	}

	/**
	 * How processes are placed, started and stopped.
	 *
	 * @param distribution Distribution strategy of processes that name none: "uniform",
	 * "quorum", "random", or the name of a bean.
	 * @param redistribution Whether running processes move when members join.
	 * @param maxChildren Number of processes that this node runs at most.
	 * @param maxRestarts Number of restarts of a process within the restart window, after
	 * which it is quarantined.
	 * @param restartWindow Period in which restarts are counted.
	 * @param backoff Delay between restarts.
	 * @param startTimeout How long a process may take to start.
	 * @param shutdownTimeout How long a process may take to stop before it is
	 * interrupted.
	 * @param callTimeout How long another node may take to answer, the time to start or
	 * stop a process excluded.
	 * @param maxConcurrentMoves Number of processes that a node moves at the same time.
	 * @param settleTime How long the members must have stayed the same before processes
	 * move to the node that they belong to.
	 * @param staticRetention How long an instance that starts with the cluster keeps
	 * running when no member announces its type any more.
	 * @param massStartRate Number of processes that this node starts per second when it
	 * takes over those of a node that is gone, or when the cluster starts. Not limited by
	 * default.
	 */
	record Supervisor(@Nullable String distribution, @Nullable Redistribution redistribution,
			@Nullable Integer maxChildren, @Nullable Integer maxRestarts, @Nullable Duration restartWindow,
			@DefaultValue Backoff backoff, @Nullable Duration startTimeout, @Nullable Duration shutdownTimeout,
			@Nullable Duration callTimeout, @Nullable Integer maxConcurrentMoves, @Nullable Duration settleTime,
			@Nullable Duration staticRetention, @Nullable Integer massStartRate) {

		/**
		 * Delay between restarts.
		 *
		 * @param initial Delay before the second restart. It doubles with each further
		 * one.
		 * @param max Longest delay.
		 */
		record Backoff(@Nullable Duration initial, @Nullable Duration max) {
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
	 * Names and calls by name.
	 *
	 * @param callTimeout How long a call by name may take.
	 * @param moveWait How long a call waits for a process that is moving, being restarted
	 * or taken over.
	 * @param mailboxCapacity Number of calls that may wait for one process.
	 */
	record Registry(@Nullable Duration callTimeout, @Nullable Duration moveWait, @Nullable Integer mailboxCapacity) {
	}

	/**
	 * The replication of the cluster's state.
	 *
	 * @param maxInFlight Amount of data per member that may be sent and not yet
	 * acknowledged.
	 * @param logSize Amount of recent changes that is kept for members that missed some.
	 * @param snapshotChunk Size of the pieces in which a joining member gets the state.
	 */
	record Replication(@Nullable DataSize maxInFlight, @Nullable DataSize logSize, @Nullable DataSize snapshotChunk) {
	}

	/**
	 * What happens when the application is closed.
	 *
	 * @param drainTimeout How long the processes of this node may take to move to other
	 * nodes.
	 */
	record Shutdown(@Nullable Duration drainTimeout) {
	}

}
