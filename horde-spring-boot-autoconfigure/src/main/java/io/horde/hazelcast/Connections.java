package io.horde.hazelcast;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

import io.horde.time.EventLoop;
import io.horde.transport.TransportHandler;
import io.horde.transport.TransportHandler.DialFailure;
import io.horde.transport.TransportHandler.LinkDown;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All dials and links of one start of a transport. Lives on the event loop.
 */
final class Connections {

	private static final Logger logger = LoggerFactory.getLogger(HazelcastTransport.class);

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

	/**
	 * Time for a handshake, whatever somebody says in the meantime who has, or claims,
	 * the address of the peer.
	 */
	private static final Duration BEFORE_RENEWAL = Duration.ofSeconds(1);

	private static final Duration AFTER_LINK_DOWN = Duration.ofMillis(100);

	/**
	 * A dial back that is of no use stays a little: its last words have to arrive, and
	 * the peer will probably try again.
	 */
	private static final Duration LINGER = Duration.ofSeconds(15);

	private static final int REMEMBERED = 4096;

	private final HazelcastTransportSettings settings;

	private final TransportCounters counters;

	private final EventLoop loop;

	private final TransportHandler handler;

	private final Environment environment;

	private final int maxFrameSize;

	private final Handshakes handshakes;

	private final SilentLinks silentLinks;

	private final Turns turns;

	private final Map<String, Dial> dials = new TreeMap<>();

	private final Map<Long, HazelcastLink> links = new TreeMap<>();

	/** The latest of them, to tell a link that comes again from a new one. */
	private final Set<String> linkedBefore = new LinkedHashSet<>();

	Connections(HazelcastTransportSettings settings, TransportCounters counters, EventLoop loop,
			TransportHandler handler, Environment environment, int maxFrameSize) {
		this.settings = settings;
		this.counters = counters;
		this.loop = loop;
		this.handler = handler;
		this.environment = environment;
		this.maxFrameSize = maxFrameSize;
		this.turns = new Turns(loop);
		this.handshakes = new Handshakes(this, environment, counters);
		this.silentLinks = new SilentLinks(loop, environment, () -> List.copyOf(this.links.values()), this::revive);
	}

	EventLoop loop() {
		return this.loop;
	}

	TransportHandler handler() {
		return this.handler;
	}

	TransportCounters counters() {
		return this.counters;
	}

	Turns turns() {
		return this.turns;
	}

	int maxFrameSize() {
		return this.maxFrameSize;
	}

	boolean isOpen() {
		return this.settings.security().isOpen();
	}

	Duration connectTimeout() {
		return CONNECT_TIMEOUT;
	}

	Environment environment() {
		return this.environment;
	}

	void dial(String address) {
		Dial dial = this.dials.computeIfAbsent(address, (key) -> new Dial(key, this));
		if (!dial.isWanted()) {
			dial.want(true);
			dial.tryNow();
			greet(dial);
		}
	}

	/**
	 * Find or make the way to a peer that has greeted this node.
	 * @param peer what it says of itself
	 * @return the dial, connected or not, or {@code null} if there can be none
	 */
	@Nullable Dial dialBack(Introduction peer) {
		for (Dial dial : this.dials.values()) {
			if (dial.isConnected() && peer.node().equals(dial.peer())) {
				HazelcastLink link = linkOf(dial);
				if (link != null && isStuck(link)) {
					renew(dial);
				}
				return dial;
			}
		}
		if (peer.address().equals(this.environment.address())
				|| (!this.dials.containsKey(peer.address()) && !this.environment.mayDial(peer))) {
			return null;
		}
		Dial dial = this.dials.computeIfAbsent(peer.address(), (key) -> new Dial(key, this));
		if (dial.isConnectedFor(BEFORE_RENEWAL) && linkOf(dial) == null) {
			// The peer was restarted and the end of the old connection is not noticed
			// yet.
			renew(dial);
		}
		return dial;
	}

	private void renew(Dial dial) {
		this.handshakes.abandon(dial);
		dial.renew();
	}

	/*
	 * Silent though its connection is not a new one, with a handshake under way. Or heard
	 * again, but by what the peer has repeated: then this node's own connection may go on
	 * waiting for TCP's next repetition, and the answers to a handshake with it.
	 */
	private static boolean isStuck(HazelcastLink link) {
		return (link.isSilentFor(SilentLinks.SILENCE) || link.isUnansweredFor(SilentLinks.SILENCE))
				&& link.dial().isConnectedFor(SilentLinks.SILENCE);
	}

	private void revive(HazelcastLink link) {
		if (isStuck(link)) {
			logger.debug("The path to {} is whole again, and gets a new connection", link.address());
			down(link, LinkDown.TIMED_OUT);
		}
	}

	void hangUp(String address) {
		Dial dial = this.dials.get(address);
		HazelcastLink link = null;
		for (HazelcastLink candidate : this.links.values()) {
			if (candidate.address().equals(address)
					|| (dial != null && (candidate.dial() == dial || dial.isAliasOf(candidate.node())))) {
				link = candidate;
			}
		}
		if (dial != null) {
			close(dial);
		}
		if (link != null) {
			remove(link);
			close(link.dial());
			link.down(LinkDown.HUNG_UP);
		}
	}

	/**
	 * Send what waits on all links.
	 */
	void flush() {
		this.links.values().forEach(HazelcastLink::flush);
	}

	/**
	 * End everything, since this node can no longer be reached.
	 */
	void lose() {
		List<HazelcastLink> lost = List.copyOf(this.links.values());
		close();
		lost.forEach((link) -> link.down(LinkDown.HUNG_UP));
	}

