package io.horde.hazelcast;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

import io.horde.transport.LinkRefusal;
import io.horde.transport.TransportHandler.DialFailure;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins two connections, one each way, to a link. Lives on the event loop.
 */
final class Handshakes {

	/*-
	 * A link needs two connections, since a client can call a member but not the other
	 * way round: A's client at B's member, B's client at A's. Whoever dials also gets
	 * dialled back. One handshake joins the two:
	 *
	 * A -> B  HELLO    A's introduction (A's number a)
	 * B -> A  REPLY    to a: B's introduction (number b) and hello
	 * A -> B  CONFIRM  to b: A has accepted; A's hello
	 * B -> A  ACCEPT   to a: B has accepted; the link is up at B, then at A
	 *
	 * B's packets arrive in order, so ACCEPT is seen before B's first frame; A sends
	 * frames only after ACCEPT. Either side may answer REFUSE instead, with a code.
	 * Numbers are random and used once: a packet is for exactly one handshake or link,
	 * and a late one of an earlier link finds no receiver.
	 *
	 * Both connections are proved before anything of this is said (see the gate), and the
	 * introductions are compared with what was proved, so the link is one with the peer
	 * that it says it is.
	 *
	 * G7: both may begin at once, and where links are open a stranger may begin in a peer's
	 * name. So handshakes with one peer go on side by side: none ends another before it
	 * is complete, and only the peer itself can complete one, since a reply goes to where
	 * this node has dialled. Two that both would be completed exclude each other at the
	 * node with the smaller uuid: once it has confirmed its own, it takes no
	 * confirmation of the peer's. A link that is up is replaced only by a handshake that
	 * is complete.
	 */

	private static final Logger logger = LoggerFactory.getLogger(HazelcastTransport.class);

	static final Duration AFTER_REFUSAL = Duration.ofSeconds(1);

	/**
	 * A stranger's hello makes this node dial back. So many such handshakes at once.
	 */
	private static final int MAX_RESPONSES = 64;

	private static final int MAX_RESPONSES_TO_ONE = 16;

	private final Connections connections;

	private final Environment environment;

	private final TransportCounters counters;

	private final OpenHandshakes open;

	Handshakes(Connections connections, Environment environment, TransportCounters counters) {
		this.connections = connections;
		this.environment = environment;
		this.counters = counters;
		this.open = new OpenHandshakes(connections, environment);
	}

	/**
	 * Begin a handshake, unless this node has begun one with this peer already.
	 * @param dial a connected dial
	 * @param peer the uuid of the member there
	 */
	void initiate(Dial dial, UUID peer) {
		if (begun(dial) != null) {
			return;
		}
		Handshake handshake = this.open.begin(dial, null);
		logger.debug("Greeting {} ({})", dial.address(), peer);
		send(handshake.dial(), PacketType.HELLO.packet(0, introduce(handshake).toBytes()));
	}

	/**
	 * A dial has got its connection.
	 * @param dial the dial
	 */
	void connected(Dial dial) {
		for (Handshake handshake : this.open.all()) {
			if (handshake.dial() == dial && !handshake.isInitiator()) {
				respond(handshake);
			}
		}
	}

	/**
	 * A dial has lost its connection: what was said over it has to be said again.
	 * @param dial the dial
	 */
	void lost(Dial dial) {
		this.open.endIf((handshake) -> handshake.dial() == dial && handshake.own() != null);
	}

	/**
	 * A peer's client has gone.
	 * @param client its uuid
	 */
	void clientGone(UUID client) {
		for (Handshake handshake : this.open.all()) {
			Introduction peer = handshake.peer();
			if (peer != null && peer.client().equals(client)) {
				this.open.end(handshake);
				this.connections.retry(handshake.dial(), AFTER_REFUSAL);
			}
		}
	}

	boolean uses(Dial dial) {
		return this.open.use(dial);
	}

	/**
	 * End all handshakes that use a dial.
	 * @param dial the dial
	 */
	void abandon(Dial dial) {
		this.open.endIf((handshake) -> handshake.dial() == dial);
	}

	void close() {
		this.open.endIf((handshake) -> true);
	}

