package io.horde.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real ZooKeeper in a process of its own, whose data outlives it.
 */
final class ZookeeperServer implements AutoCloseable {

	private static final int PORT = 2181;

	private final List<String> command;

	private final String host;

	private final Path directory;

	private Process process;

	/**
	 * Creates a server that is not started.
	 * @param prefix the command that starts it, which must keep its process
	 * @param host where this JVM reaches it
	 * @param directory where its log and its data are put
	 */
	ZookeeperServer(List<String> prefix, String host, Path directory) {
		this.host = host;
		this.directory = directory;
		this.command = new ArrayList<>(prefix);
		this.command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
				"-Dzookeeper.admin.enableServer=false", "-cp", System.getProperty("java.class.path"),
				"org.apache.zookeeper.server.ZooKeeperServerMain", String.valueOf(PORT)));
	}

	void start() {
		try {
			Files.createDirectories(this.directory);
			if (this.process == null) {
				this.command.add(Files.createTempDirectory(this.directory, "zookeeper").toString());
			}
			this.process = new ProcessBuilder(this.command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(this.directory.resolve("zookeeper.log").toFile()))
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		SampleCluster.await("ZooKeeper listens", Duration.ofSeconds(60), () -> {
			try (Socket socket = new Socket()) {
				socket.connect(new InetSocketAddress(this.host, PORT), 1000);
				return true;
			}
		});
	}

	/**
	 * SIGKILL.
	 */
	void kill() {
		this.process.destroyForcibly();
		try {
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				throw new IllegalStateException("ZooKeeper does not end");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		if (this.process != null) {
			kill();
		}
	}

}
