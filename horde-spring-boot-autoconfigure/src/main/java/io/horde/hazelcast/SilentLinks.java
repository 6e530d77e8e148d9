package io.horde.hazelcast;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.horde.time.EventLoop;
import io.horde.transport.Transport.ProbeResult;

/**
 * Finds links over which nothing comes though the path to the peer is whole again. TCP
 * repeats what got lost at ever longer intervals: after an outage of eight seconds it may
 * wait for another five. A new connection needs a round trip. Lives on the event loop.
 */
final class SilentLinks {

	/**
	 * Longer than any pause between heartbeats, so that links that work are left alone.
	 */
	static final Duration SILENCE = Duration.ofMillis(2500);

	private static final Duration INTERVAL = Duration.ofMillis(250);

	/**
	 * So many dials in a row must have failed, and so many been accepted since. Where
	 * three packets of ten get lost that is rare, and a new connection would take longer
	 * than the repetition.
	 */
	private static final int FAILED = 6;

	private static final int ACCEPTED = 4;

	private final EventLoop loop;

	private final Environment environment;

	private final Supplier<Collection<HazelcastLink>> links;

	private final Consumer<HazelcastLink> revive;

	private final Map<HazelcastLink, Path> paths = new WeakHashMap<>();

	private boolean closed;

	/**
	 * Creates what begins to look at links at once.
	 * @param loop the event loop
	 * @param environment dials
	 * @param links the links that are up
	 * @param revive makes the connection of a link anew
	 */
	SilentLinks(EventLoop loop, Environment environment, Supplier<Collection<HazelcastLink>> links,
			Consumer<HazelcastLink> revive) {
		this.loop = loop;
		this.environment = environment;
		this.links = links;
		this.revive = revive;
		loop.schedule(INTERVAL, this::round);
	}

	void close() {
		this.closed = true;
	}

	private void round() {
		if (this.closed) {
			return;
		}
		for (HazelcastLink link : this.links.get()) {
			if (link.isSilentFor(SILENCE)) {
				examine(link);
			}
			else {
				this.paths.remove(link);
			}
		}
		this.loop.schedule(INTERVAL, this::round);
	}

	/*
	 * A process that stands still is silent too, and its kernel accepts dials: so only a
	 * path that was seen broken can be whole again.
	 */
	private void examine(HazelcastLink link) {
		Path path = this.paths.computeIfAbsent(link, (key) -> new Path());
		Attempt attempt = path.attempt();
		this.environment.bareDial(link.address(), (result) -> {
			attempt.accepted = result == ProbeResult.ACCEPTED;
			if (path.isWholeAgain() && link.isUp() && link.isSilentFor(SILENCE) && this.paths.remove(link, path)) {
				this.revive.accept(link);
			}
		});
	}

	/**
	 * What is known of the path to a silent peer.
	 */
	private static final class Path {

		private final Deque<Attempt> attempts = new ArrayDeque<>();

		private Attempt attempt() {
			Attempt attempt = new Attempt();
			this.attempts.addFirst(attempt);
			if (this.attempts.size() > 2 * (FAILED + ACCEPTED)) {
				this.attempts.removeLast();
			}
			return attempt;
		}

		/* An attempt without an answer that is older than an answered one has failed. */
		private boolean isWholeAgain() {
			int accepted = 0;
			int failed = 0;
			for (Attempt attempt : this.attempts) {
				if (attempt.accepted && failed == 0) {
					accepted++;
				}
				else if (attempt.accepted || (accepted < ACCEPTED && accepted > 0)) {
					return false;
				}
				else if (accepted > 0 && ++failed == FAILED) {
					return true;
				}
			}
			return false;
		}

	}

	/**
	 * One bare dial.
	 */
	private static final class Attempt {

		private boolean accepted;

	}

}
