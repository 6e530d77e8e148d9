package io.horde.hazelcast;

import java.util.UUID;
import java.util.function.Consumer;

import io.horde.hazelcast.gate.Knock;
import io.horde.hazelcast.gate.ProvedConnection;
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
	 * Connect to a peer, and have both ends proved.
	 * @param address {@code host:port}
	 * @param outcome called once, on the event loop; has to close the connection, if
	 * there is one
	 */
	void knock(String address, Consumer<Knock> outcome);

	/**
	 * Make a client that has not begun yet.
	 * @param address {@code host:port}
	 * @param connection the proved connection that it is to have
	 * @param events what becomes of it
	 * @return the client
	 */
	PeerClient client(String address, ProvedConnection connection, PeerClient.Events events);

	/**
	 * Tell whether somebody is what was proved when his connection was made (G5).
	 * @param peer what he says of himself
	 * @return {@code false} if that is not what he said at the gate
	 */
	boolean isProved(Introduction peer);

	/**
	 * Tell whether somebody may be dialled although nobody here wanted that before (G6).
	 * @param peer what he says of himself
	 * @return {@code true} if a proof stands behind it, or it is the host that he has
	 * called from
	 */
	boolean mayDial(Introduction peer);

	/**
	 * Return the gate that packets pass before they reach the event loop.
	 * @return the gate
	 */
	Arrivals arrivals();

}
