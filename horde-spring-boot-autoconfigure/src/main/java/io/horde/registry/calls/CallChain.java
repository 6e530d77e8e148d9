package io.horde.registry.calls;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import io.horde.process.engine.CurrentProcess;
import io.horde.process.engine.LocalProcess;
import io.horde.registry.calls.CallMessage.Caller;
import io.horde.registry.names.NameRegistration;
import org.jspecify.annotations.Nullable;

/**
 * Which processes led to a call, the first one first. A chain begins with whatever code
 * of a process makes a call: a tick, a task, an event listener or {@code run()} too.
 *
 * @param links the processes
 */
record CallChain(List<Link> links) {

	/*-
	 * A call waits for itself (N8) if the process that it means is a link that takes no
	 * other call until the call that it made has ended, and still waits for that, as all
	 * after it do:
	 *
	 *   a (busy) --waits--> b --waits--> a ?
	 *
	 * Who runs run(), an event listener or a concurrent method is not busy. Who has got a
	 * future, or whose deadline has passed, does not wait, and nobody before it waits for
	 * what comes after it. What a process awaits by other means, a join of a future or a
	 * thread of its own, is not known here; the deadline ends such a circle.
	 */

	/**
	 * Longer circles end by their deadlines.
	 */
	private static final int MAX_LENGTH = 32;

	private static final long LONGEST_WAIT = Duration.ofDays(365).toMillis();

	private static final CallChain NONE = new CallChain(List.of());

	private static final ThreadLocal<@Nullable Running> current = new ThreadLocal<>();

	/**
	 * Return the chain for a call that the calling thread makes.
	 * @param now the loop's monotonic clock
	 * @param waiting how long the thread waits, in nanoseconds, 0 if it does not
	 */
	static CallChain of(long now, long waiting) {
		Running running = current.get();
		List<Link> links = new ArrayList<>();
		if (running != null) {
			boolean given = running.abandoned.getAsBoolean();
			running.chain.links.forEach((link) -> links.add(given ? link.waitingUntil(now) : link));
		}
		for (CurrentProcess.Bound bound : CurrentProcess.all()) {
			LocalProcess process = bound.process();
			links.add(new Link(process.id(), process.name(), process.epoch(), bound.busy(), now + waiting));
		}
		return links.isEmpty() ? NONE
				: new CallChain(List.copyOf(links.subList(Math.max(0, links.size() - MAX_LENGTH), links.size())));
	}

	/**
	 * Read the chain of a request.
	 * @param now the loop's monotonic clock
	 */
	static CallChain read(List<Caller> callers, long now) {
		return callers.isEmpty() ? NONE
				: new CallChain(callers.stream()
					.map((caller) -> new Link(caller.process(), caller.name(), caller.epoch(), caller.busy(),
							now + Math.min(Math.max(0, caller.waitMillis()), LONGEST_WAIT) * 1_000_000))
					.toList());
	}

	/**
	 * Write the chain for a request.
	 * @param now the loop's monotonic clock
	 */
	List<Caller> write(long now) {
		return this.links.stream()
			.map((link) -> new Caller(link.process, link.name, link.epoch, link.busy,
					Math.max(0, (link.until - now + 999_999) / 1_000_000)))
			.toList();
	}

	/**
	 * Run a task that a chain has led to.
	 * @param abandoned tells whether those in the chain no longer wait for it
	 */
	static void run(CallChain chain, BooleanSupplier abandoned, Runnable task) {
		Running before = current.get();
		current.set(new Running(chain, abandoned));
		try {
			task.run();
		}
		finally {
			if (before != null) {
				current.set(before);
			}
			else {
				current.remove();
			}
		}
	}

	/**
	 * Find the circle that a call would close which waits.
	 * @param name the name that is called
	 * @param target who has it
	 * @param now the loop's monotonic clock
	 * @return the processes of the circle, or {@code null} if there is none
	 */
	@Nullable CallChain circle(String name, @Nullable NameRegistration target, long now) {
		for (int i = this.links.size() - 1; i >= 0; i--) {
			Link link = this.links.get(i);
			if (link.until - now <= 0) {
				return null;
			}
			if (link.busy && link.has(name, target)) {
				return new CallChain(this.links.subList(i, this.links.size()));
			}
		}
		return null;
	}

	/**
	 * Tell whether the process that makes the call calls itself, and can't take the call
	 * before the code that makes it has ended.
	 * @param name the name that is called
	 * @param target who has it
	 */
	boolean callsItself(String name, @Nullable NameRegistration target) {
		Link last = this.links.isEmpty() ? null : this.links.get(this.links.size() - 1);
		return last != null && last.busy && last.has(name, target);
	}

	/**
	 * Return the process that makes the call.
	 */
	String caller() {
		return this.links.get(this.links.size() - 1).process;
	}

	boolean isEmpty() {
		return this.links.isEmpty();
	}

	@Override
	public String toString() {
		return this.links.stream().map(Link::process).collect(Collectors.joining(" -> "));
	}

	/**
	 * A process that makes a call.
	 *
	 * @param process its id
	 * @param name the name it is registered by, or will be
	 * @param epoch which run of it
	 * @param busy whether it takes no other call meanwhile
	 * @param until how long it waits for the end of the call, on the loop's monotonic
	 * clock
	 */
	record Link(String process, @Nullable String name, long epoch, boolean busy, long until) {

		private Link waitingUntil(long until) {
			return new Link(this.process, this.name, this.epoch, this.busy, until);
		}

		/* While it starts nobody has its name yet. */
		private boolean has(String called, @Nullable NameRegistration target) {
			return (target != null) ? this.process.equals(target.processId()) && this.epoch == target.epoch()
					: called.equals(this.name);
		}

	}

	private record Running(CallChain chain, BooleanSupplier abandoned) {

	}

}
