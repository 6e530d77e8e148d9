package io.horde.cluster.membership;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.ClusterMessage.Pong;
import io.horde.cluster.protocol.Hello;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.cluster.protocol.ProtocolRange;
import io.horde.cluster.protocol.Refusal;
import io.horde.crdt.ReplicaId;
import io.horde.transport.TransportHandler.DialFailure;
import org.jspecify.annotations.Nullable;

/**
 * Decides with whom this node links up, and obeys where it is refused itself.
 */
final class LinkAdmission {

	private final MembershipContext context;

	private final Members members;

	private final Admission admission;

	private final Dialling dialling;

	private final PeerErrorLog errors;

	private final MembershipEvents events;

	private @Nullable String twin;

	LinkAdmission(MembershipContext context, Admission admission, Dialling dialling, PeerErrorLog errors,
			MembershipEvents events) {
		this.context = context;
		this.members = context.members();
		this.admission = admission;
		this.dialling = dialling;
		this.errors = errors;
		this.events = events;
	}

	Hello hello() {
		return new Hello(ProtocolRange.CURRENT, this.context.settings().clusterName(),
				this.context.loop().currentTimeMillis(), this.members.own());
	}

	/**
	 * Judge the hello of a peer.
	 * @return the reason for people, or {@code null} to accept
	 */
	@Nullable String refuse(String address, byte[] hello) {
		HelloCheck.Refused refused = HelloCheck.judge(hello(), address, hello, this.admission::decide,
				this.admission::last);
		if (refused == null) {
			return null;
		}
		this.errors.refused(address, refused);
		if (refused.refusal() == Refusal.REPLACED && isTwin(Hello.of(hello).member())) {
			this.twin = "The node at " + address
					+ " has the same name and is alive; give each node its own horde.node.name";
			this.context.loop().execute(this::yieldToTwin);
			// The one that lives must not take itself for replaced
			return Refusal.WAIT.sentence("The node at " + this.members.own().address()
					+ " was started with the name of one that is alive, and ends");
		}
		return refused.sentence();
	}

	private void yieldToTwin() {
		String twin = this.twin;
		this.twin = null;
		if (twin != null) {
			this.events.expelled(Refusal.DUPLICATE, twin);
		}
	}

	/**
	 * Who says hello lives. If it has the name of this node, which is no member yet, then
	 * this node is the newcomer that must not start (M5).
	 */
	private boolean isTwin(MemberRecord peer) {
		return peer.id().node().equals(this.members.self().node())
				&& this.members.own().status() == MemberStatus.JOINING
				&& (peer.status() == MemberStatus.UP || peer.status() == MemberStatus.JOINING);
	}

	/**
	 * Tell whether a link that has come up may stay.
	 */
	boolean admits(MemberRecord peer) {
		return switch (this.admission.decide(peer)) {
			case ADMIT, REPLACE -> true;
			case WAIT, DUPLICATE, STALE, BEHIND, FORGOTTEN -> false;
		};
	}

	void linkUp(String address) {
		this.dialling.linkUp(address);
	}

	void pong(Peer from, Pong pong) {
		this.admission.pong(from, pong.number());
	}

	void dialFailed(String address, DialFailure failure, String reason) {
		yieldToTwin();
		Refusal refusal = this.dialling.failed(address, failure, reason);
		if (failure == DialFailure.REFUSED_BY_PEER && refusal != null && refusal.isFinal()
				&& !(refusal == Refusal.FORGOTTEN && outlasts(address))) {
			this.events.expelled(refusal, reason);
		}
	}

	/**
	 * Of two that have forgotten each other only the younger one begins anew (R6): else
	 * nobody would be left who has the state, if they are the only ones.
	 */
	private boolean outlasts(String address) {
		ReplicaId other = this.members.forgottenAt(address);
		return other != null && ReplicaId.OLDEST_FIRST.compare(this.members.self(), other) < 0;
	}

}
