package io.horde.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.horde.cluster.ExpulsionCause;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.cluster.protocol.Expelled;
import io.horde.node.Comeback;
import io.horde.node.CurrentNode;
import io.horde.node.HordeNode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What the application does when its node is out of the cluster (B4). Confined to the
 * loop, except for what says otherwise.
 */
final class NodeExpulsion implements MembershipListener {

	private static final Logger logger = LoggerFactory.getLogger(NodeExpulsion.class);

	private final NodeFactory factory;

	private final CurrentNode current;

	private final OnExpelled policy;

	private final ConfigurableApplicationContext context;

	private volatile @Nullable CompletableFuture<?> ended;

	/** Why the node is out, until it is back. */
	private @Nullable Expelled expelled;

	private @Nullable Comeback comeback;

	private boolean broken;

	NodeExpulsion(NodeFactory factory, CurrentNode current, OnExpelled policy, ConfigurableApplicationContext context) {
		this.factory = factory;
		this.current = current;
		this.policy = policy;
		this.context = context;
	}

	/**
	 * A node is out.
	 * @param told why
	 * @param begin begins anew, called on a thread of its own
	 */
	void expelled(HordeNode node, Expelled told, Runnable begin) {
		Expelled before = this.expelled;
		Expelled expelled = (before != null) ? told.after(before) : told;
		this.expelled = expelled;
		this.current.expelled(expelled);
		CompletableFuture<?> ended = node.stop().handle((nothing, failure) -> {
			if (failure != null) {
				logger.warn("This node has not stopped in good order", failure);
			}
			return null;
		});
		this.ended = ended;
		if (before != null) {
			logger.info("Node '{}' could not come back: {}", expelled.node(), told.detail());
		}
		else {
			logger.error("{} {} {}", expelled.description(), expelled.remedy(), prospect(expelled));
		}
		if (comesBack(expelled)) {
			boolean atOnce = before == null && expelled.cause() != ExpulsionCause.REPLACED;
			ended.thenRun(() -> comeBack(expelled, atOnce ? Duration.ZERO : Comeback.INTERVAL, begin));
		}
		else if (this.policy == OnExpelled.CLOSE_APPLICATION) {
			// No thread of Horde's, which closing the context interrupts
			new Thread(this.context::close, "horde-close").start();
		}
		else {
			this.broken = true;
			liveness(LivenessState.BROKEN);
		}
	}

	private boolean comesBack(Expelled expelled) {
		return this.policy == OnExpelled.RESTART && Comeback.isPossible(expelled);
	}

	private String prospect(Expelled expelled) {
		if (comesBack(expelled)) {
			return (expelled.holder() != null)
					? "It comes back by itself when nobody listens at " + expelled.holder() + " any more."
					: "It tries to come back by itself.";
		}
		return (this.policy == OnExpelled.CLOSE_APPLICATION) ? "The application is closed (horde.node.on-expelled)."
				: "It does not come back by itself (horde.node.on-expelled): start the application again.";
	}

	private void comeBack(Expelled expelled, Duration delay, Runnable begin) {
		Comeback comeback = this.factory.comeback(expelled,
				() -> this.factory.onOwnThread("horde-new-beginning", begin));
		this.comeback = comeback;
		comeback.start(delay);
	}

	private void liveness(LivenessState state) {
		this.factory.onOwnThread("horde-liveness", () -> AvailabilityChangeEvent.publish(this.context, state));
	}

	@Override
	public void viewChanged(MembershipView before, MembershipView after) {
		if (this.expelled != null && after.own().status() == MemberStatus.UP) {
			this.expelled = null;
			logger.info("Node '{}' is back in the cluster, as a new incarnation", after.own().name());
		}
	}

	/**
	 * Forget what was: the application starts. May be called from any thread.
	 */
	void reset() {
		this.factory.loop().execute(() -> {
			this.expelled = null;
			if (this.broken) {
				this.broken = false;
				liveness(LivenessState.CORRECT);
			}
		});
	}

	/**
	 * Come back no more. May be called from any thread.
	 * @return completes when the processes of the node that is out have ended
	 */
	CompletableFuture<Void> cancel() {
		CompletableFuture<?> ended = this.ended;
		if (ended == null) {
			return CompletableFuture.completedFuture(null);
		}
		this.ended = null;
		return ended.thenRunAsync(() -> {
			Comeback comeback = this.comeback;
			if (comeback != null) {
				this.comeback = null;
				comeback.stop();
			}
		}, this.factory.loop()::execute);
	}

}
