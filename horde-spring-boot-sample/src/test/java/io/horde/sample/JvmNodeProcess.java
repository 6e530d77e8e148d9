package io.horde.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM on this machine that runs the sample. It ends only processes that it has started.
 */
final class JvmNodeProcess implements NodeProcess {

	static final List<String> JAR = List.of("-jar", System.getProperty("sample.jar", ""));

	private final List<String> command;

	private final Path log;

	private volatile Process process;

	/**
	 * Creates a process that is not started.
	 * @param prefix the command that starts it, which must keep its process
	 * @param program the options of the JVM that tell what to run
	 * @param arguments of the sample
	 * @param log the file to which it writes
	 */
	JvmNodeProcess(List<String> prefix, List<String> program, List<String> arguments, Path log) {
		this.log = log;
		this.command = new ArrayList<>(prefix);
		this.command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		this.command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC"));
		this.command.addAll(program);
		this.command.addAll(arguments);
	}

	@Override
	public void start() {
		try {
			Files.createDirectories(this.log.getParent());
			this.process = new ProcessBuilder(this.command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(this.log.toFile()))
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public boolean isAlive() {
		return this.process != null && this.process.isAlive();
	}

	@Override
	public void kill() {
		this.process.destroyForcibly();
		await(Duration.ofSeconds(10));
	}

	@Override
	public void terminate() {
		this.process.destroy();
	}

	@Override
	public boolean await(Duration timeout) {
		try {
			return this.process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public int exitValue() {
		return this.process.exitValue();
	}

	@Override
	public void pause() {
		signal("STOP");
	}

	@Override
	public void resume() {
		signal("CONT");
	}

	private void signal(String signal) {
		try {
			int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(this.process.pid())).start().waitFor();
			if (exit != 0) {
				throw new IllegalStateException("kill -" + signal + " ended with " + exit);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public String log() {
		try {
			return Files.exists(this.log) ? Files.readString(this.log) : "";
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		if (isAlive()) {
			kill();
		}
	}

}
