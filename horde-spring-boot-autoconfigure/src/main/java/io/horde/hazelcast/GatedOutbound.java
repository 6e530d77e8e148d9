package io.horde.hazelcast;

import java.nio.ByteBuffer;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.OutboundHandler;

/**
 * Last in the pipeline of a proved connection: encrypts.
 */
final class GatedOutbound extends OutboundHandler<ByteBuffer, ByteBuffer> {

	private static final int BUFFER = 64 * 1024;

	private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	private final SSLEngine engine;

	GatedOutbound(SSLEngine engine) {
		this.engine = engine;
	}

	@Override
	public void handlerAdded() {
		initDstBuffer(BUFFER);
	}

	@Override
	public HandlerStatus onWrite() throws SSLException {
		this.dst.compact();
		try {
			ByteBuffer plain = (this.src != null) ? this.src : NOTHING;
			while (plain.hasRemaining() || this.engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
				SSLEngineResult result = this.engine.wrap(plain, this.dst);
				if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
					return HandlerStatus.DIRTY;
				}
				if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
					throw new SSLException("The connection is closed");
				}
			}
			return HandlerStatus.CLEAN;
		}
		finally {
			this.dst.flip();
		}
	}

}
