package io.horde.node;

import io.horde.cluster.membership.MembershipSettings;
import io.horde.process.engine.ProcessSettings;
import io.horde.registry.names.RegistrySettings;
import io.horde.replication.ReplicationSettings;
import io.horde.schedule.records.ScheduleSettings;
import io.horde.supervisor.ownership.SupervisorSettings;
import io.horde.wire.SettingsCheck;

/**
 * All settings of one node's core.
 *
 * @param membership settings of the membership
 * @param replication settings of the replicator
 * @param registry settings of the registry
 * @param supervisor settings of the supervisor
 * @param process settings of the runtime of processes
 * @param schedules settings of schedules
 * @param maxPayloadSize how many bytes a user's value may take
 */
public record HordeSettings(MembershipSettings membership, ReplicationSettings replication, RegistrySettings registry,
		SupervisorSettings supervisor, ProcessSettings process, ScheduleSettings schedules, int maxPayloadSize) {

	private static final int MEGABYTE = 1 << 20;

	/** What the transport needs in a frame besides the payload. */
	private static final int MIN_PAYLOAD = 1 << 10;

	/**
	 * Creates settings.
	 */
	public HordeSettings {
		new SettingsCheck(HordeSettings.class).require(maxPayloadSize >= MIN_PAYLOAD && maxPayloadSize <= 64 * MEGABYTE,
				"maxPayloadSize",
				"must be at least 1KB and at most 64MB. Keep larger data elsewhere and pass a reference");
	}

	/**
	 * Return the defaults.
	 * @param nodeName the name of the node
	 * @return the settings
	 */
	public static HordeSettings defaults(String nodeName) {
		return new HordeSettings(MembershipSettings.defaults(nodeName), ReplicationSettings.defaults(),
				RegistrySettings.defaults(), SupervisorSettings.defaults(), ProcessSettings.defaults(),
				ScheduleSettings.defaults(), MEGABYTE);
	}

	/**
	 * Change the settings of the membership.
	 * @param membership the settings
	 * @return new settings
	 */
	public HordeSettings with(MembershipSettings membership) {
		return new HordeSettings(membership, this.replication, this.registry, this.supervisor, this.process,
				this.schedules, this.maxPayloadSize);
	}

	/**
	 * Change the settings of the supervisor.
	 * @param supervisor the settings
	 * @return new settings
	 */
	public HordeSettings with(SupervisorSettings supervisor) {
		return new HordeSettings(this.membership, this.replication, this.registry, supervisor, this.process,
				this.schedules, this.maxPayloadSize);
	}

}
