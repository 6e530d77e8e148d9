package io.horde.registry.calls;

import java.time.Duration;
import java.util.function.Function;

import io.horde.HordeException;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.payload.PayloadException;
import io.horde.process.engine.LocalProcess;
import io.horde.registry.CallOutcomeUnknownException;
import io.horde.registry.CallTimeoutException;
import io.horde.registry.CircularCallException;
import io.horde.registry.MailboxFullException;
import io.horde.registry.ProcessNotFoundException;
import io.horde.registry.names.NameRegistration;
import io.horde.registry.names.VisibleRegistrations;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The caller's end of calls by name: resolves, hands over to a process of this node or to
 * another node, waits, follows. Lives on the event loop but for {@link #begin}.
 */
final class CallClient {

	private static final Logger logger = LoggerFactory.getLogger(CallClient.class);

	private final CallParts parts;

	private final TrackedCalls calls;

	private final RemoteCalls remote;

	private final AbsentProcesses absent;

	private volatile boolean stopped;

	private volatile @Nullable HordeException expelled;

	CallClient(CallParts parts, CallFrames frames) {
		this.parts = parts;
		this.calls = new TrackedCalls(parts.loop(), parts.settings().mailboxCapacity());
		this.remote = new RemoteCalls(parts, this.calls, frames, this);
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
		HordeException circle = circle(call, target);
		if (circle != null) {
			throw circle;
		}
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

	/*
	 * A process that waits for this call can't take it (N8). Looked at each time that the
	 * name has got another owner: it may be one that starts, and waits.
	 */
	private @Nullable HordeException circle(OutgoingCall call, @Nullable Versioned<NameRegistration> target) {
		CallChain chain = call.chain();
		if (call.isOneWay() || chain.isEmpty()) {
			return null;
		}
		NameRegistration registration = (target != null) ? target.value() : null;
		if (chain.callsItself(call.name(), registration)) {
			return new CircularCallException("The process '" + chain.caller() + "' on node '" + this.parts.node()
					+ "' calls itself by " + call.method().describe() + " of '" + call.name()
					+ "', which would wait for itself for ever: call the method directly, or make it @OneWay");
		}
		CallChain circle = chain.circle(call.name(), registration, this.parts.loop().nanoTime());
		return (circle != null)
				? new CircularCallException("The call " + call.method().describe() + " of '" + call.name()
						+ "' on node '" + this.parts.node() + "' would wait for itself for ever: " + circle + " -> '"
						+ call.name() + "', which takes no call until its own has ended. Let one of the methods return"
						+ " a CompletableFuture that nobody waits for, make it @OneWay, or make the process concurrent")
				: null;
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
		HordeException circle = circle(call, target);
		if (circle != null) {
			this.calls.fail(call, circle);
		}
		else if (target == null) {
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
		LocalExecution execution = new LocalExecution(this, call, process, this.parts);
		call.offered(execution);
		if (process.offer(execution)) {
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
			catch (Throwable ex) {
				logger.warn("The call {} can't be sent to another node", call.describe(), ex);
				this.calls.fail(call, (ex instanceof PayloadException known) ? known : call.unsendable(ex));
			}
		});
	}

	private void expire(OutgoingCall call) {
		if (call.isDone()) {
			return;
		}
		boolean mayHaveRun = call.giveUp();
		ReplicaId peer = call.peer();
		String state;
		if (mayHaveRun) {
			state = call.hasBegunHere() ? "it has begun, and may still run"
					: call.isSent() ? "the process did not answer; the call may still run"
							: "an earlier attempt was lost, and may still run";
		}
		else {
			state = (call.wasRefused() || peer == null) ? "it has not begun to run, and will not"
					: "it was not sent, since node '" + peer.node() + "' takes no more frames";
		}
		this.calls.fail(call,
				new CallTimeoutException(
						"The call " + call.describe() + " from node '" + this.parts.node()
								+ "' was not answered within " + Duration.ofNanos(call.timeout()) + ": " + state,
						mayHaveRun));
	}

	/**
	 * Nobody waits for a call any more (N7). May be called from any thread.
	 * @param failure what it ends with
	 */
	void cancel(OutgoingCall call, RuntimeException failure) {
		call.giveUp();
		if (!this.calls.fail(call, failure)) {
			return;
		}
		LocalExecution execution = call.execution();
		if (execution != null) {
			execution.cancel();
		}
		this.parts.loop().execute(() -> this.remote.cancel(call));
	}

	/**
	 * A process of this node did not return. Called on its thread.
	 */
	void failed(OutgoingCall call, CallMessage.Failure failure) {
		this.remote.failed(call, this.parts.membership().selfId(), failure);
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
			.forEach(
					(call) -> this.calls.fail(call,
							call.isSent()
									? new CallOutcomeUnknownException(
											during + call.describe() + ": it ran once or not at all", null, true)
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
