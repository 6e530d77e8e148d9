package io.horde.transport;

import java.util.function.Consumer;

/**
 * Links to peers. A link joins this node to one incarnation of one peer and carries
 * frames in order, at most once; a frame can be lost without notice only together with
 * frames that follow it until the link goes down, except under a fault-injecting
 * decorator, so all that is built on a transport tolerates loss.
 * <p>
 * A transport knows addresses, not members: what is in a hello and which peers are wanted
 * is decided above. A bean of this type replaces the transport over Hazelcast's network
 * layer. All callbacks come on the event loop that the transport was created with, and
 * all methods but {@link #address()} are called on it.
 */
public interface Transport {

	/**
	 * Bind, and begin to accept links. A transport can be started again after it was
	 * stopped; links of an earlier start are gone.
	 * @param handler told of links and frames
	 * @throws TransportException if the address can't be bound; the message names the
	 * address and the remedy
	 */
	void start(TransportHandler handler);

	/**
	 * Close all links and the listening port. Peers see their links closed at once. No
	 * callback comes afterwards, and until another start no other method does anything.
	 * Does nothing if the transport is not started.
	 */
	void stop();

	/**
	 * Return the address under which peers reach this node. May be called from any thread
	 * after the start.
	 * @return {@code host:port}
	 */
	String address();

	/**
	 * Keep trying to hold a link to an address until {@link #hangUp(String)}. Does
	 * nothing if the address is already dialled, or is this node's own.
	 * @param address {@code host:port}
	 */
	void dial(String address);

	/**
	 * Close the link to an address, if there is one, and stop dialling it.
	 * @param address {@code host:port}
	 */
	void hangUp(String address);

	/**
	 * Find out by a bare dial whether somebody listens at an address.
	 * @param address {@code host:port}
	 * @param answer called once, on the event loop, within about the connection timeout
	 */
	void probe(String address, Consumer<ProbeResult> answer);

	/**
	 * Return how large a frame may be. A node needs room for two of the largest payloads
	 * and 256 kB more, and does not start with less.
	 * @return bytes
	 */
	int maxFrameSize();

	/**
	 * Outcome of a bare dial.
	 */
	enum ProbeResult {

		/**
		 * The host is there and nobody listens: the process is gone.
		 */
		REFUSED,

		/**
		 * Somebody listens. It need not be Horde, nor be responsive.
		 */
		ACCEPTED,

		/**
		 * No answer in time.
		 */
		SILENT

	}

}
