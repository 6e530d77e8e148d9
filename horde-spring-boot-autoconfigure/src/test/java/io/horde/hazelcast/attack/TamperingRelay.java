package io.horde.hazelcast.attack;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * Somebody on the path to a node, who passes on what he gets, record by record, and may
 * do something to one of them.
 */
final class TamperingRelay implements Closeable {

	private final ServerSocket listener;

	private final int target;

	private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

	private final AtomicReference<@Nullable Plan> plan = new AtomicReference<>();

	private volatile @Nullable ByteArrayOutputStream recording;

	TamperingRelay(int target) throws IOException {
		this.target = target;
		this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		start(this::accept);
	}

	int port() {
		return this.listener.getLocalPort();
	}

	/**
	 * Do something once.
	 * @param plan what, {@code null} to leave it
	 */
	void plan(@Nullable Plan plan) {
		this.plan.set(plan);
	}

	/**
	 * Tell whether it was done.
	 * @return {@code false} if what is to be tampered with has not come yet
	 */
	boolean isDone() {
		return this.plan.get() == null;
	}

	/**
	 * Keep what is sent to the target from now on.
	 */
	void record() {
		this.recording = new ByteArrayOutputStream();
	}

	byte[] recorded() {
		ByteArrayOutputStream current = this.recording;
		if (current == null) {
			return new byte[0];
		}
		synchronized (current) {
			return current.toByteArray();
		}
	}

	private void accept() throws IOException {
		while (true) {
			Socket in = this.listener.accept();
			Socket out = new Socket(InetAddress.getLoopbackAddress(), this.target);
			in.setTcpNoDelay(true);
			out.setTcpNoDelay(true);
			this.sockets.add(in);
			this.sockets.add(out);
			start(() -> pump(in, out, true));
			start(() -> pump(out, in, false));
		}
	}

	private void pump(Socket from, Socket to, boolean forth) throws IOException {
		try (from; to) {
			DataInputStream in = new DataInputStream(from.getInputStream());
			OutputStream out = to.getOutputStream();
			byte[] held = {};
			for (int i = 0; true; i++) {
				byte[] record = next(in);
				if (record.length == 0) {
					return;
				}
				ByteArrayOutputStream current = this.recording;
				if (forth && current != null) {
					synchronized (current) {
						current.write(record);
					}
				}
				Plan due = this.plan.get();
				byte[] passed = record;
				if (held.length > 0) {
					passed = concat(record, held);
					held = new byte[0];
				}
				else if (due != null && due.forth() == forth && due.index() <= i
						&& this.plan.compareAndSet(due, null)) {
					held = (due.how() == How.SWAP) ? record : held;
					passed = due.how().tamper(record);
				}
				out.write(passed);
				out.flush();
			}
		}
	}

	/**
	 * Read a record of TLS, or, where there is none, what has come.
	 */
	private static byte[] next(InputStream in) throws IOException {
		byte[] head = in.readNBytes(1);
		if (head.length == 0) {
			return head;
		}
		if (head[0] < 20 || head[0] > 24) {
			return concat(head, in.readNBytes(Math.min(in.available(), 8192)));
		}
		byte[] rest = in.readNBytes(TlsRecords.HEAD - 1);
		byte[] whole = concat(head, rest);
		int length = (whole.length < TlsRecords.HEAD) ? 0 : TlsRecords.length(whole, 0) - TlsRecords.HEAD;
		return concat(whole, in.readNBytes(length));
	}

	private static byte[] concat(byte[] first, byte[] second) {
		ByteArrayOutputStream both = new ByteArrayOutputStream(first.length + second.length);
		both.writeBytes(first);
		both.writeBytes(second);
		return both.toByteArray();
	}

	private static void start(RawAttacks.Attack task) {
		Thread thread = new Thread(() -> RawAttacks.untilClosed(task), "relay");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
		for (Socket socket : this.sockets) {
			socket.close();
		}
	}

	/**
	 * What is to be done, and to what.
	 *
	 * @param forth whether to what is sent to the target
	 * @param index the first record of a connection to which it may be done
	 * @param how what is done
	 */
	record Plan(boolean forth, int index, How how) {

	}

	/**
	 * What can be done to a record.
	 */
	enum How {

		DROP {

			@Override
			byte[] tamper(byte[] record) {
				return new byte[0];
			}

		},

		DOUBLE {

			@Override
			byte[] tamper(byte[] record) {
				return concat(record, record);
			}

		},

		/** Comes after the next. */
		SWAP {

			@Override
			byte[] tamper(byte[] record) {
				return new byte[0];
			}

		},

		FLIP_BIT {

			@Override
			byte[] tamper(byte[] record) {
				byte[] flipped = record.clone();
				flipped[flipped.length / 2] ^= 4;
				return flipped;
			}

		},

		SWAP_BYTES {

			@Override
			byte[] tamper(byte[] record) {
				byte[] swapped = record.clone();
				int middle = swapped.length / 2;
				swapped[middle] = record[record.length - 1];
				swapped[record.length - 1] = (byte) (record[middle] + 1);
				return swapped;
			}

		},

		INSERT {

			@Override
			byte[] tamper(byte[] record) {
				return concat(record, new byte[] { 23, 3, 3, 0, 1, 0 });
			}

		};

		abstract byte[] tamper(byte[] record);

	}

}