	/**
	 * A packet of a handshake has arrived.
	 * @param type its kind
	 * @param packet the packet, from outside
	 */
	void received(PacketType type, byte[] packet) {
		FrameReader body = new FrameReader(PacketType.body(packet));
		try {
			if (type == PacketType.HELLO) {
				helloReceived(Introduction.read(PacketType.body(packet)));
				return;
			}
			Handshake handshake = this.open.get(PacketType.receiver(packet));
			if (handshake == null) {
				this.counters.dropped().increment();
				return;
			}
			switch (type) {
				case REPLY -> replyReceived(handshake, body);
				case CONFIRM -> confirmReceived(handshake, body);
				case ACCEPT -> acceptReceived(handshake);
				case REFUSE -> refuseReceived(handshake, body);
				default -> this.counters.dropped().increment();
			}
		}
		catch (MalformedFrameException ex) {
			this.counters.dropped().increment();
			logger.debug("A malformed {} was dropped: {}", type, ex.getMessage());
		}
	}

	private void helloReceived(Introduction peer) {
		if (peer.node().equals(this.environment.node()) || !this.environment.isProved(peer)) {
			this.counters.dropped().increment();
			return;
		}
		makeRoom((other) -> peer.node().equals(other.node()), MAX_RESPONSES_TO_ONE);
		makeRoom((other) -> true, MAX_RESPONSES);
		Dial dial = this.connections.dialBack(peer);
		if (dial != null) {
			respond(dial, peer);
		}
	}

	/*
	 * The oldest has had the most time.
	 */
	private void makeRoom(Predicate<Introduction> with, int limit) {
		List<Handshake> responses = this.open.all().stream().filter((handshake) -> {
			Introduction peer = handshake.peer();
			return !handshake.isInitiator() && peer != null && with.test(peer);
		}).toList();
		if (responses.size() >= limit) {
			this.open.end(responses.get(0));
			this.counters.dropped().increment();
		}
	}

	private @Nullable Handshake begun(Dial dial) {
		for (Handshake handshake : this.open.all()) {
			if (handshake.dial() == dial && handshake.isInitiator()) {
				return handshake;
			}
		}
		return null;
	}

	/**
	 * A dial turned out to reach a peer that another one reaches already.
	 * @param from the dial that is given up
	 * @param to the one that stays
	 */
	void move(Dial from, Dial to) {
		for (Handshake handshake : this.open.all()) {
			if (handshake.dial() == from) {
				Introduction peer = handshake.peer();
				this.open.end(handshake);
				if (!handshake.isInitiator() && peer != null) {
					respond(to, peer);
				}
			}
		}
	}

	private void respond(Dial dial, Introduction peer) {
		Handshake handshake = this.open.begin(dial, peer);
		if (peer.node().equals(dial.peer()) && dial.isConnected()) {
			respond(handshake);
		}
		else {
			// A connection to the peer's predecessor at this address will end by itself.
			dial.tryNow();
		}
	}

	private void respond(Handshake handshake) {
		Introduction peer = handshake.peer();
		Dial dial = handshake.dial();
		if (peer == null || !peer.node().equals(dial.peer())) {
			// Somebody else answers at the address that the peer advertises.
			this.open.end(handshake);
			return;
		}
		Introduction own = introduce(handshake);
		String refusal = own.refuse(peer);
		if (refusal != null) {
			refuse(handshake, peer, DialFailure.FOREIGN, LinkRefusal.of(refusal));
			return;
		}
		FrameWriter reply = new FrameWriter().array(2).items(own.toBytes()).bytes(this.connections.handler().hello());
		send(dial, PacketType.REPLY.packet(peer.number(), reply.toBytes()));
	}

	private void replyReceived(Handshake handshake, FrameReader body) {
		Introduction own = handshake.own();
		body.array();
		Introduction peer = Introduction.read(body.item());
		if (own == null || !handshake.isInitiator() || handshake.peer() != null
				|| !peer.node().equals(handshake.dial().peer()) || !this.environment.isProved(peer)) {
			this.counters.dropped().increment();
			return;
		}
		byte[] hello = body.bytes();
		body.end();
		String refusal = own.refuse(peer);
		if (refusal != null) {
			refuse(handshake, peer, DialFailure.FOREIGN, LinkRefusal.of(refusal));
			return;
		}
		if (judge(handshake, peer, hello)) {
			FrameWriter confirm = new FrameWriter().array(1).bytes(this.connections.handler().hello());
			send(handshake.dial(), PacketType.CONFIRM.packet(peer.number(), confirm.toBytes()));
		}
	}

