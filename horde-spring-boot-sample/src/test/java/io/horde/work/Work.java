package io.horde.work;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import io.horde.process.ProcessContext;
import io.horde.work.SpanRecorder.Span;

/**
 * The long piece of work of an instance of a process: it makes itself heard on its own
 * thread all the time, and ends early when it is interrupted. How long it takes is
 * counted in beats, so that a pause makes it late and not shorter.
 */
final class Work {

	static final Duration BEAT = Duration.ofMillis(20);

	private final ProcessContext process;

	private final SpanRecorder recorder;

	private final String run;

	private final long shortest;

	private final long longest;

	Work(ProcessContext process, SpanRecorder recorder, Duration shortest, Duration longest) {
		this.process = process;
		this.recorder = recorder;
		this.run = recorder.newRun(process);
		this.shortest = shortest.dividedBy(BEAT);
		this.longest = longest.dividedBy(BEAT);
	}

	ProcessContext process() {
		return this.process;
	}

	/**
	 * Do one piece of work.
	 * @return whether it came to its end
	 */
	boolean perform() {
		Span span = this.recorder.begin(this.process, this.run);
		long beats = ThreadLocalRandom.current().nextLong(this.shortest, this.longest + 1);
		for (long beat = 0; beat < beats; beat++) {
			try {
				Thread.sleep(BEAT.toMillis());
			}
			catch (InterruptedException ex) {
				span.interrupted();
				Thread.currentThread().interrupt();
				return false;
			}
			span.beat();
		}
		span.end();
		return true;
	}

}
