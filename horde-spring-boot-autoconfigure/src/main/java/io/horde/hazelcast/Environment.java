package io.horde.hazelcast;

import java.util.UUID;
import java.util.function.Consumer;

import io.horde.transport.Transport.ProbeResult;

/**
 * What the machine on the event loop needs from the world of threads and sockets.
 */
interface Environment {

	/**
	 * Return the uuid of this node's member, new at each start.
	 * @return the uuid
	 */
	UUID node();

	/**
	 * Return this node's advertised address.
	 * @return {@code host:port}
	 */
	String address();

	/**
	 * Find out whether somebody listens.
	 * @param address {@code host:port}
	 * @param answer called once, on the event loop
	 */
	void bareDial(String address, Consumer<ProbeResult> answer);

	/**
	 * Make a client that is not yet connecting.
	 * @param address {@code host:port}
	 * @param events what becomes of it
	 * @return the client
	 */
	PeerClient client(String address, PeerClient.Events events);

	/**
	 * Return the gate that packets pass before they reach the event loop.
	 * @return the gate
	 */
	Arrivals arrivals();

}
