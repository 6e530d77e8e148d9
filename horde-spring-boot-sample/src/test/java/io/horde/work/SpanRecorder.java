package io.horde.work;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

import io.horde.process.ProcessContext;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Writes down when users' code begins, that it still runs, and when it ends. A line is
 * <pre>
 * born|begin|beat|end|interrupted &lt;child&gt; &lt;node&gt; &lt;run&gt; &lt;span&gt; &lt;before&gt; &lt;after&gt; &lt;owner&gt; &lt;token&gt;
 * </pre> where the process was asked between two stamps whether it is owner. Each line is
 * one write to a file that is opened for appending, so a killed process loses none.
 * <p>
 * The stamps are those of {@link System#nanoTime()}, which on Linux is
 * {@code CLOCK_MONOTONIC}: one clock for all processes of a machine, in whatever network
 * namespace. {@link WorkApplication} tells it, so that whoever reads the files can verify
 * this.
 */
@Component
class SpanRecorder {

	// Not a channel, which is closed for all when one body is interrupted
	private final FileOutputStream file;

	private final String jvm = ProcessHandle.current().pid() + "-" + System.nanoTime();

	private final AtomicLong runs = new AtomicLong();

	private final AtomicLong spans = new AtomicLong();

	SpanRecorder(@Value("${work.record}") Path file) throws IOException {
		this.file = new FileOutputStream(file.toFile(), true);
	}

	/**
	 * Return a name for an instance of a process that no other instance has, and write
	 * down that it is there.
	 */
	String newRun(ProcessContext process) {
		String run = this.jvm + "-" + this.runs.incrementAndGet();
		new Span(process, run, 0).write("born");
		return run;
	}

	Span begin(ProcessContext process, String run) {
		Span span = new Span(process, run, this.spans.incrementAndGet());
		span.write("begin");
		return span;
	}

	private void write(String line) {
		try {
			this.file.write(line.getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * One execution of a body.
	 */
	final class Span {

		private final ProcessContext process;

		private final String run;

		private final long number;

		private Span(ProcessContext process, String run, long number) {
			this.process = process;
			this.run = run;
			this.number = number;
		}

		void beat() {
			write("beat");
		}

		void end() {
			write("end");
		}

		void interrupted() {
			write("interrupted");
		}

		private void write(String kind) {
			long before = System.nanoTime();
			boolean owner = this.process.isOwner();
			long after = System.nanoTime();
			SpanRecorder.this.write(kind + " " + this.process.id() + " " + this.process.node() + " " + this.run + " "
					+ this.number + " " + before + " " + after + " " + (owner ? 1 : 0) + " "
					+ this.process.fencingToken() + "\n");
		}

	}

}
