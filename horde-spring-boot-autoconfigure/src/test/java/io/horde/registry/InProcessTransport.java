package io.horde.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.horde.time.EventLoop;
import io.horde.transport.Link;
import io.horde.transport.Transport;
import io.horde.transport.TransportHandler;
import io.horde.transport.TransportHandler.LinkDown;
import org.jspecify.annotations.Nullable;

/**
 * Joins nodes of one JVM that have real threads. Perfect, but for nodes that are killed.
 */
final class InProcessTransport implements Transport {

	private final Hub hub;

	private final EventLoop loop;

	private final String address;

	private final Map<String, InProcessLink> links = new LinkedHashMap<>();

	private final Set<String> dialled = new LinkedHashSet<>();

	private @Nullable TransportHandler handler;

	InProcessTransport(Hub hub, EventLoop loop, String address) {
		this.hub = hub;
		this.loop = loop;
		this.address = address;
	}

	@Override
	public void start(TransportHandler handler) {
		this.handler = handler;
		this.hub.transports.put(this.address, this);
	}

	@Override
	public void stop() {
		this.hub.transports.remove(this.address);
		this.handler = null;
		for (InProcessLink link : new ArrayList<>(this.links.values())) {
			link.up = false;
			link.peer.loop.execute(() -> link.peer.closed(this.address));
		}
		this.links.clear();
	}

	private void closed(String peer) {
		InProcessLink link = this.links.remove(peer);
		if (link != null && this.handler != null) {
			link.up = false;
			this.handler.linkDown(link, LinkDown.CLOSED);
		}
	}

	@Override
	public String address() {
		return this.address;
	}

	@Override
	public void dial(String peer) {
		if (!peer.equals(this.address) && this.dialled.add(peer)) {
			attempt(peer);
		}
	}

	private void attempt(String peer) {
		TransportHandler handler = this.handler;
		if (handler == null || !this.dialled.contains(peer)) {
			return;
		}
		InProcessTransport other = this.hub.transports.get(peer);
		if (other != null && !this.links.containsKey(peer)) {
			byte[] hello = handler.hello();
			other.loop.execute(() -> other.asked(this, hello));
		}
		this.loop.schedule(Duration.ofMillis(50), () -> attempt(peer));
	}

	private void asked(InProcessTransport from, byte[] hello) {
		TransportHandler handler = this.handler;
		if (handler != null && !this.links.containsKey(from.address) && handler.refuse(from.address, hello) == null) {
			InProcessLink link = new InProcessLink(from, hello);
			this.links.put(from.address, link);
			byte[] own = handler.hello();
			from.loop.execute(() -> from.answered(this, own));
			handler.linkUp(link);
		}
	}

	private void answered(InProcessTransport from, byte[] hello) {
		TransportHandler handler = this.handler;
		if (handler != null && !this.links.containsKey(from.address)) {
			InProcessLink link = new InProcessLink(from, hello);
			this.links.put(from.address, link);
			handler.linkUp(link);
		}
	}

	private void received(String from, int channel, byte[] frame) {
		InProcessLink link = this.links.get(from);
		if (link != null && this.handler != null) {
			this.handler.frame(link, channel, frame);
		}
	}

	@Override
	public void hangUp(String peer) {
		this.dialled.remove(peer);
		closed(peer);
	}

	@Override
	public void probe(String address, Consumer<ProbeResult> answer) {
		ProbeResult result = this.hub.transports.containsKey(address) ? ProbeResult.ACCEPTED : ProbeResult.REFUSED;
		this.loop.execute(() -> answer.accept(result));
	}

	@Override
	public int maxFrameSize() {
		return 8 << 20;
	}

	/**
	 * Knows who listens where.
	 */
	static final class Hub {

		private final Map<String, InProcessTransport> transports = new ConcurrentHashMap<>();

		List<String> addresses() {
			return List.copyOf(this.transports.keySet());
		}

	}

	private final class InProcessLink implements Link {

		private final InProcessTransport peer;

		private final byte[] hello;

		private boolean up = true;

		InProcessLink(InProcessTransport peer, byte[] hello) {
			this.peer = peer;
			this.hello = hello;
		}

		@Override
		public String address() {
			return this.peer.address;
		}

		@Override
		public byte[] hello() {
			return this.hello;
		}

		@Override
		public boolean send(int channel, byte[] frame) {
			if (this.up) {
				String from = InProcessTransport.this.address;
				this.peer.loop.execute(() -> this.peer.received(from, channel, frame));
			}
			return this.up;
		}

		@Override
		public long inFlightBytes() {
			return 0;
		}

		@Override
		public boolean isUp() {
			return this.up;
		}

	}

}
