package io.horde.hazelcast;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A path to a node that can break: from then on nothing passes over the connections that
 * are there, though they stay open, and when the path is whole again only new ones work.
 * TCP behaves like that while it waits to repeat what was lost.
 */
final class StallingProxy implements AutoCloseable {

	private final int port;

	private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

	private volatile ServerSocket listener;

	private final int target;

	private volatile int generation;

	private boolean holding;

	StallingProxy(int target) throws IOException {
		this.target = target;
		this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		this.port = this.listener.getLocalPort();
		accept();
	}

	int port() {
		return this.port;
	}

	int target() {
		return this.target;
	}

	private void accept() {
		ServerSocket current = this.listener;
		start(() -> {
			while (true) {
				Socket in = current.accept();
				Socket out = new Socket(InetAddress.getLoopbackAddress(), this.target);
				this.sockets.add(in);
				this.sockets.add(out);
				int born = this.generation;
				start(() -> pump(in, out, born));
				start(() -> pump(out, in, born));
			}
		});
	}

	void stall() throws IOException {
		this.generation++;
		this.listener.close();
	}

	/**
	 * Let nothing pass until {@link #release()}: then what was sent meanwhile arrives, as
	 * if it was repeated.
	 */
	synchronized void hold() throws IOException {
		this.holding = true;
		this.listener.close();
	}

	synchronized void release() throws IOException {
		this.holding = false;
		notifyAll();
		resume();
	}

	private synchronized void pass() throws IOException {
		try {
			while (this.holding) {
				wait();
			}
		}
		catch (InterruptedException ex) {
			throw new IOException(ex);
		}
	}

	void resume() throws IOException {
		ServerSocket again = new ServerSocket();
		again.setReuseAddress(true);
		again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port));
		this.listener = again;
		accept();
	}

	private void pump(Socket from, Socket to, int born) throws IOException {
		InputStream in = from.getInputStream();
		OutputStream out = to.getOutputStream();
		byte[] buffer = new byte[8192];
		int read = in.read(buffer);
		while (read >= 0 && born == this.generation) {
			pass();
			out.write(buffer, 0, read);
			read = in.read(buffer);
		}
		if (born == this.generation) {
			from.close();
			to.close();
		}
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
		for (Socket socket : this.sockets) {
			socket.close();
		}
	}

	private static void start(Pump task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IOException ex) {
				// One of its ends was closed
			}
		}, "proxy");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Something that ends with its sockets.
	 */
	private interface Pump {

		void run() throws IOException;

	}

}
