package io.horde.sample;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.horde.process.ProcessContext;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/**
 * Writes down, for whoever examines the cluster from outside, when each session starts
 * and ends and what it is told about its ownership in between: one line each, appended to
 * a file that no broken network can keep from anybody.
 * <p>
 * The clock is read <em>before</em> the question is asked, so a session that stands still
 * in between doesn't claim to own anything later than it did. All processes of a machine
 * share this clock, whatever network they are in.
 */
@Component
@ConditionalOnProperty("sample.record")
class Recorder implements DisposableBean {

	// Not a channel, which is closed for all when one process is interrupted
	private final FileOutputStream file;

	private final Map<DeviceSession, String> instances = new ConcurrentHashMap<>();

	// In a container each JVM has the same process id
	private final String jvm = ProcessHandle.current().pid() + "-" + System.nanoTime();

	private final AtomicLong number = new AtomicLong();

	private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "recorder");
		thread.setDaemon(true);
		return thread;
	});

	Recorder(@Value("${sample.record}") Path file, @Value("${sample.record-interval:50ms}") Duration interval)
			throws IOException {
		this.file = new FileOutputStream(file.toFile(), true);
		this.executor.scheduleWithFixedDelay(this::tick, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
	}

	void started(DeviceSession session) {
		String instance = session.context().node() + " " + this.jvm + "-" + this.number.incrementAndGet();
		long stamp = System.nanoTime();
		write(line('S', stamp, session.context(), instance, false));
		this.instances.put(session, instance);
	}

	void ended(DeviceSession session) {
		String instance = this.instances.remove(session);
		if (instance != null) {
			long stamp = System.nanoTime();
			write(line('E', stamp, session.context(), instance, false));
		}
	}

	private void tick() {
		StringBuilder lines = new StringBuilder();
		this.instances.forEach((session, instance) -> {
			long stamp = System.nanoTime();
			boolean owner = session.context().isOwner();
			lines.append(line('T', stamp, session.context(), instance, owner));
		});
		if (!lines.isEmpty()) {
			write(lines.toString());
		}
	}

	private static String line(char kind, long stamp, ProcessContext context, String instance, boolean owner) {
		return kind + " " + stamp + " " + context.id() + " " + context.fencingToken() + " " + instance
				+ (owner ? " 1\n" : " 0\n");
	}

	private synchronized void write(String lines) {
		try {
			this.file.write(lines.getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void destroy() throws IOException {
		this.executor.shutdownNow();
		this.file.close();
	}

}
