package io.horde.cluster.membership;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

import io.horde.cluster.protocol.ClusterFrames;
import io.horde.cluster.protocol.ClusterMessage;
import io.horde.cluster.protocol.ClusterMessage.Answer;
import io.horde.cluster.protocol.ClusterMessage.Ask;
import io.horde.cluster.protocol.ClusterMessage.Buckets;
import io.horde.cluster.protocol.ClusterMessage.Expulsion;
import io.horde.cluster.protocol.ClusterMessage.Heartbeat;
import io.horde.cluster.protocol.ClusterMessage.Ping;
import io.horde.cluster.protocol.ClusterMessage.Pong;
import io.horde.cluster.protocol.ClusterMessage.Records;
import io.horde.cluster.protocol.ClusterMessage.Summary;
import io.horde.cluster.protocol.Hello;
import io.horde.crdt.ReplicaId;
import io.horde.transport.Channels;
import io.horde.transport.Link;
import io.horde.transport.LinkRefusal;
import io.horde.transport.Transport;
import io.horde.transport.TransportHandler;
import io.horde.wire.MessageHandlers;
import org.jspecify.annotations.Nullable;

/**
 * What membership does when the transport has something to tell.
 */
final class ClusterDispatcher implements TransportHandler {

	private final Members members;

	private final Transport transport;

	private final Topologies topologies;

	private final Router router;

	private final Gossip gossip;

	private final Detector detector;

	private final ProbeResponder responder;

	private final LinkAdmission admission;

	private final PeerErrorLog errors;

	private final MembershipEvents events;

	private final MessageHandlers<ClusterMessage, Peer> handlers;

	private final Map<Link, Peer> peers = new HashMap<>();

	private final Map<Integer, BiConsumer<ReplicaId, byte[]>> receivers = new HashMap<>();

	ClusterDispatcher(MembershipContext context, Traffic traffic, Detector detector, ProbeResponder responder,
			LinkAdmission admission, PeerErrorLog errors, MembershipEvents events) {
		this.members = context.members();
		this.transport = context.transport();
		this.topologies = traffic.topologies();
		this.router = traffic.router();
		this.gossip = traffic.gossip();
		this.detector = detector;
		this.responder = responder;
		this.admission = admission;
		this.errors = errors;
		this.events = events;
		this.handlers = new MessageHandlers<ClusterMessage, Peer>().on(Heartbeat.class, this.gossip::heartbeat)
			.on(Summary.class, this.gossip::summary)
			.on(Buckets.class, this.gossip::buckets)
			.on(Records.class, this.gossip::records)
			.on(Ask.class, responder::ask)
			.on(Answer.class, detector::answer)
			.on(Ping.class, (from, ping) -> this.router.send(from, new Pong(ping.number())))
			.on(Pong.class, this::pong)
			.on(Expulsion.class, (from, expulsion) -> events.expelled(expulsion.refused()))
			.forAll(ClusterMessage.class);
	}

	void onFrame(int channel, BiConsumer<ReplicaId, byte[]> receiver) {
		this.receivers.put(channel, receiver);
	}

	boolean send(ReplicaId to, int channel, byte[] frame) {
		Peer peer = this.members.peer(to);
		return peer != null && this.router.send(peer, channel, frame);
	}

	@Override
	public byte[] hello() {
		return this.admission.hello().toBytes();
	}

	@Override
	public @Nullable LinkRefusal refuse(String address, byte[] hello) {
		return this.admission.refuse(address, hello);
	}

	@Override
	public void linkUp(Link link) {
		Hello hello = Hello.of(link.hello());
		if (this.admission.admits(hello.member())) {
			linkUp(link, this.gossip.welcome(hello));
		}
		else {
			this.transport.hangUp(link.address());
		}
	}

	private void linkUp(Link link, Peer peer) {
		this.peers.put(link, peer);
		this.members.linked(peer, link);
		this.admission.linkUp(link.address());
		this.detector.linkUp(peer);
		publish(peer);
		this.gossip.introduce(peer);
		this.events.tell((listener) -> listener.linkUp(peer.id()));
		this.events.after();
	}

	@Override
	public void linkDown(Link link, LinkDown evidence) {
		Peer peer = this.peers.remove(link);
		if (peer == null) {
			return;
		}
		if (peer.link() == link) {
			this.members.linked(peer, null);
			if (this.members.peer(peer.id()) == peer) {
				this.detector.linkDown(peer, evidence);
				this.responder.linkDown(peer);
			}
			boolean parted = peer.tie().isParting();
			publish(peer);
			this.events.tell((listener) -> {
				if (parted) {
					listener.parted(peer.id());
				}
				else {
					listener.linkDown(peer.id());
				}
			});
		}
		this.events.after();
	}

	private void publish(Peer peer) {
		if (this.members.isChanged() && this.topologies.now().isShownAtOnce(peer)) {
			this.members.publish();
		}
	}

	@Override
	public void frame(Link link, int channel, byte[] frame) {
		Peer peer = this.peers.get(link);
		if (peer == null || !this.members.isCurrent(peer)) {
			return;
		}
		if (isSignOfLife(channel) && this.detector.heard(peer)) {
			this.gossip.heardAgain(peer);
		}
		this.errors.guard(peer.id(), "frame on channel " + channel, () -> {
			if (channel == Channels.RELAY) {
				relayed(peer, frame);
			}
			else {
				deliver(peer, channel, frame);
			}
		});
		this.events.after();
	}

	/**
	 * All frames are, on whatever channel: heartbeats may be held up behind them (M3).
	 */
	private static boolean isSignOfLife(int channel) {
		return channel >= 0;
	}

	private void relayed(Peer from, byte[] frame) {
		Router.Relayed relayed = this.router.receive(from, frame);
		if (relayed != null) {
			this.detector.testified(relayed.origin(), from);
			deliver(relayed.origin(), relayed.channel(), relayed.frame());
		}
	}

	private void deliver(Peer from, int channel, byte[] frame) {
		if (channel == Channels.CLUSTER) {
			ClusterMessage message = ClusterFrames.decode(frame);
			if (message != null) {
				this.handlers.handle(from, message);
			}
			return;
		}
		BiConsumer<ReplicaId, byte[]> receiver = this.receivers.get(channel);
		if (receiver != null) {
			publish(from);
			receiver.accept(from.id(), frame);
		}
	}

	private void pong(Peer from, Pong pong) {
		this.responder.pong(from, pong.number());
		this.admission.pong(from, pong);
	}

	@Override
	public void writable(Link link) {
		Peer peer = this.peers.get(link);
		if (peer != null) {
			this.events.tell((listener) -> listener.writable(peer.id()));
			for (ReplicaId relayed : this.router.relayed()) {
				this.events.tell((listener) -> listener.writable(relayed));
			}
			this.events.after();
		}
	}

	@Override
	public void dialFailed(String address, DialFailure failure, String reason, @Nullable LinkRefusal refusal) {
		this.admission.dialFailed(address, failure, reason, refusal);
		this.events.after();
	}

	@Override
	public void failed(String reason) {
		this.events.transportLost(reason);
	}

	/**
	 * How frames get to others.
	 *
	 * @param topologies knows the ways
	 * @param router sends single frames
	 * @param gossip spreads what all are to know
	 */
	record Traffic(Topologies topologies, Router router, Gossip gossip) {

	}

}
