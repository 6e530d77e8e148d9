package io.horde.hazelcast;

import java.util.function.Consumer;

import io.horde.time.EventLoop;
import io.horde.transport.Transport;
import io.horde.transport.TransportHandler;

/**
 * Links over Hazelcast.
 */
public final class HazelcastTransport implements Transport {

	private final TransportCounters counters = new TransportCounters();

	private final EventLoop loop;

	private final HazelcastTransportSettings settings;

	/**
	 * Creates a transport.
	 * @param loop where everything happens
	 * @param settings settings
	 */
	public HazelcastTransport(EventLoop loop, HazelcastTransportSettings settings) {
		this.loop = loop;
		this.settings = settings;
	}

	/**
	 * Return what this transport has done since it was created.
	 * @return live counters
	 */
	public TransportCounters counters() {
		return this.counters;
	}

	@Override
	public void start(TransportHandler handler) {
		throw new UnsupportedOperationException(this.loop + " " + this.settings);
	}

	@Override
	public void stop() {
		throw new UnsupportedOperationException();
	}

	@Override
	public String address() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void dial(String address) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void hangUp(String address) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void probe(String address, Consumer<ProbeResult> answer) {
		throw new UnsupportedOperationException();
	}

	@Override
	public int maxFrameSize() {
		return this.settings.maxPayloadSize() + (64 << 10);
	}

}
