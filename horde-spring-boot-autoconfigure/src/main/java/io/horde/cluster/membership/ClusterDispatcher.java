package io.horde.cluster.membership;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.horde.cluster.MemberStatus;
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
import io.horde.cluster.protocol.MemberRecord;
import io.horde.cluster.protocol.ProtocolRange;
import io.horde.cluster.protocol.Refusal;
import io.horde.crdt.ReplicaId;
import io.horde.time.EventLoop;
import io.horde.transport.Channels;
import io.horde.transport.Link;
import io.horde.transport.Transport;
import io.horde.transport.TransportHandler;
import org.jspecify.annotations.Nullable;

/**
 * What membership does when the transport has something to tell.
 */
final class ClusterDispatcher implements TransportHandler {

	private final Members members;

	private final MembershipSettings settings;

	private final EventLoop loop;

	private final Transport transport;

	private final Router router;

	private final Detector detector;

	private final ProbeResponder witness;

	private final Gossip gossip;

	private final Admission admission;

	private final Dialling dialling;

	private final PeerErrorLog complaints;

	private final Consumer<Consumer<MembershipListener>> tell;

	private final Runnable after;

	private final BiConsumer<Refusal, String> expelled;

	private final Map<Link, Peer> peers = new HashMap<>();

	private final Map<Integer, FrameReceiver> receivers = new HashMap<>();

	private @Nullable String twin;

	ClusterDispatcher(Members members, MembershipSettings settings, EventLoop loop, Transport transport, Router router,
			Detector detector, ProbeResponder witness, Gossip gossip, Admission admission, Dialling dialling,
			PeerErrorLog complaints, Consumer<Consumer<MembershipListener>> tell, Runnable after,
			BiConsumer<Refusal, String> expelled) {
		this.members = members;
		this.settings = settings;
		this.loop = loop;
		this.transport = transport;
		this.router = router;
		this.detector = detector;
		this.witness = witness;
		this.gossip = gossip;
		this.admission = admission;
		this.dialling = dialling;
		this.complaints = complaints;
		this.tell = tell;
		this.after = after;
		this.expelled = expelled;
	}

	void onFrame(int channel, FrameReceiver receiver) {
		this.receivers.put(channel, receiver);
	}

	/* Perhaps over its own link only. */
	boolean send(ReplicaId to, int channel, byte[] frame, boolean relayed) {
		Peer peer = this.members.peer(to);
		return relayed ? send(to, channel, frame) : peer != null && this.router.sendDirectly(peer, channel, frame);
	}

	boolean send(ReplicaId to, int channel, byte[] frame) {
		Peer peer = this.members.peer(to);
		return peer != null && this.router.send(peer, channel, frame);
	}

	@Override
	public byte[] hello() {
		return own().toBytes();
	}

	@Override
	public @Nullable String refuse(String address, byte[] hello) {
		HelloCheck.Refused refused = HelloCheck.judge(own(), address, hello, this.admission::decide,
				this.admission::last);
		if (refused == null) {
			return null;
		}
		this.complaints.refused(address, refused);
		if (refused.refusal() == Refusal.REPLACED && isTwin(Hello.of(hello).member())) {
			this.twin = "The node at " + address
					+ " has the same name and is alive; give each node its own horde.node.name";
			this.loop.execute(this::yieldToTwin);
			// The one that lives must not take itself for replaced
			return Refusal.WAIT.sentence("The node at " + own().member().address()
					+ " was started with the name of one that is alive, and ends");
		}
		return refused.sentence();
	}

