package io.horde.sample;

import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

import io.horde.sample.SampleNode.Answer;

/**
 * Requests that were refused, counted by where and why. A node that is killed, stopped,
 * paused or starting can't answer. One that lives should: it waits for a session that is
 * about to run elsewhere. What it can't tell is whether a call ran whose session's node
 * died over it.
 */
final class Refusals {

	private final Map<Kind, LongAdder> counts = new ConcurrentSkipListMap<>();

	void add(boolean living, Answer answer) {
		this.counts.computeIfAbsent(new Kind(living, reason(answer)), (kind) -> new LongAdder()).increment();
	}

	private static String reason(Answer answer) {
		if (answer.failure() instanceof HttpTimeoutException) {
			return "no answer";
		}
		if (answer.failure() instanceof ConnectException) {
			return "nobody listens";
		}
		if (answer.failure() != null) {
			return "connection broken";
		}
		String error = answer.body().startsWith("{") ? answer.json().path("error").asString("") : "";
		return answer.status() + (error.isEmpty() ? "" : " " + error);
	}

	long sum() {
		return this.counts.values().stream().mapToLong(LongAdder::sum).sum();
	}

	/**
	 * What living nodes have refused.
	 * @return how often, by reason
	 */
	Map<String, Long> ofLivingNodes() {
		Map<String, Long> reasons = new TreeMap<>();
		this.counts.forEach((kind, count) -> {
			if (kind.living()) {
				reasons.put(kind.reason(), count.sum());
			}
		});
		return reasons;
	}

	@Override
	public String toString() {
		return this.counts.toString();
	}

	/**
	 * A kind of refusals.
	 *
	 * @param living whether the node that was asked lived, and was in the cluster
	 * @param reason why there was no good answer
	 */
	private record Kind(boolean living, String reason) implements Comparable<Kind> {

		@Override
		public int compareTo(Kind other) {
			int order = Boolean.compare(this.living, other.living);
			return (order != 0) ? order : this.reason.compareTo(other.reason);
		}

		@Override
		public String toString() {
			return (this.living ? "living node: " : "victim: ") + this.reason;
		}

	}

}
