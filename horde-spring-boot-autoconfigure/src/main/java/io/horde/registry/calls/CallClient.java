package io.horde.registry.calls;

import java.time.Duration;
import java.util.function.Function;

import io.horde.HordeException;
import io.horde.crdt.Versioned;
import io.horde.process.engine.LocalProcess;
import io.horde.registry.CallOutcomeUnknownException;
import io.horde.registry.CallTimeoutException;
import io.horde.registry.MailboxFullException;
import io.horde.registry.ProcessNotFoundException;
import io.horde.registry.names.NameRegistration;
import io.horde.registry.names.VisibleRegistrations;
import org.jspecify.annotations.Nullable;

/**
 * The caller's end of calls by name: resolves, hands over to a process of this node or to
 * another node, waits, follows. Lives on the event loop but for {@link #begin}.
 */
final class CallClient {

	private final CallParts parts;

	private final TrackedCalls calls;

	private final RemoteCalls remote;

	private final AbsentProcesses absent;

	private volatile boolean stopped;

	private volatile @Nullable HordeException expelled;

	CallClient(CallParts parts) {
		this.parts = parts;
		this.calls = new TrackedCalls(parts.loop(), parts.settings().mailboxCapacity());
		this.remote = new RemoteCalls(parts, this.calls, this);
		this.absent = new AbsentProcesses(parts, this.calls, this::attempt);
	}

	TrackedCalls calls() {
		return this.calls;
	}

	AbsentProcesses absent() {
		return this.absent;
	}

	RemoteCalls remote() {
		return this.remote;
	}

	/**
	 * Begin a call. Called on any thread. A process on this node gets it without a detour
	 * over the loop.
	 * @param call the call
	 * @throws io.horde.wire.PayloadException if its arguments can't be sent
	 */
	void begin(OutgoingCall call) {
		if (this.stopped) {
			failStopped(call);
			return;
		}
		Versioned<NameRegistration> target = target(call);
		boolean here = target != null && isHere(target);
		if (!here || call.arguments().needCopies()) {
			call.arguments().encode(this.parts.payloads());
		}
		call.deadline(this.parts.loop().schedule(Duration.ofNanos(call.timeout()), () -> expire(call)));
		if (target == null || !here || !offer(call, target)) {
			this.parts.loop().execute(() -> attempt(call));
		}
	}

	private void failStopped(OutgoingCall call) {
		HordeException expelled = this.expelled;
		this.calls.fail(call, (expelled != null) ? expelled
				: new HordeException("Node '" + this.parts.node() + "' is stopped: can't call " + call.describe()));
	}

	private @Nullable Versioned<NameRegistration> target(OutgoingCall call) {
		Versioned<NameRegistration> member = call.member();
		if (member == null) {
			return this.parts.names().visible().get(call.name());
		}
		return VisibleRegistrations.isHidden(this.parts.membership().view(), member.origin()) ? null : member;
	}

	private boolean isHere(Versioned<NameRegistration> target) {
		return target.origin().equals(this.parts.membership().selfId());
	}

	void attempt(OutgoingCall call) {
		this.calls.untrack(call);
		if (call.isDone()) {
			return;
		}
		if (this.stopped) {
			failStopped(call);
			return;
		}
		Versioned<NameRegistration> target = target(call);
		if (target == null) {
			this.absent.unknown(call);
		}
		else if (target.value().processId() == null) {
			this.calls.fail(call, new ProcessNotFoundException("Can't call " + call.describe()
					+ ": the name is held by node '" + target.origin().node() + "' itself, not by a process"));
		}
		else if (!isHere(target)) {
			if (call.arguments().areEncoded()) {
				this.remote.send(call, target.origin(), target.value().processId());
			}
			else {
				encodeElsewhere(call);
			}
		}
		else if (!offer(call, target)) {
			this.absent.refused(call);
		}
	}

	/* Returns false if the process is not there, so that the call has to wait for it. */
	private boolean offer(OutgoingCall call, Versioned<NameRegistration> target) {
		String id = target.value().processId();
		LocalProcess process = (id != null) ? this.parts.runtime().process(id) : null;
		if (process == null || !process.isOpen()) {
			return false;
		}
		if (process.offer(new LocalExecution(this, call, process, this.parts))) {
			if (call.isOneWay()) {
				this.calls.finish(call, new Outcome.Returned(null));
			}
			return true;
		}
		if (!process.isOpen()) {
			return false;
		}
		this.calls.fail(call,
				new MailboxFullException("Can't call " + call.describe() + ": the process '" + id + "' on node '"
						+ this.parts.node() + "' has too many calls waiting (horde.registry.mailbox-capacity)"));
		return true;
	}

	/*
	 * A process that was here has moved away before it took the call, as it was,
	 * uncopied.
	 */
	private void encodeElsewhere(OutgoingCall call) {
		this.parts.runtime().executor().execute(() -> {
			try {
				call.arguments().encode(this.parts.payloads());
				this.parts.loop().execute(() -> attempt(call));
			}
			catch (RuntimeException ex) {
				this.calls.fail(call, ex);
			}
		});
	}

	private void expire(OutgoingCall call) {
		String state = call.isSent() ? "the process did not answer; the call may still run"
				: call.wasRefused() || call.peer() == null ? "it has not begun to run"
						: "it was not sent, since node '" + call.peer().node() + "' takes no more frames";
		this.calls.fail(call, new CallTimeoutException("The call " + call.describe() + " from node '"
				+ this.parts.node() + "' was not answered within " + Duration.ofNanos(call.timeout()) + ": " + state));
	}

	void stop() {
		String node = "Node '" + this.parts.node() + "' is being stopped during the call ";
		stop(node, (call) -> new HordeException(node + call.describe() + ": it did not run"));
	}

	void expelled(HordeException failure) {
		this.expelled = failure;
		stop("Node '" + this.parts.node() + "' is out of the cluster since the call ", (call) -> failure);
	}

	private void stop(String during, Function<OutgoingCall, HordeException> notRun) {
		this.stopped = true;
		this.calls.all()
			.forEach((call) -> this.calls.fail(call, call.isSent()
					? new CallOutcomeUnknownException(during + call.describe() + ": it ran once or not at all", null)
					: notRun.apply(call)));
	}

	/**
	 * A process of this node was stopped before it began with a call, or is no owner at
	 * present.
	 * @param call the call
	 */
	void dropped(OutgoingCall call) {
		call.refused();
		this.parts.loop().execute(() -> {
			if (!call.isDone() && isRefusedHere(call)) {
				this.absent.refused(call);
			}
			else {
				attempt(call);
			}
		});
	}

	/*
	 * It is there, and would refuse the call at once again while ownership rests (T10).
	 */
	private boolean isRefusedHere(OutgoingCall call) {
		Versioned<NameRegistration> target = target(call);
		String id = (target != null && isHere(target)) ? target.value().processId() : null;
		LocalProcess process = (id != null) ? this.parts.runtime().process(id) : null;
		return process != null && process.isOpen() && !process.isOwner();
	}

}
