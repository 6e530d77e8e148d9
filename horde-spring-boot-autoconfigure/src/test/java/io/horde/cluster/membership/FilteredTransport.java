package io.horde.cluster.membership;

import java.util.function.Consumer;

import io.horde.transport.Link;
import io.horde.transport.LinkRefusal;
import io.horde.transport.Transport;
import io.horde.transport.TransportHandler;
import org.jspecify.annotations.Nullable;

/**
 * A transport that changes or loses some of the frames that arrive, and changes what its
 * node says in handshakes.
 */
final class FilteredTransport implements Transport {

	private final Transport transport;

	private final Filter filter;

	FilteredTransport(Transport transport, Filter filter) {
		this.transport = transport;
		this.filter = filter;
	}

	@Override
	public void start(TransportHandler handler) {
		this.transport.start(new FilteredHandler(handler, this.filter));
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
		this.transport.probe(address, answer);
	}

	@Override
	public int maxFrameSize() {
		return this.transport.maxFrameSize();
	}

	/**
	 * Changes what passes.
	 */
	interface Filter {

		byte[] hello(byte[] hello);

		/**
		 * Return what arrives of a frame.
		 * @return a frame, or {@code null} if it is lost
		 */
		byte @Nullable [] frame(String from, int channel, byte[] frame);

	}

	private record FilteredHandler(TransportHandler handler, Filter filter) implements TransportHandler {

		@Override
		public byte[] hello() {
			return this.filter.hello(this.handler.hello());
		}

		@Override
		public @Nullable LinkRefusal refuse(String address, byte[] hello) {
			return this.handler.refuse(address, hello);
		}

		@Override
		public void linkUp(Link link) {
			this.handler.linkUp(link);
		}

		@Override
		public void linkDown(Link link, LinkDown evidence) {
			this.handler.linkDown(link, evidence);
		}

		@Override
		public void frame(Link link, int channel, byte[] frame) {
			byte[] filtered = this.filter.frame(link.address(), channel, frame);
			if (filtered != null) {
				this.handler.frame(link, channel, filtered);
			}
		}

		@Override
		public void writable(Link link) {
			this.handler.writable(link);
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

}
