package io.horde.hazelcast.attack;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A JVM that answers each line that it is told with a line that begins with
 * {@link #ANSWER}. All else that it prints is its log.
 */
final class ChildJvm implements AutoCloseable {

	static final String ANSWER = "> ";

	private static final String ENDED = "ended";

	private static final int REMEMBERED = 100;

	private final Process process;

	private final Writer input;

	private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

	private final Deque<String> log = new ConcurrentLinkedDeque<>();

	private final AtomicInteger logLines = new AtomicInteger();

	private ChildJvm(Process process) {
		this.process = process;
		this.input = process.outputWriter();
		Thread reader = new Thread(this::read, "child-output");
		reader.setDaemon(true);
		reader.start();
	}

	/**
	 * Start a JVM.
	 * @param before a command of the shell before that, with its semicolon; or nothing
	 * @param options options of the JVM
	 * @param classPath which parts of this JVM's class path it gets
	 * @param program the class with its main method, then its arguments
	 * @return the JVM
	 */
	static ChildJvm start(String before, List<String> options, Predicate<String> classPath, String... program) {
		List<String> command = new ArrayList<>(List.of("bash", "-c", before + "exec \"$@\"", "child",
				Path.of(System.getProperty("java.home"), "bin", "java").toString()));
		command.addAll(options);
		command.add("-cp");
		command.add(Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter(classPath)
			.collect(Collectors.joining(File.pathSeparator)));
		command.addAll(List.of(program));
		try {
			return new ChildJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void read() {
		try (BufferedReader output = this.process.inputReader()) {
			String line = output.readLine();
			while (line != null) {
				if (line.startsWith(ANSWER)) {
					this.answers.add(line.substring(ANSWER.length()));
				}
				else {
					this.logLines.incrementAndGet();
					this.log.add(line);
					if (this.log.size() > REMEMBERED) {
						this.log.poll();
					}
				}
				line = output.readLine();
			}
		}
		catch (IOException ex) {
			this.log.add(ex.toString());
		}
		this.answers.add(ENDED);
	}

	/**
	 * Answer, on the side of the JVM that was started.
	 * @param line the answer
	 */
	static void answer(String line) {
		System.out.println(ANSWER + line);
		System.out.flush();
	}

	synchronized String ask(String command) {
		try {
			this.input.write(command + "\n");
			this.input.flush();
		}
		catch (IOException ex) {
			throw new AssertionError("The JVM has ended: " + this.log, ex);
		}
		return answer();
	}

	String answer() {
		try {
			String answer = this.answers.poll(120, TimeUnit.SECONDS);
			if (answer == null || answer.equals(ENDED)) {
				throw new AssertionError("The JVM does not answer: " + this.log);
			}
			return answer;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	int logLines() {
		return this.logLines.get();
	}

	/**
	 * Return the last lines of the log.
	 * @return the lines
	 */
	Deque<String> log() {
		return this.log;
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
