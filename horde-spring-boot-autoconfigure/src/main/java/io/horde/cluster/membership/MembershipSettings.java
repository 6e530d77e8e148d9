package io.horde.cluster.membership;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.horde.cluster.quorum.QuorumSettings;
import io.horde.cluster.quorum.SeatConfiguration;
import io.horde.wire.SettingsCheck;

/**
 * What membership can be told.
 *
 * @param nodeName the name of this node, unique in the cluster
 * @param clusterName only nodes of one cluster name link up
 * @param labels this node's labels
 * @param weight its share on the hash ring; 0 runs nothing
 * @param version its application version, or an empty string
 * @param expectedSize how many members there will be; 0 if that is not known
 * @param seats how many voting seats there are; 0 if quorum is not used
 * @param voters the names of the voting members, or an empty list
 * @param joinTimeout how long the start waits for other members at most (M6)
 * @param leaseDuration how long a lease lasts (Q11)
 * @param stopMargin how much longer voters keep their promises, so that children can stop
 * in time (Q11)
 * @param forgetAfter when a member that is gone is forgotten (R6)
 * @param maxClockOffset how far a wall clock may be off before it is corrected (R7)
 * @param heartbeatInterval the time between two heartbeats
 * @param silenceTimeout how long a member may be silent before it is {@code UNREACHABLE}
 * @param confirmTimeout how long others are asked before it is {@code DOWN}
 * @param indirectProbes how many others are asked at once
 * @param overlayAbove with more members than these the links form a sparse overlay
 * @param incarnationAbove the highest incarnation that this name is known to have had; 0
 * if none is known (M5)
 */
public record MembershipSettings(String nodeName, String clusterName, Map<String, String> labels, int weight,
		String version, int expectedSize, int seats, List<String> voters, Duration joinTimeout, Duration leaseDuration,
		Duration stopMargin, Duration forgetAfter, Duration maxClockOffset, Duration heartbeatInterval,
		Duration silenceTimeout, Duration confirmTimeout, int indirectProbes, int overlayAbove, long incarnationAbove) {

	/** A link of the production transport takes about nine threads. */
	private static final int OVERLAY_ABOVE = 16;

	/**
	 * Creates settings.
	 */
	public MembershipSettings {
		labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
		voters = List.copyOf(voters);
		SettingsCheck check = new SettingsCheck(MembershipSettings.class);
		check.name(nodeName, "nodeName");
		check.name(clusterName, "clusterName");
		labels.forEach((key, value) -> {
			check.name(key, "labels");
			if (!value.isEmpty()) {
				check.name(value, "labels." + key);
			}
		});
		if (!version.isEmpty()) {
			check.name(version, "version");
		}
		voters.forEach((voter) -> check.name(voter, "voters"));
		check.notNegative(weight, "weight");
		check.notNegative(expectedSize, "expectedSize");
		check.require(seats >= 0 && seats <= SeatConfiguration.MAX_SEATS, "voters",
				"must be at most " + SeatConfiguration.MAX_SEATS);
		check.require(voters.isEmpty() || seats == voters.size(), "voters", "must name each voter once");
		check.require(seats == 0 || leaseDuration.compareTo(heartbeatInterval.multipliedBy(3)) >= 0, "leaseDuration",
				"must be at least three times {heartbeatInterval}, or a lost heartbeat ends the lease");
		check.require(seats == 0 || forgetAfter.compareTo(leaseDuration.plus(stopMargin).multipliedBy(4)) >= 0,
				"forgetAfter", "must be at least four times the sum of {leaseDuration} and {stopMargin}");
		check.notNegative(joinTimeout, "joinTimeout");
		check.positive(heartbeatInterval, "heartbeatInterval");
		check.require(silenceTimeout.compareTo(heartbeatInterval.multipliedBy(2)) >= 0, "silenceTimeout",
				"must be at least twice {heartbeatInterval}, or every lost heartbeat is a failure");
		check.positive(leaseDuration, "leaseDuration");
		check.notNegative(stopMargin, "stopMargin");
		check.positive(confirmTimeout, "confirmTimeout");
		check.require(indirectProbes >= 1, "indirectProbes", "must be at least 1");
		check.require(overlayAbove >= 2, "overlayAbove", "must be at least 2");
	}

	/**
	 * Return the defaults.
	 * @param nodeName the name of the node
	 * @return the settings
	 */
	public static MembershipSettings defaults(String nodeName) {
		return new MembershipSettings(nodeName, "horde", Map.of(), 1, "", 0, 0, List.of(), Duration.ofSeconds(10),
				Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMinutes(10), Duration.ofSeconds(1),
				Duration.ofMillis(500), Duration.ofSeconds(3), Duration.ofMillis(500), 3, OVERLAY_ABOVE, 0);
	}

	/**
	 * Return for how long after a heartbeat no member has a reason to take this node for
	 * gone, whichever of the two clocks runs faster (T10).
	 * @return nanoseconds
	 */
	public long borneSilence() {
		return (long) (this.silenceTimeout.toNanos() / QuorumSettings.DRIFT);
	}

	/**
	 * Return the part of these settings that a quorum needs.
	 * @return the settings
	 */
	public QuorumSettings quorum() {
		return QuorumSettings.of(this.seats, this.voters, this.leaseDuration.toNanos(), this.stopMargin.toNanos(),
				this.forgetAfter.toNanos());
	}

	/**
	 * Return these settings for a start after another one of the same name.
	 * @param incarnationAbove its incarnation
	 */
	public MembershipSettings withIncarnationAbove(long incarnationAbove) {
		return new MembershipSettings(this.nodeName, this.clusterName, this.labels, this.weight, this.version,
				this.expectedSize, this.seats, this.voters, this.joinTimeout, this.leaseDuration, this.stopMargin,
				this.forgetAfter, this.maxClockOffset, this.heartbeatInterval, this.silenceTimeout, this.confirmTimeout,
				this.indirectProbes, this.overlayAbove, incarnationAbove);
	}

}
