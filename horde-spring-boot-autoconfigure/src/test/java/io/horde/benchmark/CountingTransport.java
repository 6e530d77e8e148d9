package io.horde.benchmark;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import io.horde.transport.Channels;
import io.horde.transport.Link;
import io.horde.transport.LinkRefusal;
import io.horde.transport.Transport;
import io.horde.transport.TransportHandler;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of the frames that a node sends, and can swallow all frames both ways.
 */
final class CountingTransport implements Transport {

	private final Transport transport;

	private final LongAdder replicationBytes = new LongAdder();

	private final LongAdder otherBytes = new LongAdder();

	private volatile boolean cut;

	private volatile long firstReplicationFrame;

	CountingTransport(Transport transport) {
		this.transport = transport;
	}

	long replicationBytes() {
		return this.replicationBytes.sum();
	}

	long otherBytes() {
		return this.otherBytes.sum();
	}

	/**
	 * Return when the first frame of the replicator arrived, or the first after a cut.
	 * @return {@link System#nanoTime()}, 0 if none has
	 */
	long firstReplicationFrame() {
		return this.firstReplicationFrame;
	}

	void cut(boolean cut) {
		this.firstReplicationFrame = 0;
		this.cut = cut;
	}

	@Override
	public void start(TransportHandler handler) {
		this.transport.start(new CountingHandler(handler));
	}

	@Override
	public void stop() {
		this.transport.stop();
	}

	@Override
	public String address() {
		return this.transport.address();
	}

	@Override
	public void dial(String address) {
		this.transport.dial(address);
	}

	@Override
	public void hangUp(String address) {
		this.transport.hangUp(address);
	}

	@Override
	public void probe(String address, Consumer<ProbeResult> answer) {
		if (this.cut) {
			answer.accept(ProbeResult.SILENT);
		}
		else {
			this.transport.probe(address, answer);
		}
	}

	@Override
	public int maxFrameSize() {
		return this.transport.maxFrameSize();
	}

	private final class CountingHandler implements TransportHandler {

		private final Map<Link, CountingLink> links = new IdentityHashMap<>();

		private final TransportHandler handler;

		CountingHandler(TransportHandler handler) {
			this.handler = handler;
		}

		private Link counting(Link link) {
			return this.links.computeIfAbsent(link, CountingLink::new);
		}

		@Override
		public byte[] hello() {
			return this.handler.hello();
		}

		@Override
		public @Nullable LinkRefusal refuse(String address, byte[] hello) {
			return this.handler.refuse(address, hello);
		}

		@Override
		public void linkUp(Link link) {
			this.handler.linkUp(counting(link));
		}

		@Override
		public void linkDown(Link link, LinkDown evidence) {
			Link counting = counting(link);
			this.links.remove(link);
			this.handler.linkDown(counting, evidence);
		}

		@Override
		public void frame(Link link, int channel, byte[] frame) {
			if (CountingTransport.this.cut) {
				return;
			}
			if (channel == Channels.REPLICATION && CountingTransport.this.firstReplicationFrame == 0) {
				CountingTransport.this.firstReplicationFrame = System.nanoTime();
			}
			this.handler.frame(counting(link), channel, frame);
		}

		@Override
		public void writable(Link link) {
			this.handler.writable(counting(link));
		}

		@Override
		public void dialFailed(String address, DialFailure failure, String reason, @Nullable LinkRefusal refusal) {
			this.handler.dialFailed(address, failure, reason, refusal);
		}

		@Override
		public void failed(String reason) {
			this.handler.failed(reason);
		}

	}

	private final class CountingLink implements Link {

		private final Link link;

		CountingLink(Link link) {
			this.link = link;
		}

		@Override
		public String address() {
			return this.link.address();
		}

		@Override
		public byte[] hello() {
			return this.link.hello();
		}

		@Override
		public boolean send(int channel, byte[] frame) {
			if (CountingTransport.this.cut) {
				return this.link.isUp();
			}
			boolean sent = this.link.send(channel, frame);
			if (sent) {
				((channel == Channels.REPLICATION) ? CountingTransport.this.replicationBytes
						: CountingTransport.this.otherBytes)
					.add(frame.length);
			}
			return sent;
		}

		@Override
		public long inFlightBytes() {
			return this.link.inFlightBytes();
		}

		@Override
		public boolean isUp() {
			return this.link.isUp();
		}

	}

}
