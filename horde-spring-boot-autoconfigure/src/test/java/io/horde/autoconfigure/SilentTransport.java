package io.horde.autoconfigure;

import java.util.function.Consumer;

import io.horde.transport.Transport;
import io.horde.transport.TransportHandler;

/**
 * A transport that reaches nobody, for applications that are to start quickly.
 */
final class SilentTransport implements Transport {

	@Override
	public void start(TransportHandler handler) {
	}

	@Override
	public void stop() {
	}

	@Override
	public String address() {
		return "127.0.0.1:7420";
	}

	@Override
	public void dial(String address) {
	}

	@Override
	public void hangUp(String address) {
	}

	@Override
	public void probe(String address, Consumer<ProbeResult> answer) {
	}

	@Override
	public int maxFrameSize() {
		return 4 << 20;
	}

}
