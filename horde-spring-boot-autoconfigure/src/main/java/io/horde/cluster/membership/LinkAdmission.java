package io.horde.cluster.membership;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.ToLongFunction;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.ClusterMessage.Pong;
import io.horde.cluster.protocol.Hello;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.cluster.protocol.ProtocolRange;
import io.horde.cluster.protocol.Refusal;
import io.horde.cluster.protocol.Refused;
import io.horde.crdt.ReplicaId;
import io.horde.transport.LinkRefusal;
import io.horde.transport.TransportHandler.DialFailure;
import io.horde.wire.MalformedFrameException;
import org.jspecify.annotations.Nullable;

/**
 * Decides with whom this node links up, and obeys where it is refused itself.
 */
final class LinkAdmission {

	private static final long MAX_CLOCK_DIFFERENCE = Duration.ofHours(24).toMillis();

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
	 * @return the refusal, or {@code null} to accept
	 */
	@Nullable LinkRefusal refuse(String address, byte[] hello) {
		Refused refused = judge(hello(), address, hello, this.admission::decide, this.admission::last);
		if (refused == null) {
			return null;
		}
		this.errors.refused(address, refused);
		if (refused.kind() == Refusal.REPLACED && isTwin(Hello.of(hello).member())) {
			this.twin = "The node at " + address
					+ " has the same name and is alive; give each node its own horde.node.name";
			this.context.loop().execute(this::yieldToTwin);
			// The one that lives must not take itself for replaced
			return new Refused(Refusal.WAIT, "The node at " + this.members.own().address()
					+ " was started with the name of one that is alive, and ends")
				.toLinkRefusal();
		}
		if (refused.kind() == Refusal.REPLACED) {
			String holder = this.admission.address(Hello.of(hello).member().id().node());
			return Refused.replaced(refused.sentence(), holder).toLinkRefusal();
		}
		return refused.toLinkRefusal();
	}

	/**
	 * Decide whether to link up with a peer.
	 * @param own this node's hello
	 * @param address the peer's advertised address
	 * @param bytes the peer's hello, from outside
	 * @param admission decides about its incarnation
	 * @param last the highest incarnation that is known of a name
	 * @return {@code null} to accept
	 */
	static @Nullable Refused judge(Hello own, String address, byte[] bytes,
			Function<MemberRecord, Admission.Decision> admission, ToLongFunction<String> last) {
		Hello peer;
		try {
			peer = Hello.of(bytes);
		}
		catch (MalformedFrameException ex) {
			return new Refused(Refusal.MALFORMED, "The hello from " + address + " is no hello of Horde: "
					+ ex.getMessage() + "; check what listens at that address");
		}
		String here = "node " + own.member().id().node() + " at " + own.member().address();
		String there = "node " + peer.member().id().node() + " at " + address;
		if (!own.cluster().equals(peer.cluster())) {
			return new Refused(Refusal.CLUSTER_NAME,
					there + " belongs to cluster '" + peer.cluster() + "', " + here + " to cluster '" + own.cluster()
							+ "'; if they belong together, give both the same horde.cluster.name");
		}
		if (!own.protocol().overlaps(peer.protocol())) {
			return new Refused(Refusal.PROTOCOL, there + " speaks version " + peer.protocol() + " of Horde's protocol, "
					+ here + " version " + own.protocol() + "; upgrade the older one, over neighbouring releases");
		}
		if (peer.member().id().equals(own.member().id())) {
			return new Refused(Refusal.SELF, address + " is an address of this node itself");
		}
		long offset = peer.wallClock() - own.wallClock();
		if (Math.abs(offset) > MAX_CLOCK_DIFFERENCE) {
			return new Refused(Refusal.CLOCK, "The wall clock of " + there + " is "
					+ Duration.ofMillis(offset).toHours() + " h ahead of that of " + here + "; set the clocks");
		}
		return refused(admission.apply(peer.member()), last.applyAsLong(peer.member().id().node()), there, here);
	}

	private static @Nullable Refused refused(Admission.Decision decision, long last, String there, String here) {
		return switch (decision) {
			case ADMIT, REPLACE -> null;
			case WAIT -> new Refused(Refusal.WAIT,
					here + " is finding out whether the former start of " + there + " is still alive");
			case DUPLICATE -> new Refused(Refusal.DUPLICATE,
					there + " has the name of a member that is alive; give each node its own horde.node.name");
			case STALE -> new Refused(Refusal.REPLACED, there + " was replaced by a later start of the same name");
			case BEHIND -> Refused.behind(there, last);
			case FORGOTTEN ->
				new Refused(Refusal.FORGOTTEN, there + " was declared gone for good; it has to begin anew");
		};
	}

	private void yieldToTwin() {
		String twin = this.twin;
		this.twin = null;
		if (twin != null) {
			this.events.expelled(new Refused(Refusal.DUPLICATE, twin));
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
		this.dialling.attempts.succeeded(address);
	}

	void pong(Peer from, Pong pong) {
		this.admission.pong(from, pong.number());
	}

	/**
	 * A dial has failed. Only a refusal by a peer that the transport has proved can make
	 * this node end or begin anew; who is no member of this cluster is not obeyed.
	 */
	void dialFailed(String address, DialFailure failure, String reason, @Nullable LinkRefusal refusal) {
		yieldToTwin();
		boolean judged = failure == DialFailure.REFUSED_BY_PEER || failure == DialFailure.REFUSED_BY_US;
		Refused refused = (judged && refusal != null) ? Refused.of(refusal) : null;
		this.dialling.failed(address, failure, (refused != null) ? refused.kind() : null, reason);
		if (failure == DialFailure.REFUSED_BY_PEER && refused != null && refused.kind().isFinal()
				&& !(refused.kind() == Refusal.FORGOTTEN && outlasts(address))) {
			this.events.expelled(refused);
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
