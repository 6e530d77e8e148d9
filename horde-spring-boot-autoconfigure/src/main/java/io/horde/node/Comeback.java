package io.horde.node;

import java.time.Duration;

import io.horde.HordeException;
import io.horde.cluster.ExpulsionCause;
import io.horde.cluster.protocol.Expelled;
import io.horde.time.EventLoop;
import io.horde.transport.Link;
import io.horde.transport.LinkRefusal;
import io.horde.transport.Transport;
import io.horde.transport.Transport.ProbeResult;
import io.horde.transport.TransportHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out when a node that is out of the cluster may begin anew, as a new incarnation
 * (B5). Confined to the loop.
 */
public final class Comeback {

	/** How long a node waits before it asks again. */
	public static final Duration INTERVAL = Duration.ofSeconds(5);

	private static final Logger logger = LoggerFactory.getLogger(Comeback.class);

	private final EventLoop loop;

	private final Transport transport;

	private final Expelled expelled;

	private final Runnable begin;

	private EventLoop.@Nullable Timer timer;

	private boolean listening;

	private boolean over;

	/**
	 * Creates it.
	 * @param transport the transport of the node, which has been stopped
	 * @param expelled why the node is out
	 * @param begin begins anew; called once, on the loop, when the transport is free
	 */
	public Comeback(EventLoop loop, Transport transport, Expelled expelled, Runnable begin) {
		this.loop = loop;
		this.transport = transport;
		this.expelled = expelled;
		this.begin = begin;
	}

	/**
	 * Tell whether there will ever be evidence: not if nobody has said where the holder
	 * of the name is.
	 */
	public static boolean isPossible(Expelled expelled) {
		return expelled.cause() != ExpulsionCause.REPLACED || expelled.holder() != null;
	}

	/**
	 * Begin to ask.
	 * @param delay how long to wait before that
	 */
	public void start(Duration delay) {
		this.timer = this.loop.schedule(delay, this::ask);
	}

	/**
	 * Ask no longer.
	 */
	public void stop() {
		this.over = true;
		if (this.timer != null) {
			this.timer.cancel();
		}
		close();
	}

	private void ask() {
		if (this.over) {
			return;
		}
		if (this.expelled.cause() != ExpulsionCause.REPLACED) {
			begin();
			return;
		}
		start(INTERVAL);
		String holder = this.expelled.holder();
		if (holder != null && listen()) {
			this.transport.probe(holder, this::probed);
		}
	}

	private boolean listen() {
		if (!this.listening) {
			try {
				this.transport.start(new ClosedDoor());
				this.listening = true;
			}
			catch (HordeException ex) {
				logger.debug("Node '{}' can't ask whether it may begin anew", this.expelled.node(), ex);
			}
		}
		return this.listening;
	}

	private void probed(ProbeResult result) {
		if (!this.over && isDead(result)) {
			begin();
		}
	}

	/* As M2 has it: the host is there, and nobody listens. */
	private static boolean isDead(ProbeResult result) {
		return result == ProbeResult.REFUSED;
	}

	private void begin() {
		stop();
		this.begin.run();
	}

	private void close() {
		if (this.listening) {
			this.listening = false;
			this.transport.stop();
		}
	}

	/**
	 * Refuses all: the transport dials only while it is started.
	 */
	private final class ClosedDoor implements TransportHandler {

		@Override
		public byte[] hello() {
			return new byte[0];
		}

		@Override
		public LinkRefusal refuse(String address, byte[] hello) {
			return LinkRefusal.of("Node '" + Comeback.this.expelled.node()
					+ "' is out of the cluster, since another start of its name has its place");
		}

		@Override
		public void linkUp(Link link) {
			Comeback.this.transport.hangUp(link.address());
		}

		@Override
		public void linkDown(Link link, LinkDown evidence) {
		}

		@Override
		public void frame(Link link, int channel, byte[] frame) {
		}

		@Override
		public void writable(Link link) {
		}

		@Override
		public void dialFailed(String address, DialFailure failure, String reason, @Nullable LinkRefusal refusal) {
		}

		/* The next question starts it once more. */
		@Override
		public void failed(String reason) {
			close();
		}

	}

}
