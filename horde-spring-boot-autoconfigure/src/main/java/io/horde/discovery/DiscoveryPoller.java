package io.horde.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.horde.cluster.MemberSource;
import io.horde.cluster.MemberSource.Candidate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a source for candidates, again and again and whenever the source says that it is
 * worth while, on one thread of its own.
 */
public final class DiscoveryPoller {

	private static final Logger logger = LoggerFactory.getLogger(DiscoveryPoller.class);

	/**
	 * A registry may forget an instance for a moment, so one answer without it is no
	 * news.
	 */
	private static final int ABSENCES = 3;

	private static final Duration IMPATIENT = Duration.ofSeconds(1);

	private final MemberSource source;

	private final Duration interval;

	private final Consumer<List<Candidate>> found;

	private final Consumer<String> failed;

	private final DiscoveryCounters counters;

	private final Semaphore wake = new Semaphore(0);

	private final Map<Candidate, Integer> absences = new LinkedHashMap<>();

	private volatile @Nullable Thread thread;

	private boolean expectsOthers;

	private int emptyAnswers;

	private @Nullable String reportedFailure;

	/**
	 * Creates a poller.
	 * @param source the source
	 * @param interval the time between two questions
	 * @param found told of each answer that is not empty: an empty one is no news
	 * @param failed told of each failure, a sentence
	 * @param counters counts the answers
	 */
	public DiscoveryPoller(MemberSource source, Duration interval, Consumer<List<Candidate>> found,
			Consumer<String> failed, DiscoveryCounters counters) {
		this.source = source;
		this.interval = interval;
		this.found = found;
		this.failed = failed;
		this.counters = counters;
		source.onChange(this::wake);
	}

	/**
	 * Begin to ask.
	 */
	public void start() {
		Thread thread = new Thread(this::run, "horde-discovery");
		thread.setDaemon(true);
		this.thread = thread;
		thread.start();
	}

	/**
	 * Ask no more. A question that is under way has no effect. Can be started again.
	 */
	public void stop() {
		Thread thread = this.thread;
		this.thread = null;
		if (thread != null) {
			thread.interrupt();
		}
	}

	/**
	 * Ask soon. Any number of calls while a question is under way lead to one more.
	 */
	public void wake() {
		this.wake.release();
	}

	private boolean isCurrent() {
		return Thread.currentThread() == this.thread;
	}

	private void run() {
		this.expectsOthers = this.source.expectsOthers();
		while (isCurrent()) {
			this.wake.drainPermits();
			poll();
			try {
				this.wake.tryAcquire(pause().toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

	private Duration pause() {
		boolean impatient = this.expectsOthers && this.absences.isEmpty() && this.interval.compareTo(IMPATIENT) > 0;
		return impatient ? IMPATIENT : this.interval;
	}

	private void poll() {
		List<Candidate> answer;
		try {
			answer = this.source.candidates();
		}
		catch (Exception ex) {
			if (isCurrent()) {
				this.counters.failures().increment();
				reportFailure(ex);
			}
			return;
		}
		if (isCurrent()) {
			(answer.isEmpty() ? this.counters.emptyAnswers() : this.counters.answers()).increment();
			accept(answer);
		}
	}

	private void accept(List<Candidate> answer) {
		if (this.reportedFailure != null) {
			this.reportedFailure = null;
			logger.info("There are answers from {} again", this.source.description());
		}
		if (answer.isEmpty()) {
			reportEmptiness();
			return;
		}
		this.emptyAnswers = 0;
		this.absences.replaceAll((candidate, absences) -> absences + 1);
		answer.forEach((candidate) -> this.absences.put(candidate, 0));
		this.absences.values().removeIf((absences) -> absences >= ABSENCES);
		this.found.accept(new ArrayList<>(this.absences.keySet()));
	}

	private void reportEmptiness() {
		this.emptyAnswers++;
		if (this.emptyAnswers != 2 || !this.expectsOthers) {
			return;
		}
		if (this.absences.isEmpty()) {
			logger.warn("There is nobody to join: {} has no instances. This node goes on alone and keeps asking. "
					+ "If there are other nodes, check that they are registered under this service id, "
					+ "or list their transport addresses in horde.cluster.members", this.source.description());
		}
		else {
			logger.warn(
					"{} has no instances any more. That changes nothing: "
							+ "the last answer is kept, members are judged by their heartbeats",
					this.source.description());
		}
	}

	private void reportFailure(Exception failure) {
		String reason = "There is no answer from " + this.source.description() + ": " + failure;
		if (this.reportedFailure == null) {
			logger.warn("{}. The last answer is kept, the next question follows in {} ms", reason, pause().toMillis());
			logger.debug("The failure of {}", this.source.description(), failure);
		}
		this.reportedFailure = reason;
		this.failed.accept(reason);
	}

}
