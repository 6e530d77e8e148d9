package io.horde.hazelcast.attack;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.UUID;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * Speaks as nodes do before they are proved, as far as somebody can who knows how it goes
 * but no secret.
 */
final class GateClient implements Closeable {

	static final int INTRODUCTION = 0;

	static final int PROOF = 1;

	static final int ACCEPTANCE = 2;

	static final int REFUSAL = 3;

	private static final int MARK = 0x484F5244;

	private final Socket socket;

	private GateClient(Socket socket) {
		this.socket = socket;
	}

	/**
	 * Connect as nodes of this mode do.
	 * @param mode how links are secured
	 * @param port the port of a node
	 * @return the connection
	 * @throws IOException if there is none
	 */
	static GateClient connect(Mode mode, int port) throws IOException {
		return (mode == Mode.OPEN) ? open(port) : secured(port, WithCertificate.CONTEXT, "TLSv1.3");
	}

	static GateClient plain(Socket socket) {
		return new GateClient(socket);
	}

	static GateClient open(int port) throws IOException {
		return new GateClient(RawAttacks.connect(port));
	}

	static GateClient secured(int port, SSLContext context, String protocol) throws IOException {
		Socket plain = RawAttacks.connect(port);
		try {
			return new GateClient(handshake(plain, context, protocol, true));
		}
		catch (IOException ex) {
			plain.close();
			throw ex;
		}
	}

	/**
	 * Answer somebody who has dialled as if there was a node.
	 * @param plain his connection
	 * @param context keys and trust
	 * @return the connection
	 * @throws IOException if it is gone
	 */
	static GateClient accept(Socket plain, SSLContext context) throws IOException {
		return new GateClient(handshake(plain, context, "TLSv1.3", false));
	}

	private static SSLSocket handshake(Socket plain, SSLContext context, String protocol, boolean client)
			throws IOException {
		SSLSocket socket = (SSLSocket) context.getSocketFactory()
			.createSocket(plain, plain.getInetAddress().getHostAddress(), plain.getPort(), true);
		socket.setUseClientMode(client);
		if (!client) {
			socket.setNeedClientAuth(true);
		}
		SSLParameters parameters = socket.getSSLParameters();
		parameters.setProtocols(new String[] { protocol });
		socket.setSSLParameters(parameters);
		socket.startHandshake();
		return socket;
	}

	Socket socket() {
		return this.socket;
	}

	InputStream in() throws IOException {
		return this.socket.getInputStream();
	}

	OutputStream out() throws IOException {
		return this.socket.getOutputStream();
	}

	void send(byte[] bytes) throws IOException {
		out().write(bytes);
		out().flush();
	}

	static byte[] message(int kind, byte[] body) {
		return ByteBuffer.allocate(8 + body.length)
			.putInt(MARK)
			.put((byte) 1)
			.put((byte) kind)
			.putShort((short) body.length)
			.put(body)
			.array();
	}

	static byte[] introduction(UUID node, String address, String cluster) {
		return message(INTRODUCTION,
				new FrameWriter().array(4)
					.longValue(node.getMostSignificantBits())
					.longValue(node.getLeastSignificantBits())
					.string(address)
					.string(cluster)
					.toBytes());
	}

	static byte[] proofs(byte[]... proofs) {
		return message(PROOF, proofList(proofs));
	}

	static byte[] proofList(byte[]... proofs) {
		FrameWriter writer = new FrameWriter().array(proofs.length);
		for (byte[] proof : proofs) {
			writer.bytes(proof);
		}
		return writer.toBytes();
	}

	/**
	 * Go through all that is to be said, without knowing any secret.
	 * @param own who this claims to be
	 * @param address where this claims to be
	 * @return who the other end is, {@code null} if it did not let this in
	 * @throws IOException if the connection is gone
	 */
	@Nullable UUID enter(UUID own, String address) throws IOException {
		send(introduction(own, address, Mode.CLUSTER));
		Message introduction = read();
		if (introduction == null || introduction.kind() != INTRODUCTION) {
			return null;
		}
		send(proofs(new byte[32]));
		Message answer = read();
		if (answer == null || answer.kind() != ACCEPTANCE) {
			return null;
		}
		FrameReader reader = new FrameReader(introduction.body());
		reader.array();
		return new UUID(reader.longValue(), reader.longValue());
	}

	/**
	 * Read the next message.
	 * @return the message, {@code null} if the other end has hung up or says nothing
	 * @throws IOException if what comes is none
	 */
	@Nullable Message read() throws IOException {
		DataInputStream in = new DataInputStream(in());
		try {
			if (in.readInt() != MARK) {
				throw new IOException("Not the gate");
			}
			in.readByte();
			int kind = in.readByte();
			byte[] body = new byte[in.readUnsignedShort()];
			in.readFully(body);
			return new Message(kind, body);
		}
		catch (EOFException | SocketException | SocketTimeoutException | SSLException ex) {
			return null;
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

	/**
	 * What the other end says.
	 *
	 * @param kind what it is
	 * @param body its content
	 */
	record Message(int kind, byte[] body) {

	}

	/**
	 * What somebody shows who has a certificate of his own.
	 */
	private static final class WithCertificate {

		private static final SSLContext CONTEXT = Keys.trustingAnybody(Keys.OTHER);

	}

}
