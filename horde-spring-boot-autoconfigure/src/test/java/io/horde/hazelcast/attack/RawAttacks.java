package io.horde.hazelcast.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * What somebody does who has nothing but sockets.
 */
final class RawAttacks {

	private RawAttacks() {
	}

	static Socket connect(int port) throws IOException {
		return connect(port, "127.0.0.1");
	}

	/**
	 * Connect from another address of this machine.
	 * @param port the port of a node
	 * @param from an address in 127/8
	 * @return the connection
	 * @throws IOException if there is none
	 */
	static Socket connect(int port, String from) throws IOException {
		Socket socket = new Socket();
		try {
			socket.setTcpNoDelay(true);
			socket.setSoTimeout(5000);
			socket.bind(new InetSocketAddress(from, 0));
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
			return socket;
		}
		catch (IOException ex) {
			socket.close();
			throw ex;
		}
	}

	/**
	 * Send bytes, and look what comes back.
	 * @param port the port of a node
	 * @param bytes what is sent
	 * @throws IOException if nobody listens
	 */
	static void send(int port, byte[] bytes) throws IOException {
		try (Socket socket = connect(port)) {
			untilClosed(() -> {
				socket.getOutputStream().write(bytes);
				socket.getOutputStream().flush();
			});
		}
	}

	/**
	 * Tell whether a connection is closed by its other end in time.
	 * @param socket the connection
	 * @param patience how long to wait
	 * @return whether it was
	 * @throws IOException if the time-out can't be set
	 */
	static boolean isClosedWithin(Socket socket, Duration patience) throws IOException {
		long until = System.nanoTime() + patience.toNanos();
		byte[] buffer = new byte[8192];
		while (true) {
			long left = Math.max(1, (until - System.nanoTime()) / 1_000_000);
			socket.setSoTimeout((int) left);
			try {
				if (socket.getInputStream().read(buffer) < 0) {
					return true;
				}
			}
			catch (SocketTimeoutException ex) {
				return false;
			}
			catch (IOException ex) {
				return true;
			}
		}
	}

	/**
	 * Go on until the attack is over or the connection is closed.
	 * @param attack the attack
	 */
	static void untilClosed(Attack attack) {
		try {
			attack.run();
		}
		catch (IOException ex) {
			// What was attacked has hung up
		}
	}

	/**
	 * Something done to a connection.
	 */
	@FunctionalInterface
	interface Attack {

		void run() throws IOException;

	}

}
