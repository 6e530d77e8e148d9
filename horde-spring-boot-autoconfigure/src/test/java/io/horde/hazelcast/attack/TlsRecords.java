package io.horde.hazelcast.attack;

import java.nio.ByteBuffer;
import java.util.Arrays;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * The bytes of TLS, without a connection.
 */
final class TlsRecords {

	/**
	 * Kind, version, length.
	 */
	static final int HEAD = 5;

	private TlsRecords() {
	}

	/**
	 * Return what a node sends first when it dials.
	 * @return a record
	 */
	static byte[] clientHello() {
		SSLEngine engine = Keys.trustingAnybody(Keys.OTHER).createSSLEngine();
		engine.setUseClientMode(true);
		engine.setEnabledProtocols(new String[] { "TLSv1.3" });
		ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
		try {
			engine.wrap(ByteBuffer.allocate(0), hello);
		}
		catch (SSLException ex) {
			throw new IllegalStateException(ex);
		}
		return Arrays.copyOf(hello.array(), hello.position());
	}

	/**
	 * Return the length of the record that begins somewhere.
	 * @param bytes bytes
	 * @param position where it begins
	 * @return the length with its head, more than there is if it is not complete
	 */
	static int length(byte[] bytes, int position) {
		return (bytes.length < position + HEAD) ? Integer.MAX_VALUE
				: HEAD + ((bytes[position + 3] & 0xff) << 8 | bytes[position + 4] & 0xff);
	}

}
