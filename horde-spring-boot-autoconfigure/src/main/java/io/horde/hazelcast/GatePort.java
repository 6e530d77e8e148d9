package io.horde.hazelcast;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

import io.horde.hazelcast.gate.Gate;
import io.horde.hazelcast.gate.Refusals;
import io.horde.transport.TransportException;
import io.horde.wire.TransportAddress;

/**
 * The port on which a gate listens.
 */
final class GatePort {

	private GatePort() {
	}

	/**
	 * Bind the port.
	 * @param settings which one
	 * @param threadName how to name the gate's thread
	 * @param refusals counts and tells whom the gate refuses
	 * @return a gate that lets nobody in yet
	 * @throws TransportException if the port can't be bound
	 */
	static Gate bind(HazelcastTransportSettings settings, String threadName, Refusals refusals) {
		String address = TransportAddress.of(settings.host(), settings.port());
		try {
			InetAddress host = InetAddress.getByName(settings.host());
			return Gate.bind(new InetSocketAddress(host, settings.port()), threadName, refusals);
		}
		catch (UnknownHostException ex) {
			throw new TransportException(address, "The transport can't listen on " + address + ": the host '"
					+ settings.host() + "' is unknown. Set horde.transport.host to an address of this machine", ex);
		}
		catch (IOException | RuntimeException ex) {
			throw new TransportException(address, "The transport can't listen on " + address + ": " + ex.getMessage()
					+ ". Stop what uses this address, or set horde.transport.port to another port, or to 0 for any free one"
					+ "; horde.transport.host has to be an address of this machine", ex);
		}
	}

}
