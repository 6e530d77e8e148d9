package io.horde.actuate;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.Quorum;
import io.horde.cluster.protocol.Expelled;
import io.horde.node.CurrentNode;
import io.horde.node.HordeNode;
import io.horde.node.LoopWatch;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} that tells whether this node takes part. It is out of service
 * while it joins or leaves, or is out of the cluster, and down while its event loop does
 * not turn; what becomes of other members says nothing about this one. It is up with
 * children that are stuck, and names them: a restart of the node may do more harm.
 */
final class HordeHealthIndicator extends AbstractHealthIndicator {

	private final CurrentNode node;

	private final LoopWatch watch;

	HordeHealthIndicator(CurrentNode node, LoopWatch watch) {
		super("The state of the Horde node can't be determined");
		this.node = node;
		this.watch = watch;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Duration stalled = this.watch.stalled();
		if (!stalled.isZero()) {
			builder.down().withDetail("eventLoop", "has not turned for " + stalled.toSeconds() + " s");
			return;
		}
		HordeNode node = this.node.get();
		Expelled expelled = this.node.expelled();
		if (expelled != null) {
			builder.outOfService()
				.withDetail("status", "OUT")
				.withDetail("node", expelled.node())
				.withDetail("cause", expelled.cause().name())
				.withDetail("reason", expelled.description())
				.withDetail("remedy", expelled.remedy());
			return;
		}
		if (node == null) {
			builder.outOfService().withDetail("status", "not running");
			return;
		}
		Member self = node.cluster().self();
		boolean takesPart = self.status() == MemberStatus.UP || self.status() == MemberStatus.UNREACHABLE;
		(takesPart ? builder.up() : builder.outOfService()).withDetail("status", self.status().name())
			.withDetail("node", self.name())
			.withDetail("membersUp",
					node.cluster().members().stream().filter((member) -> member.status() == MemberStatus.UP).count());
		Set<String> differing = node.supervisor().typesInAnotherMode();
		if (!differing.isEmpty()) {
			builder.withDetail("typesInAnotherMode", differing);
		}
		Map<String, String> stuck = node.supervisor().stuck();
		if (!stuck.isEmpty()) {
			builder.withDetail("stuck", stuck)
				.withDetail("remedy", "Nobody else runs a stuck child before its code ends, this node is gone, or an"
						+ " operator restarts it (restart of /actuator/horde), who knows that the code does no harm");
		}
		if (node.membership().leases().isEnabled()) {
			Quorum quorum = node.cluster().quorum();
			builder.withDetail("quorum", (quorum.present() ? "present" : "lost") + ", " + quorum.reachable() + " of "
					+ quorum.required() + " required voters reached");
		}
	}

}
