package io.horde.autoconfigure;

import java.time.Duration;
import java.time.ZoneId;

import io.horde.autoconfigure.HordeProperties.Supervisor;
import io.horde.autoconfigure.HordeProperties.Supervisor.Redistribution;
import io.horde.cluster.membership.MembershipSettings;
import io.horde.node.HordeSettings;
import io.horde.process.engine.ProcessSettings;
import io.horde.registry.names.RegistrySettings;
import io.horde.replication.ReplicationSettings;
import io.horde.schedule.records.ScheduleSettings;
import io.horde.supervisor.ownership.SupervisorSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Maps the properties to the settings of the core, which has the defaults.
 *
 * @param properties the properties
 * @param nodeName the name of this node
 * @param clusterName the name of the cluster
 * @param version the version of the application
 */
record HordeSettingsMapper(HordeProperties properties, String nodeName, String clusterName, String version) {

	/**
	 * Return the settings of the core.
	 * @param alone whether there is nobody to wait for at the start
	 * @param seats the number of voting seats, 0 for no quorum
	 */
	HordeSettings map(boolean alone, int seats) {
		HordeSettings defaults = HordeSettings.defaults(this.nodeName);
		return new HordeSettings(membership(defaults.membership(), alone, seats), replication(defaults.replication()),
				registry(defaults.registry()), supervisor(defaults.supervisor()), process(defaults),
				schedules(defaults.schedules()),
				bytes(this.properties.transport().maxPayloadSize(), defaults.maxPayloadSize()));
	}

	private MembershipSettings membership(MembershipSettings defaults, boolean alone, int seats) {
		HordeProperties.Cluster cluster = this.properties.cluster();
		HordeProperties.FailureDetection detection = this.properties.failureDetection();
		HordeProperties.Node node = this.properties.node();
		return new MembershipSettings(this.nodeName, this.clusterName, node.labels(),
				or(node.weight(), defaults.weight()), this.version, or(cluster.expectedSize(), defaults.expectedSize()),
				seats, cluster.voters(), alone ? Duration.ZERO : or(cluster.joinTimeout(), defaults.joinTimeout()),
				or(cluster.leaseDuration(), defaults.leaseDuration()), stopMargin(defaults),
				or(cluster.forgetAfter(), defaults.forgetAfter()),
				or(cluster.maxClockOffset(), defaults.maxClockOffset()),
				or(detection.heartbeatInterval(), defaults.heartbeatInterval()),
				or(detection.silenceTimeout(), defaults.silenceTimeout()),
				or(detection.confirmTimeout(), defaults.confirmTimeout()),
				or(detection.indirectProbes(), defaults.indirectProbes()),
				or(this.properties.transport().overlayAbove(), defaults.overlayAbove()), defaults.incarnationAbove());
	}

	private Duration stopMargin(MembershipSettings defaults) {
		return or(this.properties.quorum().stopMargin(), defaults.stopMargin());
	}

	private ReplicationSettings replication(ReplicationSettings defaults) {
		HordeProperties.Replication replication = this.properties.replication();
		DataSize logSize = replication.logSize();
		return new ReplicationSettings((logSize != null) ? logSize.toBytes() : defaults.logSize(),
				bytes(replication.snapshotChunk(), defaults.snapshotChunk()),
				bytes(replication.maxInFlight(), defaults.maxInFlight()));
	}

	private RegistrySettings registry(RegistrySettings defaults) {
		HordeProperties.Registry registry = this.properties.registry();
		return new RegistrySettings(or(registry.callTimeout(), defaults.callTimeout()),
				or(registry.moveWait(), defaults.moveWait()),
				or(registry.mailboxCapacity(), defaults.mailboxCapacity()));
	}

	private SupervisorSettings supervisor(SupervisorSettings defaults) {
		Supervisor supervisor = this.properties.supervisor();
		Redistribution redistribution = supervisor.redistribution();
		return new SupervisorSettings("",
				(redistribution != null) ? redistribution == Redistribution.ACTIVE : defaults.activeRedistribution(),
				or(supervisor.maxChildren(), defaults.maxChildren()),
				or(supervisor.maxRestarts(), defaults.maxRestarts()),
				or(supervisor.restartWindow(), defaults.restartWindow()),
				or(supervisor.backoff().initial(), defaults.backoffInitial()),
				or(supervisor.backoff().max(), defaults.backoffMax()),
				or(supervisor.startTimeout(), defaults.startTimeout()),
				or(supervisor.callTimeout(), defaults.callTimeout()),
				or(supervisor.maxConcurrentMoves(), defaults.maxConcurrentMoves()),
				or(supervisor.settleTime(), defaults.settleTime()),
				or(supervisor.staticRetention(), defaults.staticRetention()),
				or(this.properties.shutdown().drainTimeout(), defaults.drainTimeout()),
				or(supervisor.massStartRate(), defaults.massStartRate()));
	}

	private ProcessSettings process(HordeSettings defaults) {
		Supervisor supervisor = this.properties.supervisor();
		return new ProcessSettings(or(supervisor.startTimeout(), defaults.process().startTimeout()),
				or(supervisor.shutdownTimeout(), defaults.process().shutdownTimeout()),
				stopMargin(defaults.membership()), registry(defaults.registry()).mailboxCapacity());
	}

	private ScheduleSettings schedules(ScheduleSettings defaults) {
		HordeProperties.Schedules schedules = this.properties.schedules();
		return new ScheduleSettings(or(schedules.catchUp(), defaults.catchUp()), schedules.zone(),
				ZoneId.systemDefault());
	}

	private static <T> T or(@Nullable T value, T defaultValue) {
		return (value != null) ? value : defaultValue;
	}

	private static int bytes(@Nullable DataSize size, int defaultValue) {
		return (size != null) ? (int) Math.min(size.toBytes(), Integer.MAX_VALUE) : defaultValue;
	}

}