	private void yieldToTwin() {
		String twin = this.twin;
		this.twin = null;
		if (twin != null) {
			this.expelled.accept(Refusal.DUPLICATE, twin);
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

	@Override
	public void linkUp(Link link) {
		Hello hello = Hello.of(link.hello());
		switch (this.admission.decide(hello.member())) {
			case ADMIT, REPLACE -> {
				Peer peer = this.gossip.welcome(hello.member());
				peer.clockOffset.first(hello.wallClock() - this.loop.currentTimeMillis());
				linkUp(link, peer);
			}
			case WAIT, DUPLICATE, STALE, BEHIND, FORGOTTEN -> this.transport.hangUp(link.address());
		}
	}

	private void linkUp(Link link, Peer peer) {
		this.peers.put(link, peer);
		this.members.linked(peer, link);
		peer.recordSent = 0;
		peer.reportSent = 0;
		peer.rumours.clear();
		peer.hearsay.clear();
		peer.spareSince = Peer.NEVER;
		peer.spare = false;
		peer.introduced = false;
		this.dialling.linkUp(link.address());
		this.detector.linkUp(peer);
		publish(peer);
		this.gossip.introduce(peer);
		this.tell.accept((listener) -> listener.linkUp(peer.id()));
		this.after.run();
	}

	@Override
	public void linkDown(Link link, LinkDown evidence) {
		Peer peer = this.peers.remove(link);
		if (peer == null) {
			return;
		}
		if (peer.link == link) {
			this.members.linked(peer, null);
			peer.sameRecords = false;
			peer.rumours.clear();
			peer.hearsay.clear();
			if (this.members.peer(peer.id()) == peer) {
				this.detector.linkDown(peer, evidence);
				this.witness.linkDown(peer);
			}
			boolean parted = peer.spareSince != Peer.NEVER;
			publish(peer);
			this.tell.accept((listener) -> {
				if (parted) {
					listener.parted(peer.id());
				}
				else {
					listener.linkDown(peer.id());
				}
			});
		}
		this.after.run();
	}

	/* Of many members, many change at the same time: one view shows it a moment later. */
	private void publish(Peer peer) {
		if (!this.members.isChanged()) {
			return;
		}
		MemberState seen = this.router.isSparse() ? this.members.view().member(peer.id()) : null;
		if (seen == null || seen.status() != peer.status()) {
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
		this.complaints.guard(peer.id(), "frame on channel " + channel, () -> {
			if (channel == Channels.RELAY) {
				relayed(peer, frame);
			}
			else {
				deliver(peer, channel, frame);
			}
		});
		this.after.run();
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
				deliver(from, message);
			}
			return;
		}
		FrameReceiver receiver = this.receivers.get(channel);
		if (receiver != null) {
			publish(from);
			receiver.frame(from.id(), frame);
		}
	}

	private void deliver(Peer from, ClusterMessage message) {
		if (message instanceof Heartbeat heartbeat) {
			this.gossip.heartbeat(from, heartbeat);
		}
		else if (message instanceof Summary summary) {
			this.gossip.summary(from, summary);
		}
		else if (message instanceof Buckets buckets) {
			this.gossip.buckets(from, buckets);
		}
		else if (message instanceof Records records) {
			this.gossip.records(from, records);
		}
		else if (message instanceof Ask ask) {
			this.witness.ask(from, ask);
		}
		else if (message instanceof Answer answer) {
			this.detector.answer(from, answer);
		}
		else if (message instanceof Ping ping) {
			this.router.send(from, new Pong(ping.number()));
		}
		else if (message instanceof Pong pong) {
			this.witness.pong(from, pong.number());
			this.admission.pong(from, pong.number());
		}
		else if (message instanceof Expulsion expulsion) {
			this.expelled.accept(expulsion.refusal(), expulsion.sentence());
		}
	}

	@Override
	public void writable(Link link) {
		Peer peer = this.peers.get(link);
		if (peer != null) {
			this.tell.accept((listener) -> listener.writable(peer.id()));
			for (ReplicaId relayed : this.router.relayed()) {
				this.tell.accept((listener) -> listener.writable(relayed));
			}
			this.after.run();
		}
	}

	@Override
	public void dialFailed(String address, DialFailure failure, String reason) {
		yieldToTwin();
		Refusal refusal = this.dialling.failed(address, failure, reason);
		if (failure == DialFailure.REFUSED_BY_PEER && refusal != null && refusal.isFinal()
				&& !(refusal == Refusal.FORGOTTEN && outlasts(address))) {
			this.expelled.accept(refusal, reason);
		}
		this.after.run();
	}

	/*
	 * Of two that have forgotten each other only the younger one begins anew (R6): else
	 * nobody would be left who has the state, if they are the only ones.
	 */
	private boolean outlasts(String address) {
		ReplicaId other = this.members.forgottenAt(address);
		return other != null && ReplicaId.OLDEST_FIRST.compare(this.members.self(), other) < 0;
	}

	private Hello own() {
		return new Hello(ProtocolRange.CURRENT, this.settings.clusterName(), this.loop.currentTimeMillis(),
				this.members.own());
	}

}
