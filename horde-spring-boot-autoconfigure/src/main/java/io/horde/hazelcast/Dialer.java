package io.horde.hazelcast;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

import io.horde.transport.Transport.ProbeResult;

/**
 * Finds out whether somebody listens at addresses: any number of bare dials at once, on
 * one thread.
 */
final class Dialer implements AutoCloseable {

	private final Selector selector;

	private final Thread thread;

	private final Queue<Attempt> added = new ConcurrentLinkedQueue<>();

	private volatile boolean closed;

	Dialer(String threadName) throws IOException {
		this.selector = Selector.open();
		this.thread = new Thread(this::run, threadName);
		this.thread.setDaemon(true);
		this.thread.start();
	}

	/**
	 * Dial, and hang up as soon as somebody answers.
	 * @param address a resolved address
	 * @param timeout how long to wait
	 * @param answer called once, on the dialer's thread, unless the dialer is closed
	 * before
	 */
	void dial(InetSocketAddress address, Duration timeout, Consumer<ProbeResult> answer) {
		this.added.add(new Attempt(address, System.nanoTime() + timeout.toNanos(), answer));
		this.selector.wakeup();
	}

	@Override
	public void close() {
		this.closed = true;
		this.selector.wakeup();
	}

	private void run() {
		try (Selector open = this.selector) {
			while (!this.closed) {
				open.select(untilNextDeadline());
				begin();
				for (SelectionKey key : open.selectedKeys()) {
					finish(key);
				}
				open.selectedKeys().clear();
				expire();
			}
			for (SelectionKey key : open.keys()) {
				key.channel().close();
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("The thread that dials peers has failed", ex);
		}
	}

	private long untilNextDeadline() {
		long now = System.nanoTime();
		long nearest = Long.MAX_VALUE;
		for (SelectionKey key : this.selector.keys()) {
			if (key.isValid()) {
				nearest = Math.min(nearest, attempt(key).deadline - now);
			}
		}
		return (nearest == Long.MAX_VALUE) ? 0 : Math.max(1, nearest / 1_000_000 + 1);
	}

	private void begin() {
		Attempt attempt = this.added.poll();
		while (attempt != null) {
			try {
				SocketChannel channel = SocketChannel.open();
				try {
					channel.configureBlocking(false);
					if (channel.connect(attempt.address)) {
						end(channel, attempt, ProbeResult.ACCEPTED);
					}
					else {
						channel.register(this.selector, SelectionKey.OP_CONNECT, attempt);
					}
				}
				catch (IOException | RuntimeException ex) {
					end(channel, attempt, judge(ex));
				}
			}
			catch (IOException ex) {
				attempt.answer.accept(ProbeResult.SILENT);
			}
			attempt = this.added.poll();
		}
	}

	private void finish(SelectionKey key) {
		SocketChannel channel = (SocketChannel) key.channel();
		Attempt attempt = attempt(key);
		try {
			if (channel.finishConnect()) {
				end(channel, attempt, ProbeResult.ACCEPTED);
			}
		}
		catch (IOException ex) {
			end(channel, attempt, judge(ex));
		}
	}

	private void expire() {
		long now = System.nanoTime();
		List<SelectionKey> late = new ArrayList<>();
		for (SelectionKey key : this.selector.keys()) {
			if (key.isValid() && attempt(key).deadline - now <= 0) {
				late.add(key);
			}
		}
		for (SelectionKey key : late) {
			end((SocketChannel) key.channel(), attempt(key), ProbeResult.SILENT);
		}
	}

	private static void end(SocketChannel channel, Attempt attempt, ProbeResult result) {
		try {
			channel.close();
		}
		catch (IOException ex) {
			// It was to be closed anyway.
		}
		attempt.answer.accept(result);
	}

	/**
	 * Only a refusal by the host itself proves that nobody listens. No route, no network,
	 * or an unknown host prove nothing.
	 */
	private static ProbeResult judge(Exception failure) {
		return (failure instanceof ConnectException) ? ProbeResult.REFUSED : ProbeResult.SILENT;
	}

	private static Attempt attempt(SelectionKey key) {
		return (Attempt) key.attachment();
	}

	private record Attempt(InetSocketAddress address, long deadline, Consumer<ProbeResult> answer) {
	}

}