	/**
	 * End everything without telling anybody.
	 */
	void close() {
		this.silentLinks.close();
		this.links.values().forEach(HazelcastLink::close);
		this.links.clear();
		this.handshakes.close();
		this.dials.values().forEach(Dial::close);
		this.dials.clear();
	}

	/**
	 * A connection to an address is established.
	 * @param dial the dial
	 * @param peer the uuid of the member there
	 */
	void connected(Dial dial, UUID peer) {
		if (peer.equals(this.environment.node())) {
			logger.debug("{} is this node's own address", dial.address());
			this.handshakes.abandon(dial);
			dial.close();
			return;
		}
		for (Dial other : this.dials.values()) {
			if (other != dial && other.isConnected() && peer.equals(other.peer())) {
				dial.becomeAlias(peer);
				this.handshakes.move(dial, other);
				return;
			}
		}
		this.handshakes.connected(dial);
		greet(dial);
	}

	/**
	 * A connection that was established is lost.
	 * @param dial the dial
	 */
	void lost(Dial dial) {
		this.handshakes.lost(dial);
		HazelcastLink link = linkOf(dial);
		if (link != null) {
			down(link, link.evidence(this.settings.silenceTimeout()));
		}
		forgetIfUnused(dial);
	}

	/**
	 * An attempt to connect has failed.
	 * @param dial the dial
	 * @param failure what kind of failure
	 * @param reason a sentence
	 */
	void failed(Dial dial, DialFailure failure, String reason) {
		logger.debug("Dialling {} failed: {}", dial.address(), reason);
		if (dial.isWanted()) {
			this.handler.dialFailed(dial.address(), failure, reason, null);
		}
		forgetIfUnused(dial);
	}

	/**
	 * Return whose connections belong to links.
	 * @return the clients of the linked peers
	 */
	Set<UUID> clients() {
		return this.links.values().stream().map(HazelcastLink::client).collect(Collectors.toSet());
	}

	/**
	 * A peer's client has disconnected from this node's member.
	 * @param client the client's uuid
	 */
	void clientGone(UUID client) {
		this.handshakes.clientGone(client);
		for (HazelcastLink link : this.links.values().toArray(new HazelcastLink[0])) {
			if (link.client().equals(client)) {
				down(link, link.evidence(this.settings.silenceTimeout()));
			}
		}
	}

	/**
	 * A packet has arrived.
	 * @param type its kind
	 * @param packet the packet, from outside
	 */
	void received(PacketType type, byte[] packet) {
		if (!type.isOfLink()) {
			this.handshakes.received(type, packet);
			return;
		}
		HazelcastLink link = this.links.get(PacketType.receiver(packet));
		if (link == null) {
			this.counters.dropped().increment();
			return;
		}
		String wrong = link.received(type, packet);
		if (wrong != null && link.isUp()) {
			this.counters.dropped().increment();
			logger.warn("The link to {} is closed, to be established anew: {}", link.address(), wrong);
			link.dial().renew();
			down(link, LinkDown.CLOSED);
		}
	}

	/**
	 * A handshake is complete.
	 * @param own what this node said of itself
	 * @param peer what the peer said of itself
	 * @param hello what the peer's user said
	 * @param dial the way to the peer
	 */
	void established(Introduction own, Introduction peer, byte[] hello, Dial dial) {
		HazelcastLink link = new HazelcastLink(own, peer, hello, dial, this, this.settings);
		for (HazelcastLink other : this.links.values().toArray(new HazelcastLink[0])) {
			if (other.node().equals(peer.node())) {
				remove(other);
				other.down(LinkDown.CLOSED);
			}
			else if (other.address().equals(peer.address())) {
				remove(other);
				other.down(LinkDown.REPLACED);
			}
		}
		this.links.put(own.number(), link);
		if (this.linkedBefore.remove(peer.address())) {
			this.counters.reconnects().increment();
		}
		this.linkedBefore.add(peer.address());
		if (this.linkedBefore.size() > REMEMBERED) {
			this.linkedBefore.remove(this.linkedBefore.iterator().next());
		}
		link.up();
	}

	/**
	 * Greet the peer of a dial again after a while, or let the dial go if nobody wants
	 * it.
	 * @param dial the dial
	 * @param pause how long to wait
	 */
	void retry(Dial dial, Duration pause) {
		this.loop.schedule(dial.isWanted() ? pause : LINGER, () -> {
			if (this.dials.get(dial.address()) == dial) {
				greet(dial);
				forgetIfUnused(dial);
			}
		});
	}

	private void greet(Dial dial) {
		UUID peer = dial.peer();
		if (dial.isWanted() && dial.isConnected() && peer != null && linkOf(dial) == null) {
			this.handshakes.initiate(dial, peer);
		}
	}

	private void down(HazelcastLink link, LinkDown evidence) {
		remove(link);
		if (isStuck(link)) {
			renew(link.dial());
		}
		retry(link.dial(), AFTER_LINK_DOWN);
		for (Dial dial : this.dials.values()) {
			if (dial.isAliasOf(link.node())) {
				dial.tryNow();
			}
		}
		link.down(evidence);
	}

	private void remove(HazelcastLink link) {
		this.links.remove(link.own().number());
		this.environment.arrivals().retire(link.own().number());
	}

	private @Nullable HazelcastLink linkOf(Dial dial) {
		for (HazelcastLink link : this.links.values()) {
			if (link.dial() == dial) {
				return link;
			}
		}
		return null;
	}

	private void forgetIfUnused(Dial dial) {
		if (!dial.isWanted() && linkOf(dial) == null && !this.handshakes.uses(dial)) {
			close(dial);
		}
	}

	private void close(Dial dial) {
		dial.want(false);
		this.handshakes.abandon(dial);
		this.dials.remove(dial.address(), dial);
		dial.close();
	}

}