	private void confirmReceived(Handshake handshake, FrameReader body) {
		Introduction own = handshake.own();
		Introduction peer = handshake.peer();
		if (own == null || peer == null || handshake.isInitiator() || hasConfirmed(handshake.dial(), peer)) {
			this.counters.dropped().increment();
			return;
		}
		body.array();
		byte[] hello = body.bytes();
		body.end();
		if (judge(handshake, peer, hello)) {
			send(handshake.dial(), PacketType.ACCEPT.packet(peer.number(), new FrameWriter().array(0).toBytes()));
			complete(handshake, own, peer);
		}
	}

	private boolean hasConfirmed(Dial dial, Introduction peer) {
		Handshake own = begun(dial);
		return own != null && own.peer() != null && this.environment.node().compareTo(peer.node()) < 0;
	}

	private boolean judge(Handshake handshake, Introduction peer, byte[] hello) {
		handshake.replied(peer, hello);
		LinkRefusal refusal = this.connections.handler().refuse(peer.address(), hello);
		if (refusal != null) {
			refuse(handshake, peer, DialFailure.REFUSED_BY_US, refusal);
			return false;
		}
		return true;
	}

	private void acceptReceived(Handshake handshake) {
		Introduction own = handshake.own();
		Introduction peer = handshake.peer();
		if (own == null || peer == null || !handshake.isInitiator()) {
			this.counters.dropped().increment();
			return;
		}
		complete(handshake, own, peer);
	}

	private void refuseReceived(Handshake handshake, FrameReader body) {
		body.array();
		int code = body.intValue();
		long detail = body.longValue();
		String sentence = body.string();
		boolean foreign = body.bool();
		LinkRefusal refusal = new LinkRefusal(code, detail, sentence, body.hasNext() ? body.stringOrNil() : null);
		body.end();
		logger.debug("Refused by {}: {}", handshake.dial().address(), refusal);
		ended(handshake, foreign ? DialFailure.FOREIGN : DialFailure.REFUSED_BY_PEER, refusal);
	}

	private void refuse(Handshake handshake, Introduction peer, DialFailure failure, LinkRefusal refusal) {
		FrameWriter body = new FrameWriter().array(5)
			.longValue(refusal.code())
			.longValue(refusal.detail())
			.string(refusal.sentence())
			.bool(failure == DialFailure.FOREIGN)
			.stringOrNil(refusal.address());
		send(handshake.dial(), PacketType.REFUSE.packet(peer.number(), body.toBytes()));
		logger.debug("Refused {}: {}", handshake.dial().address(), refusal);
		ended(handshake, failure, refusal);
	}

	/* What somebody has said who is no member of this cluster is shown and not obeyed. */
	private void ended(Handshake handshake, DialFailure failure, LinkRefusal refusal) {
		this.open.end(handshake);
		Dial dial = handshake.dial();
		if (dial.isWanted()) {
			this.connections.handler()
				.dialFailed(dial.address(), failure, refusal.sentence(),
						(failure != DialFailure.FOREIGN) ? refusal : null);
		}
		this.connections.retry(dial, AFTER_REFUSAL);
	}

	private void complete(Handshake handshake, Introduction own, Introduction peer) {
		byte[] hello = handshake.hello();
		this.open.complete(handshake);
		abandon(handshake.dial());
		this.connections.established(own, peer, (hello != null) ? hello : new byte[0], handshake.dial());
	}

	private Introduction introduce(Handshake handshake) {
		UUID client = handshake.dial().clientUuid();
		Introduction own = new Introduction(handshake.number(), this.environment.node(),
				(client != null) ? client : this.environment.node(), this.environment.address(), PacketType.VERSION,
				PacketType.VERSION);
		handshake.introduced(own);
		return own;
	}

	private void send(Dial dial, byte[] packet) {
		this.counters.bytesSent().add(packet.length);
		dial.send(packet);
	}

}
