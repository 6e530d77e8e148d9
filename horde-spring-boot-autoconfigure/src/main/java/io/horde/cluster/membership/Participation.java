package io.horde.cluster.membership;

import java.util.function.Consumer;

import io.horde.HordeException;
import io.horde.cluster.DuplicateNodeNameException;
import io.horde.cluster.ExpulsionCause;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.Expelled;
import io.horde.cluster.protocol.Refusal;
import io.horde.cluster.protocol.Refused;
import io.horde.cluster.quorum.Leases;
import io.horde.transport.Transport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node takes part in the cluster: from its start until it stops, must not
 * join (M5), or is out (B4).
 */
final class Participation {

	private static final Logger logger = LoggerFactory.getLogger(Participation.class);

	private final String nodeName;

	private final Transport transport;

	private final Members members;

	private final MembershipEvents events;

	private final Leases leases;

	private final Upkeep upkeep;

	private boolean running;

	/** The incarnation of a former start that this one has to exceed. */
	private long behind;

	Participation(MembershipContext context, MembershipEvents events, Leases leases, Upkeep upkeep) {
		this.nodeName = context.settings().nodeName();
		this.transport = context.transport();
		this.members = context.members();
		this.events = events;
		this.leases = leases;
		this.upkeep = upkeep;
	}

	void begin() {
		this.running = true;
	}

	boolean isRunning() {
		return this.running;
	}

	void stop() {
		end((listener) -> {
		});
	}

	long lastIncarnation() {
		return Math.max(this.members.self().incarnation(), this.behind);
	}

	void transportLost(String reason) {
		if (this.members.peers().stream().anyMatch((peer) -> !peer.hasLeft())) {
			out(ExpulsionCause.TRANSPORT_LOST, reason, null);
		}
	}

	void expelled(Refused refused) {
		boolean newcomer = this.members.own().status() == MemberStatus.JOINING;
		String sentence = refused.sentence();
		if (!this.running || this.members.own().status() == MemberStatus.LEFT) {
			return;
		}
		switch (refused.kind()) {
			case BEHIND -> {
				this.behind = refused.above();
				logger.warn("This node, {}, has to begin anew: {}", this.nodeName, sentence);
				end((listener) -> listener.behind(sentence));
			}
			case FORGOTTEN -> out(ExpulsionCause.FORGOTTEN, sentence, null);
			case REPLACED, DUPLICATE -> {
				if (newcomer) {
					HordeException failure = new DuplicateNodeNameException(this.nodeName, sentence);
					end((listener) -> listener.startFailed(failure));
				}
				else if (refused.kind() == Refusal.REPLACED) {
					out(ExpulsionCause.REPLACED, sentence, refused.holder());
				}
			}
			default -> {
			}
		}
	}

	private void out(ExpulsionCause cause, String detail, @Nullable String holder) {
		if (this.running) {
			Expelled expelled = new Expelled(this.nodeName, cause, detail, holder);
			end((listener) -> listener.expelled(expelled));
		}
	}

	/*
	 * Listeners are told before the transport ends, which may take a while: what this
	 * node runs has no right to run any more.
	 */
	private void end(Consumer<MembershipListener> why) {
		if (this.running) {
			this.running = false;
			this.leases.stop();
			this.upkeep.stop();
			this.members.close();
			this.events.tell(why);
			this.transport.stop();
		}
	}

}
