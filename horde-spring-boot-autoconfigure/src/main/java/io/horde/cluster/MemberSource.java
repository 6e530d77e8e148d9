package io.horde.cluster;

import java.util.List;

/**
 * Where candidates come from: addresses that are dialled to find members. Candidates are
 * not members and say nothing about liveness.
 * <p>
 * A source is polled every {@code horde.cluster.discovery-interval}, on a thread that may
 * block. A bean of this type replaces the discovery client and
 * {@code horde.cluster.members}.
 */
public interface MemberSource {

	/**
	 * Return the candidates. This node may be among them.
	 * @return the candidates; an empty list is no news, the last one is kept
	 * @throws Exception if the source can't answer: the last list is kept, the failure is
	 * logged once and counted
	 */
	List<Candidate> candidates() throws Exception;

	/**
	 * Register a callback to be called when a poll would be worth while.
	 * @param wake may be called from any thread, returns at once
	 */
	default void onChange(Runnable wake) {
	}

	/**
	 * Tell whether other members are to be expected. If not, the node doesn't wait for
	 * them when it starts, and an empty answer is not reported. Asked once at each start.
	 * @return {@code false} if this node is a cluster of its own as far as is known
	 */
	default boolean expectsOthers() {
		return true;
	}

	/**
	 * Return what this source is, for log lines.
	 * @return a noun phrase
	 */
	default String description() {
		return getClass().getSimpleName();
	}

	/**
	 * An address that may be a member's.
	 *
	 * @param address {@code host:port} of its transport
	 * @param nodeName its node name, or an empty string if the source doesn't tell
	 */
	record Candidate(String address, String nodeName) {

	}

}
