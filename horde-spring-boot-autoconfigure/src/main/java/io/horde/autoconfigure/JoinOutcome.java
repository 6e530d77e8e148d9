package io.horde.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.horde.HordeException;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.node.CurrentNode;
import io.horde.node.HordeNode;
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

	private final Consumer<HordeException> late;

	private final CompletableFuture<Void> joined = new CompletableFuture<>();

	/**
	 * Creates it.
	 * @param late is told of a failure that nobody waits for
	 */
	JoinOutcome(CurrentNode current, Consumer<HordeException> late) {
		this.current = current;
		this.late = late;
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
			this.late.accept(failure);
		}
	}

	/**
	 * Wait until this node is a member, or for so long that the application had better go
	 * on without.
	 * @throws RuntimeException if it must not become one
	 */
	void await() {
		HordeNode node = this.current.get();
		if (node == null) {
			return;
		}
		Duration timeout = node.settings().membership().joinTimeout().plus(MARGIN);
		try {
			this.joined.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
			logger.info("Node '{}' is up. Members: {}", node.cluster().self().name(), members(node));
		}
		catch (TimeoutException ex) {
			this.joined.complete(null);
			logger.warn(
					"Node '{}' is {} after {} s and goes on trying. Until then it runs no processes and is not "
							+ "ready for requests. Members: {}",
					node.cluster().self().name(), node.cluster().self().status(), timeout.toSeconds(), members(node));
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : new IllegalStateException(ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static String members(HordeNode node) {
		return node.cluster()
			.members()
			.stream()
			.map((member) -> member.name() + " at " + member.address() + " " + member.status())
			.collect(Collectors.joining(", "));
	}

}
