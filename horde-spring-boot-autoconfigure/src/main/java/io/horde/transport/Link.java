package io.horde.transport;

/**
 * A link to one incarnation of one peer. It goes up once, carries frames both ways, and
 * goes down once; a renewed connection is a new link.
 */
public interface Link {

	/**
	 * Return the peer's advertised address.
	 * @return {@code host:port}
	 */
	String address();

	/**
	 * Return what the peer said of itself in the handshake.
	 * @return the peer's hello
	 */
	byte[] hello();

	/**
	 * Send a frame. Never blocks and never queues without bound. Called on the event
	 * loop.
	 * @param channel which consumer the frame is meant for, see {@link Channels}
	 * @param frame the frame, not to be changed afterwards
	 * @return {@code true} if the frame will be sent unless the link goes down;
	 * {@code false} if it was certainly not sent, because the link is down or the window
	 * is full: then {@link TransportHandler#writable(Link)} follows. Frames on
	 * {@link Channels#CLUSTER} have a window of their own, so that heartbeats pass bulk
	 */
	boolean send(int channel, byte[] frame);

	/**
	 * Return how many bytes were sent and not yet acknowledged by the peer's transport.
	 * Horde itself does not ask: this is what tests of a transport hold its memory by.
	 * @return bytes, at most the configured window plus one frame
	 */
	long inFlightBytes();

	/**
	 * Tell whether the link is up.
	 * @return {@code false} before and after
	 */
	boolean isUp();

}
