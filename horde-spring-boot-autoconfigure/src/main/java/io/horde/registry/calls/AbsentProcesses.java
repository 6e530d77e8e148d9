package io.horde.registry.calls;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.horde.registry.MailboxFullException;
import io.horde.registry.ProcessNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Calls whose process is not there: they fail, or wait for its return if it is moving.
 * Lives on the event loop.
 */
final class AbsentProcesses {

	private final CallParts parts;

	private final TrackedCalls calls;

	private final Consumer<OutgoingCall> attempt;

	private @Nullable Predicate<String> expected;

	/**
	 * Creates it.
	 * @param attempt tries a call again
	 */
	AbsentProcesses(CallParts parts, TrackedCalls calls, Consumer<OutgoingCall> attempt) {
		this.parts = parts;
		this.calls = calls;
		this.attempt = attempt;
	}

	void expect(Predicate<String> expected) {
		this.expected = expected;
	}

	/**
	 * Nobody who can be seen has the name.
	 */
	void unknown(OutgoingCall call) {
		Predicate<String> expected = this.expected;
		boolean returns = call.member() == null
				&& (!this.parts.names().isSynchronized() || this.parts.names().visible().isHiddenProcess(call.name())
						|| ((expected != null) ? expected.test(call.name()) : call.wasRefused()));
		if (returns) {
			awaitReturn(call);
		}
		else {
			this.calls.fail(call,
					new ProcessNotFoundException("Can't call " + call.describe() + ": nobody has that name"));
		}
	}

	/**
	 * The process that was meant will not run the call (N4).
	 */
	void refused(OutgoingCall call) {
		call.refused();
		awaitReturn(call);
	}

	private void awaitReturn(OutgoingCall call) {
		long now = this.parts.loop().nanoTime();
		Duration moveWait = this.parts.settings().moveWait();
		long left = moveWait.toNanos() - (now - call.waitingSince(now));
		if (left <= 0 || call.member() != null) {
			this.calls.fail(call, new ProcessNotFoundException("Can't call " + call.describe() + ": the process is gone"
					+ ((call.member() == null) ? " and did not come back within " + moveWait : "")));
			return;
		}
		if (!this.calls.await(call)) {
			this.calls.fail(call, new MailboxFullException("Can't call " + call.describe() + ": "
					+ this.parts.settings().mailboxCapacity()
					+ " calls already wait for the process, which is moving (horde.registry.mailbox-capacity)"));
			return;
		}
		Duration delay = call.nextDelay();
		call.retry(this.parts.loop()
			.schedule((delay.toNanos() < left) ? delay : Duration.ofNanos(left), () -> this.attempt.accept(call)));
	}

	/**
	 * The name looks different: what waits for it may go on.
	 */
	void nameChanged(String name) {
		this.calls.waitingFor(name).forEach(this.attempt);
	}

}
