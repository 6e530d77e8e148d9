package io.horde.hazelcast;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Looks up host names, on threads of their own: while name servers do not answer, only
 * those wait who need them.
 */
final class Lookups implements AutoCloseable {

	private static final int THREADS = 4;

	private final ThreadPoolExecutor executor;

	Lookups(String threadName) {
		this.executor = new ThreadPoolExecutor(THREADS, THREADS, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				(task) -> {
					Thread thread = new Thread(task, threadName);
					thread.setDaemon(true);
					return thread;
				}, new ThreadPoolExecutor.DiscardPolicy());
		this.executor.allowCoreThreadTimeOut(true);
	}

	/**
	 * Find out where an address is.
	 * @param address {@code host:port}
	 * @param found gets the resolved address, or {@code null} if there is none, at once
	 * or on a thread of this
	 */
	void resolve(String address, Consumer<@Nullable InetSocketAddress> found) {
		int colon = address.lastIndexOf(':');
		if (colon <= 0) {
			found.accept(null);
			return;
		}
		String host = address.substring(0, colon);
		if (isLiteral(host)) {
			found.accept(resolve(host, address.substring(colon + 1)));
		}
		else {
			this.executor.execute(() -> found.accept(resolve(host, address.substring(colon + 1))));
		}
	}

	/**
	 * Tell whether there is nothing to look up.
	 * @param host a host
	 * @return {@code true} for numbers
	 */
	static boolean isLiteral(String host) {
		return host.startsWith("[") || host.chars().allMatch((c) -> c == '.' || (c >= '0' && c <= '9'));
	}

	private static @Nullable InetSocketAddress resolve(String host, String port) {
		try {
			return new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port));
		}
		catch (UnknownHostException | IllegalArgumentException ex) {
			return null;
		}
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
