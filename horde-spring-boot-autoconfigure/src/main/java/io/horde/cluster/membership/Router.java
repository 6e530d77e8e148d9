package io.horde.cluster.membership;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.horde.cluster.protocol.ClusterFrames;
import io.horde.cluster.protocol.ClusterMessage;
import io.horde.crdt.DotCodec;
import io.horde.crdt.ReplicaId;
import io.horde.transport.Channels;
import io.horde.transport.Link;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * Sends frames to members, over their own link or through a member that has one (M1).
 */
final class Router {

	/*
	 * Frames take the way round when a link is found bad. That may be later than a lease
	 * lasts, if the member's silence is borne for longer (M3). So what belongs to the
	 * quorum goes both ways as soon as the silence timeout has passed (Q12): it is
	 * little, and a second copy does no harm.
	 */

	private final Members members;

	private final Topologies topologies;

	private final Supplier<Topologies.Judge> judge;

	Router(Members members, Topologies topologies, Supplier<Topologies.Judge> judge) {
		this.members = members;
		this.topologies = topologies;
		this.judge = judge;
	}

	boolean send(Peer to, int channel, byte[] frame) {
		boolean direct = to.isLinked();
		if (direct && !isDeaf(to) && !to.tie().isParting()) {
			boolean around = channel == Channels.QUORUM && !this.judge.get().hears(to) && relay(to, channel, frame);
			return send(to.link(), channel, frame) || around;
		}
		return relay(to, channel, frame) || (direct && send(to.link(), channel, frame));
	}

	/*
	 * Whether its link seems not to carry anything in one direction at least. Both ends
	 * may find so and not be able to say so, long before the transport gives the link up.
	 */
	boolean isDeaf(Peer peer) {
		return peer.isDeaf() || peer.life().suspicion() == Suspicion.UNREACHABLE;
	}

	private boolean relay(Peer to, int channel, byte[] frame) {
		Peer relay = relayTo(to);
		return relay != null && send(relay.link(), Channels.RELAY,
				wrap(this.members.self(), to.id(), channel, frame, this.topologies.now().hops()));
	}

	boolean send(Peer to, ClusterMessage message) {
		return send(to, Channels.CLUSTER, ClusterFrames.encode(message));
	}

	/* Only through another member. */
	boolean relay(Peer to, ClusterMessage message) {
		return relay(to, Channels.CLUSTER, ClusterFrames.encode(message));
	}

	/* Only over its own link: what is meant to test that link, or follows from it. */
	boolean sendDirectly(Peer to, ClusterMessage message) {
		return sendDirectly(to, Channels.CLUSTER, ClusterFrames.encode(message));
	}

	boolean sendDirectly(Peer to, int channel, byte[] frame) {
		return send(to.link(), channel, frame);
	}

	boolean isReachable(Peer peer) {
		return peer.isLinked() || relayTo(peer) != null;
	}

	/* The members that get frames through others, and so share their windows. */
	List<ReplicaId> relayed() {
		List<ReplicaId> relayed = new ArrayList<>();
		for (Peer peer : this.members.peers()) {
			if (peer.isLiving() && (!peer.isLinked() || isDeaf(peer) || peer.tie().isParting())) {
				relayed.add(peer.id());
			}
		}
		return relayed;
	}

	/**
	 * Pass a relayed frame on, or take it.
	 * @param from who sent it on
	 * @param frame the frame
	 * @return the frame if it is for this node
	 */
	@Nullable Relayed receive(Peer from, byte[] frame) {
		FrameReader reader = new FrameReader(frame);
		reader.array();
		ReplicaId origin = DotCodec.readReplica(reader);
		ReplicaId target = DotCodec.readReplica(reader);
		int channel = reader.intValue();
		byte[] content = reader.bytes();
		int hops = reader.intValue();
		reader.end();
		if (target.equals(this.members.self())) {
			Peer peer = this.members.peer(origin);
			return (peer != null) ? new Relayed(peer, channel, content) : null;
		}
		Peer peer = this.members.peer(target);
		if (peer != null && peer != from && hops > 0) {
			Peer next = (peer.isLinked() || hops == 1) ? peer : this.topologies.now().hop(peer, from);
			if (next != null) {
				send(next.link(), Channels.RELAY, wrap(origin, target, channel, content, hops - 1));
			}
		}
		return null;
	}

	private static byte[] wrap(ReplicaId origin, ReplicaId target, int channel, byte[] frame, int hops) {
		FrameWriter writer = new FrameWriter(frame.length + 128);
		writer.array(5);
		DotCodec.write(origin, writer);
		DotCodec.write(target, writer);
		return writer.longValue(channel).bytes(frame).longValue(hops).toBytes();
	}

	private @Nullable Peer relayTo(Peer to) {
		return this.topologies.now().hop(to, to);
	}

	private static boolean send(@Nullable Link link, int channel, byte[] frame) {
		return link != null && link.isUp() && link.send(channel, frame);
	}

	/**
	 * A frame that came through another member.
	 *
	 * @param origin who sent it
	 * @param channel on which channel
	 * @param frame the frame
	 */
	record Relayed(Peer origin, int channel, byte[] frame) {

	}

}
