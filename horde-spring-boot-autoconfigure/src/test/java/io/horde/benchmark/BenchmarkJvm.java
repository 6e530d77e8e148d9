package io.horde.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A JVM that runs a {@link BenchmarkNode}, or another program that answers alike.
 */
final class BenchmarkJvm implements AutoCloseable {

	private final String name;

	private final int port;

	private final Process process;

	private final BufferedReader output;

	private final Writer input;

	private BenchmarkJvm(String name, int port, Process process) {
		this.name = name;
		this.port = port;
		this.process = process;
		this.output = process.inputReader();
		this.input = process.outputWriter();
	}

	static BenchmarkJvm launch(String name, int port, List<String> options) {
		return launch(BenchmarkNode.class, name, port, options);
	}

	static BenchmarkJvm launch(Class<?> program, String name, int port, List<String> options) {
		try {
			ProcessBuilder builder = new ProcessBuilder(System.getProperty("java.home") + "/bin/java");
			builder.command().addAll(options);
			builder.command()
				.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName(), name,
						Integer.toString(port)));
			BenchmarkJvm jvm = new BenchmarkJvm(name, port,
					builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
			jvm.answer();
			return jvm;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String address() {
		return "127.0.0.1:" + this.port;
	}

	int port() {
		return this.port;
	}

	/**
	 * Give a command without waiting for the answer.
	 */
	void tell(String command) {
		try {
			this.input.write(command + "\n");
			this.input.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Wait for the answer to the oldest command that has none.
	 */
	String answer() {
		try {
			String line = this.output.readLine();
			while (line != null) {
				if (line.startsWith(BenchmarkNode.ANSWER)) {
					return line.substring(BenchmarkNode.ANSWER.length());
				}
				System.out.println("[" + this.name + "] " + line);
				line = this.output.readLine();
			}
			throw new IllegalStateException(this.name + " has ended");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String ask(String command) {
		tell(command);
		return answer();
	}

	long number(String command) {
		return Long.parseLong(ask(command));
	}

	long[] numbers(String command) {
		return parse(ask(command));
	}

	static long[] parse(String answer) {
		return answer.isEmpty() ? new long[0]
				: Arrays.stream(answer.split(" "))
					.flatMapToLong((word) -> LongStream.of(Long.parseLong(word)))
					.toArray();
	}

	/**
	 * End it with SIGTERM, and wait until it has exited.
	 * @return how long that took, in nanoseconds
	 */
	long terminate() {
		long begin = System.nanoTime();
		this.process.destroy();
		await();
		return System.nanoTime() - begin;
	}

	void kill() {
		this.process.destroyForcibly();
		await();
	}

	private void await() {
		try {
			this.process.waitFor();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		kill();
	}

}
