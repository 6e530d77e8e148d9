package io.horde.hazelcast.attack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.impl.protocol.ClientMessage;
import com.hazelcast.client.impl.protocol.ClientMessageWriter;
import com.hazelcast.core.HazelcastInstance;

/**
 * Hazelcast's client protocol over any connection, spoken by somebody who keeps to it
 * only as far as he likes.
 */
final class ClientWire {

	/**
	 * Length and flags of a frame.
	 */
	static final int FRAME_HEAD = 6;

	private static final int QUIET = 200;

	private static byte[] login = {};

	private final InputStream in;

	private final OutputStream out;

	ClientWire(InputStream in, OutputStream out) {
		this.in = in;
		this.out = out;
	}

	/**
	 * Send what Hazelcast's own client sends first: the protocol and its login.
	 * @throws IOException if the connection is closed
	 */
	void login() throws IOException {
		write(recordedLogin());
	}

	/**
	 * Send a message.
	 * @param message the message
	 * @throws IOException if the connection is closed
	 */
	void send(ClientMessage message) throws IOException {
		write(bytes(message));
	}

	static byte[] bytes(ClientMessage message) {
		ByteBuffer buffer = ByteBuffer.allocate(message.getFrameLength()).order(ByteOrder.LITTLE_ENDIAN);
		new ClientMessageWriter().writeTo(buffer, message);
		return Arrays.copyOf(buffer.array(), buffer.position());
	}

	/**
	 * Send the head of a frame that never comes.
	 * @param size its claimed size
	 * @throws IOException if the connection is closed
	 */
	void claim(int size) throws IOException {
		write(frameHead(size));
	}

	static byte[] frameHead(int size) {
		return ByteBuffer.allocate(FRAME_HEAD)
			.order(ByteOrder.LITTLE_ENDIAN)
			.putInt(size)
			.putShort((short) ClientMessage.UNFRAGMENTED_MESSAGE)
			.array();
	}

	void write(byte[] bytes) throws IOException {
		this.out.write(bytes);
		this.out.flush();
	}

	/**
	 * Read frames until one that ends a message.
	 * @return the type of the message, -1 if the connection was closed
	 * @throws IOException if nothing comes
	 */
	int messageType() throws IOException {
		int type = -1;
		while (true) {
			byte[] head = this.in.readNBytes(FRAME_HEAD);
			if (head.length < FRAME_HEAD) {
				return -1;
			}
			ByteBuffer buffer = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
			byte[] body = this.in.readNBytes(buffer.getInt() - FRAME_HEAD);
			if (type == -1 && body.length >= Integer.BYTES) {
				type = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).getInt();
			}
			if ((buffer.getShort() & ClientMessage.IS_FINAL_FLAG) != 0) {
				return type;
			}
		}
	}

	/**
	 * Return what a client of this version of Hazelcast sends first, as a listener hears
	 * it.
	 * @return the bytes
	 * @throws IOException if there is no listener
	 */
	static synchronized byte[] recordedLogin() throws IOException {
		if (login.length == 0) {
			try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
				HazelcastInstance client = HazelcastClient
					.newHazelcastClient(Stranger.configuration("127.0.0.1:" + listener.getLocalPort(), true));
				try (Socket socket = listener.accept()) {
					login = readUntilQuiet(socket);
				}
				finally {
					CompletableFuture.runAsync(client.getLifecycleService()::terminate).join();
				}
			}
		}
		return login.clone();
	}

	private static byte[] readUntilQuiet(Socket socket) throws IOException {
		byte[] buffer = new byte[64 * 1024];
		int length = 0;
		try {
			int read = socket.getInputStream().read(buffer);
			socket.setSoTimeout(QUIET);
			while (read >= 0) {
				length += read;
				read = socket.getInputStream().read(buffer, length, buffer.length - length);
			}
		}
		catch (SocketTimeoutException ex) {
			// That was all
		}
		return Arrays.copyOf(buffer, length);
	}

}
