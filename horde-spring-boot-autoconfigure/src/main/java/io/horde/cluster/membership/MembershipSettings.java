package io.horde.cluster.membership;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.horde.cluster.quorum.QuorumSettings;
import io.horde.cluster.quorum.SeatConfiguration;
import io.horde.wire.NameLimits;

/**
 * What membership can be told: the values of {@code horde.node.*},
 * {@code horde.cluster.*} and {@code horde.failure-detection.*}.
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
		requireName("horde.node.name", nodeName);
		requireName("horde.cluster.name", clusterName);
		labels.forEach((key, value) -> {
			requireName("horde.node.labels", key);
			if (!value.isEmpty()) {
				requireName("horde.node.labels." + key, value);
			}
		});
		require(weight >= 0, "horde.node.weight", "must not be negative");
		require(expectedSize >= 0, "horde.cluster.expected-size", "must not be negative");
		require(seats >= 0 && seats <= SeatConfiguration.MAX_SEATS, "horde.cluster.voters",
				"must be at most " + SeatConfiguration.MAX_SEATS);
		require(voters.isEmpty() || seats == voters.size(), "horde.cluster.voters", "must name each voter once");
		require(seats == 0 || leaseDuration.compareTo(heartbeatInterval.multipliedBy(3)) >= 0,
				"horde.cluster.lease-duration",
				"must be at least three times horde.failure-detection.heartbeat-interval, or a lost heartbeat ends the lease");
		require(seats == 0 || forgetAfter.compareTo(leaseDuration.plus(stopMargin).multipliedBy(4)) >= 0,
				"horde.cluster.forget-after",
				"must be at least four times the sum of horde.cluster.lease-duration and horde.quorum.stop-margin");
		require(!joinTimeout.isNegative(), "horde.cluster.join-timeout", "must not be negative");
		require(isPositive(heartbeatInterval), "horde.failure-detection.heartbeat-interval", "must be positive");
		require(silenceTimeout.compareTo(heartbeatInterval.multipliedBy(2)) >= 0,
				"horde.failure-detection.silence-timeout",
				"must be at least twice horde.failure-detection.heartbeat-interval, or every lost heartbeat is a failure");
		require(isPositive(leaseDuration), "horde.cluster.lease-duration", "must be positive");
		require(!stopMargin.isNegative(), "horde.quorum.stop-margin", "must not be negative");
		require(isPositive(confirmTimeout), "horde.failure-detection.confirm-timeout", "must be positive");
		require(indirectProbes >= 1, "horde.failure-detection.indirect-probes", "must be at least 1");
		require(overlayAbove >= 2, "horde.transport.overlay-above", "must be at least 2");
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
	 * Return these settings with another cluster name.
	 * @param clusterName the cluster name
	 * @return the settings
	 */
	public MembershipSettings withClusterName(String clusterName) {
		return with((copy) -> copy.clusterName = clusterName);
	}

	/**
	 * Return these settings with other properties of the node.
	 * @param labels the labels
	 * @param weight the weight
	 * @param version the application version
	 * @return the settings
	 */
	public MembershipSettings withNode(Map<String, String> labels, int weight, String version) {
		return with((copy) -> {
			copy.labels = labels;
			copy.weight = weight;
			copy.version = version;
		});
	}

	/**
	 * Return these settings with another expected size.
	 * @param expectedSize how many members there will be; 0 if that is not known
	 * @return the settings
	 */
	public MembershipSettings withExpectedSize(int expectedSize) {
		return with((copy) -> copy.expectedSize = expectedSize);
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
	 * Return these settings with another quorum.
	 * @param seats how many voting seats there are
	 * @param voters the names of the voters, or an empty list if they are found out
	 * @param leaseDuration how long a lease lasts
	 * @param stopMargin how much longer voters keep their promises
	 * @return the settings
	 */
	public MembershipSettings withQuorum(int seats, List<String> voters, Duration leaseDuration, Duration stopMargin) {
		return with((copy) -> {
			copy.seats = seats;
			copy.voters = voters;
			copy.leaseDuration = leaseDuration;
			copy.stopMargin = stopMargin;
		});
	}

	/**
	 * Return these settings with another join timeout.
	 * @param joinTimeout how long the start waits for other members at most
	 * @return the settings
	 */
	public MembershipSettings withJoinTimeout(Duration joinTimeout) {
		return with((copy) -> copy.joinTimeout = joinTimeout);
	}

	/**
	 * Return these settings with another time after which the gone are forgotten.
	 * @param forgetAfter how long a member may be gone
	 * @return the settings
	 */
	public MembershipSettings withForgetAfter(Duration forgetAfter) {
		return with((copy) -> copy.forgetAfter = forgetAfter);
	}

	/**
	 * Return these settings with another tolerance of clocks.
	 * @param maxClockOffset how far a wall clock may be off
	 * @return the settings
	 */
	public MembershipSettings withMaxClockOffset(Duration maxClockOffset) {
		return with((copy) -> copy.maxClockOffset = maxClockOffset);
	}

	/**
	 * Return these settings with another failure detection.
	 * @param heartbeatInterval the time between two heartbeats
	 * @param silenceTimeout how long a member may be silent
	 * @param confirmTimeout how long others are asked
	 * @return the settings
	 */
	public MembershipSettings withFailureDetection(Duration heartbeatInterval, Duration silenceTimeout,
			Duration confirmTimeout) {
		return with((copy) -> {
			copy.heartbeatInterval = heartbeatInterval;
			copy.silenceTimeout = silenceTimeout;
			copy.confirmTimeout = confirmTimeout;
		});
	}

	/**
	 * Return these settings with another size above which the links are sparse.
	 * @param overlayAbove the number of members
	 * @return the settings
	 */
	public MembershipSettings withOverlayAbove(int overlayAbove) {
		return with((copy) -> copy.overlayAbove = overlayAbove);
	}

	/**
	 * Return these settings for a start after another one of the same name.
	 * @param incarnationAbove its incarnation
	 * @return the settings
	 */
	public MembershipSettings withIncarnationAbove(long incarnationAbove) {
		return with((copy) -> copy.incarnationAbove = incarnationAbove);
	}

	private MembershipSettings with(Consumer<Copy> change) {
		Copy copy = new Copy(this);
		change.accept(copy);
		return copy.settings();
	}

	private static boolean isPositive(Duration duration) {
		return !duration.isNegative() && !duration.isZero();
	}

	private static void requireName(String property, String name) {
		String problem = NameLimits.problem(name);
		if (problem != null) {
			throw new IllegalArgumentException(property + " " + problem);
		}
	}

	private static void require(boolean condition, String property, String problem) {
		if (!condition) {
			throw new IllegalArgumentException(property + " " + problem);
		}
	}

	/**
	 * A copy that is being changed.
	 */
	private static final class Copy {

		private final String nodeName;

		private String clusterName;

		private Map<String, String> labels;

		private int weight;

		private String version;

		private int expectedSize;

		private int seats;

		private List<String> voters;

		private Duration joinTimeout;

		private Duration leaseDuration;

		private Duration stopMargin;

		private Duration forgetAfter;

		private Duration maxClockOffset;

		private Duration heartbeatInterval;

		private Duration silenceTimeout;

		private Duration confirmTimeout;

		private int indirectProbes;

		private int overlayAbove;

		private long incarnationAbove;

		Copy(MembershipSettings settings) {
			this.nodeName = settings.nodeName;
			this.clusterName = settings.clusterName;
			this.labels = settings.labels;
			this.weight = settings.weight;
			this.version = settings.version;
			this.expectedSize = settings.expectedSize;
			this.seats = settings.seats;
			this.voters = settings.voters;
			this.joinTimeout = settings.joinTimeout;
			this.leaseDuration = settings.leaseDuration;
			this.stopMargin = settings.stopMargin;
			this.forgetAfter = settings.forgetAfter;
			this.maxClockOffset = settings.maxClockOffset;
			this.heartbeatInterval = settings.heartbeatInterval;
			this.silenceTimeout = settings.silenceTimeout;
			this.confirmTimeout = settings.confirmTimeout;
			this.indirectProbes = settings.indirectProbes;
			this.overlayAbove = settings.overlayAbove;
			this.incarnationAbove = settings.incarnationAbove;
		}

		MembershipSettings settings() {
			return new MembershipSettings(this.nodeName, this.clusterName, this.labels, this.weight, this.version,
					this.expectedSize, this.seats, this.voters, this.joinTimeout, this.leaseDuration, this.stopMargin,
					this.forgetAfter, this.maxClockOffset, this.heartbeatInterval, this.silenceTimeout,
					this.confirmTimeout, this.indirectProbes, this.overlayAbove, this.incarnationAbove);
		}

	}

}
