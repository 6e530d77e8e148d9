package io.horde.transport;

import org.jspecify.annotations.Nullable;

/**
 * What a transport tells its user. All methods are called on the event loop.
 */
public interface TransportHandler {

	/**
	 * Return this node's hello. Asked for at each handshake, so that it may change.
	 * @return the hello, at most 64 kB
	 */
	byte[] hello();

	/**
	 * Judge the hello of a peer. Both sides judge; the link comes up if both accept.
	 * @param address the peer's advertised address
	 * @param hello the peer's hello, from outside: it may be malformed
	 * @return {@code null} to accept, else the refusal, which is told to the peer too
	 */
	@Nullable LinkRefusal refuse(String address, byte[] hello);

	/**
	 * A link is up: frames can be sent and will be received.
	 * @param link the link
	 */
	void linkUp(Link link);

	/**
	 * A link that was up is down. No frame of it follows.
	 * @param link the link
	 * @param evidence what is known about the reason
	 */
	void linkDown(Link link, LinkDown evidence);

	/**
	 * A frame has arrived.
	 * @param link where it came from
	 * @param channel the channel it was sent on
	 * @param frame the frame, owned by the receiver
	 */
	void frame(Link link, int channel, byte[] frame);

	/**
	 * A link whose window was full has room again.
	 * @param link the link
	 */
	void writable(Link link);

	/**
	 * An attempt to reach a dialled address failed. Comes for every attempt, or at least
	 * once for each change of the reason.
	 * @param address the dialled address
	 * @param failure why
	 * @param reason a sentence: what happened, at which address
	 * @param refusal the refusal as {@link #refuse} gave it, there or here; {@code null}
	 * if the dial failed otherwise
	 */
	void dialFailed(String address, DialFailure failure, String reason, @Nullable LinkRefusal refusal);

	/**
	 * The transport has ended by itself and can't be started again: there is no link and
	 * there won't be one. It is still to be stopped.
	 * @param reason a sentence: what happened
	 */
	void failed(String reason);

	/**
	 * What is known when a link goes down.
	 */
	enum LinkDown {

		/**
		 * The peer, or its machine's kernel, closed the connection.
		 */
		CLOSED,

		/**
		 * The transport gave up for want of any sign.
		 */
		TIMED_OUT,

		/**
		 * This node closed it.
		 */
		HUNG_UP,

		/**
		 * The peer at this address is another incarnation now.
		 */
		REPLACED

	}

	/**
	 * Why a dial failed.
	 */
	enum DialFailure {

		/**
		 * Nobody listens there.
		 */
		UNREACHABLE,

		/**
		 * Somebody listens and does not speak this protocol, or not with this secret or
		 * cluster name.
		 */
		FOREIGN,

		/**
		 * The peer refused this node's hello. Only a peer that is proved to belong to
		 * this cluster can.
		 */
		REFUSED_BY_PEER,

		/**
		 * This node refused the peer's hello.
		 */
		REFUSED_BY_US

	}

}
