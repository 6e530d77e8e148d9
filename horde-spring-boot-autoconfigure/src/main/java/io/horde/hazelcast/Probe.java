package io.horde.hazelcast;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.horde.time.EventLoop;
import io.horde.transport.Transport.ProbeResult;
import org.jspecify.annotations.Nullable;

/**
 * One bare dial, its answer brought to the event loop exactly once and in time.
 */
final class Probe {

	private final EventLoop loop;

	private final Consumer<ProbeResult> answer;

	private boolean answered;

	Probe(EventLoop loop, Consumer<ProbeResult> answer) {
		this.loop = loop;
		this.answer = answer;
	}

	/**
	 * Begin, on the event loop.
	 * @param address {@code host:port}
	 * @param timeout when to give up
	 * @param dialer dials
	 * @param helpers look up host names, which can block
	 */
	void begin(String address, Duration timeout, Dialer dialer, Executor helpers) {
		EventLoop.Timer timer = this.loop.schedule(timeout.plusMillis(50), () -> answer(ProbeResult.SILENT, null));
		Consumer<ProbeResult> toLoop = (result) -> this.loop.execute(() -> answer(result, timer));
		int colon = address.lastIndexOf(':');
		if (colon <= 0) {
			toLoop.accept(ProbeResult.SILENT);
			return;
		}
		String host = address.substring(0, colon);
		Runnable dial = () -> {
			try {
				int port = Integer.parseInt(address.substring(colon + 1));
				dialer.dial(new InetSocketAddress(InetAddress.getByName(host), port), timeout, toLoop);
			}
			catch (UnknownHostException | IllegalArgumentException ex) {
				toLoop.accept(ProbeResult.SILENT);
			}
		};
		if (isLiteral(host)) {
			dial.run();
		}
		else {
			helpers.execute(dial);
		}
	}

	private void answer(ProbeResult result, EventLoop.@Nullable Timer timer) {
		if (!this.answered) {
			this.answered = true;
			if (timer != null) {
				timer.cancel();
			}
			this.answer.accept(result);
		}
	}

	private static boolean isLiteral(String host) {
		return host.startsWith("[") || host.chars().allMatch((c) -> c == '.' || (c >= '0' && c <= '9'));
	}

}
