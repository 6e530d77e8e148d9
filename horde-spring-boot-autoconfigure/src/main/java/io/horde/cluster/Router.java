package io.horde.cluster;

import java.util.ArrayList;
import java.util.List;

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

	private final Members members;

	Router(Members members) {
		this.members = members;
	}

	boolean send(Peer to, int channel, byte[] frame) {
		boolean direct = to.isLinked();
		if (direct && !to.accuses(this.members.self())) {
			return send(to.link, channel, frame);
		}
		return relay(to, channel, frame) || (direct && send(to.link, channel, frame));
	}

	private boolean relay(Peer to, int channel, byte[] frame) {
		Peer relay = relay(to);
		return relay != null && send(relay.link, Channels.RELAY, wrap(to.id(), channel, frame));
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
		return send(to.link, Channels.CLUSTER, ClusterFrames.encode(message));
	}

	boolean isReachable(Peer peer) {
		return peer.isLinked() || relay(peer) != null;
	}

	/* The members that get frames through others, and so share their windows. */
	List<ReplicaId> relayed() {
		List<ReplicaId> relayed = new ArrayList<>();
		for (Peer peer : this.members.peers()) {
			if (peer.isLiving() && (!peer.isLinked() || peer.accuses(this.members.self()))) {
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
		ReplicaId origin = MemberRecord.readId(reader);
		ReplicaId target = MemberRecord.readId(reader);
		int channel = reader.intValue();
		byte[] content = reader.bytes();
		reader.end();
		if (target.equals(this.members.self())) {
			Peer peer = this.members.peer(origin);
			return (peer != null) ? new Relayed(peer, channel, content) : null;
		}
		Peer peer = this.members.peer(target);
		if (peer != null && peer.isLinked() && origin.equals(from.id())) {
			send(peer.link, Channels.RELAY, frame);
		}
		return null;
	}

	private byte[] wrap(ReplicaId target, int channel, byte[] frame) {
		FrameWriter writer = new FrameWriter(frame.length + 128);
		writer.array(4);
		MemberRecord.writeId(writer, this.members.self());
		MemberRecord.writeId(writer, target);
		return writer.longValue(channel).bytes(frame).toBytes();
	}

	/* Best is a member that said so, then one that has not said the opposite. */
	private @Nullable Peer relay(Peer to) {
		Peer second = null;
		for (Peer peer : this.members.peers()) {
			if (peer == to || !peer.isLinked() || !peer.isAlive() || peer.opinions.containsKey(to.id())
					|| peer.accuses(this.members.self())) {
				continue;
			}
			if (peer.sameRecords || peer.id().equals(to.witness)) {
				return peer;
			}
			second = (second != null) ? second : peer;
		}
		return second;
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
