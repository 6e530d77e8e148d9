package io.horde.autoconfigure;

import java.util.concurrent.CompletableFuture;

import io.horde.cluster.Member;
import io.horde.cluster.MemberBackEvent;
import io.horde.cluster.MemberDownEvent;
import io.horde.cluster.MemberEvent;
import io.horde.cluster.MemberLeftEvent;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.MemberUnreachableEvent;
import io.horde.cluster.MemberUpEvent;
import io.horde.cluster.NodeExpelledEvent;
import io.horde.cluster.Quorum;
import io.horde.cluster.QuorumGainedEvent;
import io.horde.cluster.QuorumLostEvent;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.cluster.protocol.Expelled;
import io.horde.process.engine.ProcessExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * Publishes what happens to members, processes and names as application events: in order,
 * one at a time, and never on the event loop.
 */
final class NodeEvents implements MembershipListener {

	private static final Logger logger = LoggerFactory.getLogger(NodeEvents.class);

	private final ConfigurableApplicationContext context;

	private final ProcessExecutor executor;

	private CompletableFuture<?> last = CompletableFuture.completedFuture(true);

	NodeEvents(ConfigurableApplicationContext context, ProcessExecutor executor) {
		this.context = context;
		this.executor = executor;
	}

	@Override
	public void viewChanged(MembershipView before, MembershipView after) {
		for (MemberState member : after.members()) {
			MemberState last = before.member(member.id());
			MemberEvent event = event((last != null) ? last.status() : null, member, after);
			if (event != null) {
				publish(event);
			}
		}
	}

	@Override
	public void expelled(Expelled expelled) {
		publish(new NodeExpelledEvent(expelled.node(), expelled.cause(),
				expelled.description() + " " + expelled.remedy()));
	}

	static @Nullable MemberEvent event(@Nullable MemberStatus before, MemberState state, MembershipView view) {
		if (before == state.status()) {
			return null;
		}
		Member member = view.describe(state);
		return switch (state.status()) {
			case UP -> (before == MemberStatus.UNREACHABLE || before == MemberStatus.DOWN) ? new MemberBackEvent(member)
					: new MemberUpEvent(member);
			case UNREACHABLE -> new MemberUnreachableEvent(member);
			case DOWN -> new MemberDownEvent(member);
			case LEFT -> new MemberLeftEvent(member);
			case JOINING, LEAVING -> null;
		};
	}

	@Override
	public void quorumChanged(Quorum quorum) {
		publish(quorum.present() ? new QuorumGainedEvent(quorum) : new QuorumLostEvent(quorum));
	}

	/**
	 * Publish an event soon. May be called from any thread.
	 */
	synchronized void publish(Object event) {
		// What an executor that was stopped has refused does not keep later events back.
		this.last = this.last.handleAsync((published, refused) -> {
			publishNow(event);
			return true;
		}, this.executor::execute);
	}

	private void publishNow(Object event) {
		try {
			this.context.publishEvent(event);
		}
		catch (Throwable ex) {
			if (this.context.isActive()) {
				logger.warn("A listener of {} has failed", event, ex);
			}
			else {
				logger.debug("The application is closed, {} is told to nobody", event, ex);
			}
		}
	}

}
