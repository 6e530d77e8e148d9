package io.horde.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import io.horde.HordeException;
import io.horde.cluster.HordeCluster;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.node.CurrentNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether and how this node became a member.
 */
final class JoinOutcome implements MembershipListener {

	/**
	 * What the state of the cluster may take to arrive, beyond the time in which members
	 * are found.
	 */
	private static final Duration MARGIN = Duration.ofSeconds(5);

	private static final Logger logger = LoggerFactory.getLogger(JoinOutcome.class);

	private final CurrentNode current;

	private final CompletableFuture<Void> joined = new CompletableFuture<>();

	JoinOutcome(CurrentNode current) {
		this.current = current;
	}

	@Override
	public void viewChanged(MembershipView before, MembershipView after) {
		if (after.own().status() == MemberStatus.UP) {
			this.joined.complete(null);
		}
	}

	@Override
	public void startFailed(HordeException failure) {
		if (!this.joined.completeExceptionally(failure)) {
			logger.error("This node takes part no longer: {}", failure.getMessage());
		}
	}

	/**
	 * Wait until this node is a member, or for so long that the application had better go
	 * on without.
	 * @throws RuntimeException if it must not become one
	 */
	void await() {
		Duration timeout = this.current.require().settings().membership().joinTimeout().plus(MARGIN);
		try {
			this.joined.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
			logger.info("Node '{}' is up. Members: {}", cluster().self().name(), members());
		}
		catch (TimeoutException ex) {
			logger.warn(
					"Node '{}' is {} after {} s and goes on trying. Until then it runs no processes and is not "
							+ "ready for requests. Members: {}",
					cluster().self().name(), cluster().self().status(), timeout.toSeconds(), members());
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : new IllegalStateException(ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private HordeCluster cluster() {
		return this.current.require().cluster();
	}

	private String members() {
		return cluster().members()
			.stream()
			.map((member) -> member.name() + " at " + member.address() + " " + member.status())
			.collect(Collectors.joining(", "));
	}

}
