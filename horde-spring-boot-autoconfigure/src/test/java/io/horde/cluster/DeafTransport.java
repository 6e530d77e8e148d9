package io.horde.cluster;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.horde.transport.Channels;
import io.horde.transport.Link;
import io.horde.transport.Transport;
import io.horde.transport.TransportHandler;
import org.jspecify.annotations.Nullable;

/**
 * A transport that at times loses what members say of themselves and of each other, and
 * nothing else.
 */
final class DeafTransport implements Transport {

	private final Transport transport;

	private final BooleanSupplier deaf;

	DeafTransport(Transport transport, BooleanSupplier deaf) {
		this.transport = transport;
		this.deaf = deaf;
	}

	@Override
	public void start(TransportHandler handler) {
		this.transport.start(new DeafHandler(handler, this.deaf));
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

	private record DeafHandler(TransportHandler handler, BooleanSupplier deaf) implements TransportHandler {

		@Override
		public byte[] hello() {
			return this.handler.hello();
		}

		@Override
		public @Nullable String refuse(String address, byte[] hello) {
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
			if (channel != Channels.CLUSTER || !this.deaf.getAsBoolean()) {
				this.handler.frame(link, channel, frame);
			}
		}

		@Override
		public void writable(Link link) {
			this.handler.writable(link);
		}

		@Override
		public void dialFailed(String address, DialFailure failure, String reason) {
			this.handler.dialFailed(address, failure, reason);
		}

	}

}
