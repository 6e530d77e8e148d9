package io.horde.hazelcast;

import java.io.EOFException;
import java.nio.ByteBuffer;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.InboundHandler;
import io.horde.hazelcast.gate.GateException;
import io.horde.hazelcast.gate.MessageFilter;
import io.horde.hazelcast.gate.Refusals;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * First in the pipeline of a proved connection: decrypts, and lets through only what a
 * link sends.
 */
final class GatedInbound extends InboundHandler<ByteBuffer, ByteBuffer> {

	private static final Logger logger = LoggerFactory.getLogger(GatedInbound.class);

	private static final int BUFFER = 64 * 1024;

	private final @Nullable SSLEngine engine;

	private final MessageFilter filter;

	private final Refusals refusals;

	/** Decrypted and not yet passed on; in read mode. */
	private final ByteBuffer plain;

	/**
	 * Creates a handler.
	 * @param engine decrypts, {@code null} if links are open
	 * @param filter what may pass
	 * @param refusals counts connections that end because of what came
	 */
	GatedInbound(@Nullable SSLEngine engine, MessageFilter filter, Refusals refusals) {
		this.engine = engine;
		this.filter = filter;
		this.refusals = refusals;
		int size = (engine != null) ? engine.getSession().getApplicationBufferSize() : 0;
		this.plain = ByteBuffer.allocate(size).flip();
	}

	@Override
	public void handlerAdded() {
		initSrcBuffer(BUFFER);
	}

	@Override
	public HandlerStatus onRead() throws Exception {
		this.src.flip();
		try {
			SSLEngine decrypting = this.engine;
			if (decrypting == null) {
				this.filter.pass(this.src, this.dst);
				return (this.src.hasRemaining() || this.filter.isBlocked()) ? HandlerStatus.DIRTY : HandlerStatus.CLEAN;
			}
			return decrypt(decrypting) ? HandlerStatus.DIRTY : HandlerStatus.CLEAN;
		}
		catch (GateException ex) {
			logger.debug("The connection with {} is closed: {}", this.channel.remoteSocketAddress(), ex.getMessage());
			this.refusals.refused(ex.refusal(), this.channel.socket().getInetAddress());
			throw ex;
		}
		finally {
			this.src.compact();
		}
	}

	private boolean decrypt(SSLEngine engine) throws Exception {
		while (true) {
			this.filter.pass(this.plain, this.dst);
			if (this.plain.hasRemaining() || this.filter.isBlocked()) {
				return true;
			}
			if (!this.src.hasRemaining()) {
				return false;
			}
			this.plain.clear();
			SSLEngineResult result = engine.unwrap(this.src, this.plain);
			this.plain.flip();
			if (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
				renewKeys(engine);
			}
			switch (result.getStatus()) {
				case OK -> {
				}
				case BUFFER_UNDERFLOW -> {
					return false;
				}
				default -> throw new EOFException("The peer has closed the connection");
			}
		}
	}

	/*
	 * After so many bytes the peer takes new keys, and asks for new ones of this side,
	 * which the next record that is sent brings.
	 */
	private void renewKeys(SSLEngine engine) {
		Runnable task = engine.getDelegatedTask();
		while (task != null) {
			task.run();
			task = engine.getDelegatedTask();
		}
		if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
			this.channel.outboundPipeline().wakeup();
		}
	}

}
