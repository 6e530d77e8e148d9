package io.horde.registry.calls;

import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

import io.horde.HordeException;
import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessRuntime;
import io.horde.registry.CallOutcomeUnknownException;
import io.horde.registry.CallTimeoutException;
import io.horde.registry.MailboxFullException;
import io.horde.registry.ProcessNotFoundException;
import io.horde.registry.RemoteCallException;
import io.horde.registry.names.NameRegistration;
import io.horde.registry.names.RegistrationTable;
import io.horde.registry.names.RegistrySettings;
import io.horde.registry.names.VisibleRegistrations;
import io.horde.time.EventLoop;
import io.horde.transport.Channels;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;

/**
 * The caller's end of calls by name: resolves, sends, waits, follows. Lives on the event
 * loop but for {@link #begin} and {@link #finish}.
 */
public final class CallClient implements MembershipListener {

	private static final Duration FIRST_RETRY = Duration.ofMillis(5);

	private static final int LONGEST_RETRY_SHIFT = 6;

	private final EventLoop loop;

	private final Membership membership;

	private final RegistrationTable names;

	private final ProcessRuntime runtime;

	private final Payloads payloads;

	private final Interceptors interceptors;

	private final RegistrySettings settings;

	private final TrackedCalls calls;

	private @Nullable Predicate<String> expected;

	private volatile boolean stopped;

	private final LongAdder executed = new LongAdder();

	public CallClient(EventLoop loop, Membership membership, RegistrationTable names, ProcessRuntime runtime,
			Payloads payloads, Interceptors interceptors, RegistrySettings settings) {
		this.loop = loop;
		this.membership = membership;
		this.names = names;
		this.runtime = runtime;
		this.payloads = payloads;
		this.interceptors = interceptors;
		this.settings = settings;
		this.calls = new TrackedCalls(settings.mailboxCapacity());
	}

	void countExecuted() {
		this.executed.increment();
	}

	/**
	 * Return how many calls ran here whose caller was here too. May be called from any
	 * thread.
	 */
	public long executed() {
		return this.executed.sum();
	}

	public void expect(Predicate<String> expected) {
		this.expected = expected;
	}

	public TrackedCalls calls() {
		return this.calls;
	}

	/**
	 * Begin a call. Called on any thread. A process on this node gets it without a detour
	 * over the loop.
	 * @param call the call
	 * @throws io.horde.wire.PayloadException if its arguments can't be sent
	 */
	void begin(OutgoingCall call) {
		if (this.stopped) {
			finish(call, new Outcome.Failed(
					new HordeException("Node '" + node() + "' is stopped: can't call " + call.describe())));
			return;
		}
		Versioned<NameRegistration> target = target(call);
		boolean here = target != null && isHere(target);
		if (!here || call.copiesArguments()) {
			call.encode(this.payloads);
		}
		call.deadline(this.loop.schedule(Duration.ofNanos(call.timeout()), () -> expire(call)));
		if (target == null || !here || !offer(call, target)) {
			this.loop.execute(() -> attempt(call));
		}
	}

	private @Nullable Versioned<NameRegistration> target(OutgoingCall call) {
		Versioned<NameRegistration> member = call.member();
		if (member == null) {
			return this.names.visible().get(call.name());
		}
		return VisibleRegistrations.isHidden(this.membership.view(), member.origin()) ? null : member;
	}

	private boolean isHere(Versioned<NameRegistration> target) {
		return target.origin().equals(this.membership.selfId());
	}

	private String node() {
		return this.membership.selfId().node();
	}

	private void attempt(OutgoingCall call) {
		this.calls.untrack(call);
		if (call.isDone()) {
			return;
		}
		if (this.stopped) {
			fail(call, new HordeException("Node '" + node() + "' is stopped: can't call " + call.describe()));
			return;
		}
		Versioned<NameRegistration> target = target(call);
		if (target == null) {
			absent(call);
		}
		else if (target.value().processId() == null) {
			fail(call, new ProcessNotFoundException("Can't call " + call.describe() + ": the name is held by node '"
					+ target.origin().node() + "' itself, not by a process"));
		}
		else if (!isHere(target)) {
			send(call, target, target.value().processId());
		}
		else if (!offer(call, target)) {
			call.refused();
			awaitReturn(call);
		}
	}

	/* Returns false if the process is not there, so that the call has to wait for it. */
	private boolean offer(OutgoingCall call, Versioned<NameRegistration> target) {
		String id = target.value().processId();
		LocalProcess process = (id != null) ? this.runtime.process(id) : null;
		if (process == null || !process.isOpen()) {
			return false;
		}
		if (process.offer(new LocalExecution(this, call, process, this.payloads, this.interceptors))) {
			if (call.isOneWay()) {
				finish(call, new Outcome.Returned(null));
			}
			return true;
		}
		if (!process.isOpen()) {
			return false;
		}
		fail(call, new MailboxFullException("Can't call " + call.describe() + ": the process '" + id + "' on node '"
				+ node() + "' has too many calls waiting (horde.registry.mailbox-capacity)"));
		return true;
	}

	private void send(OutgoingCall call, Versioned<NameRegistration> target, String processId) {
		ReplicaId peer = target.origin();
		if (!call.isEncoded()) {
			encodeElsewhere(call);
			return;
		}
		if (this.calls.isBlocked(peer)) {
			block(call, peer);
			return;
		}
		long id = this.calls.nextId(peer);
		long millis = Math.max(1, call.remaining(this.loop.nanoTime()) / 1_000_000);
		byte[] frame = new CallMessage.Request(id, (call.member() == null) ? call.name() : null, processId,
				call.api().getName(), call.method().name(), call.encoded(), millis, call.isOneWay(), call.chain(),
				call.headers())
			.toFrame();
		if (!this.membership.send(peer, Channels.REGISTRY, frame)) {
			block(call, peer);
		}
		else if (call.isOneWay()) {
			finish(call, new Outcome.Returned(null));
		}
		else {
			this.calls.sent(call, peer, id);
		}
	}

	/*
	 * A process that was here has moved away before it took the call, as it was,
	 * uncopied.
	 */
	private void encodeElsewhere(OutgoingCall call) {
		this.runtime.executor().execute(() -> {
			try {
				call.encode(this.payloads);
				this.loop.execute(() -> attempt(call));
			}
			catch (RuntimeException ex) {
				fail(call, ex);
			}
		});
	}

	private void block(OutgoingCall call, ReplicaId peer) {
		if (this.calls.block(call, peer)) {
			call.retry(this.loop.schedule(delay(call), () -> unblock(peer)));
			return;
		}
		fail(call,
				new MailboxFullException("Can't call " + call.describe() + ": " + this.settings.mailboxCapacity()
						+ " calls already wait for room on the link to node '" + peer.node()
						+ "' (horde.registry.mailbox-capacity)"));
	}

	private void unblock(ReplicaId peer) {
		Deque<OutgoingCall> queue = this.calls.takeBlockedBy(peer);
		while (!queue.isEmpty()) {
			OutgoingCall call = queue.poll();
			call.notSent();
			attempt(call);
			if (this.calls.isBlocked(peer)) {
				this.calls.putBack(peer, queue);
				return;
			}
		}
	}

	private void absent(OutgoingCall call) {
		Predicate<String> expected = this.expected;
		boolean returns = call.member() == null
				&& (!isSynchronized() || this.names.visible().isHiddenProcess(call.name())
						|| ((expected != null) ? expected.test(call.name()) : call.wasRefused()));
		if (returns) {
			awaitReturn(call);
		}
		else {
			fail(call, new ProcessNotFoundException("Can't call " + call.describe() + ": nobody has that name"));
		}
	}

	private boolean isSynchronized() {
		return this.names.isSynchronized();
	}

	private void awaitReturn(OutgoingCall call) {
		long now = this.loop.nanoTime();
		long left = this.settings.moveWait().toNanos() - (now - call.waitingSince(now));
		if (left <= 0 || call.member() != null) {
			fail(call, new ProcessNotFoundException("Can't call " + call.describe() + ": the process is gone"
					+ ((call.member() == null) ? " and did not come back within " + this.settings.moveWait() : "")));
			return;
		}
		if (!this.calls.await(call)) {
			fail(call, new MailboxFullException("Can't call " + call.describe() + ": " + this.settings.mailboxCapacity()
					+ " calls already wait for the process, which is moving (horde.registry.mailbox-capacity)"));
			return;
		}
		Duration delay = delay(call);
		call.retry(this.loop.schedule((delay.toNanos() < left) ? delay : Duration.ofNanos(left), () -> attempt(call)));
	}

	private static Duration delay(OutgoingCall call) {
		return FIRST_RETRY.multipliedBy(1L << Math.min(call.countRetry(), LONGEST_RETRY_SHIFT));
	}

	/**
	 * The name looks different: what waits for it may go on.
	 * @param name the name
	 */
	public void nameChanged(String name) {
		this.calls.waitingFor(name).forEach(this::attempt);
	}

	/**
	 * The process has returned.
	 */
	public void returned(ReplicaId from, CallMessage.Result result) {
		OutgoingCall call = this.calls.take(from, result.id());
		if (call != null) {
			byte[] value = result.value();
			finish(call, (value != null) ? new Outcome.Encoded(value) : new Outcome.Returned(null));
		}
	}

	/**
	 * There is no result.
	 */
	public void failed(ReplicaId from, CallMessage.Failure failure) {
		OutgoingCall call = this.calls.take(from, failure.id());
		if (call != null) {
			failed(call, from, failure);
		}
	}

	private void failed(OutgoingCall call, ReplicaId from, CallMessage.Failure failure) {
		switch (failure.kind()) {
			case GONE -> {
				call.notSent();
				call.refused();
				awaitReturn(call);
			}
			case MAILBOX_FULL ->
				fail(call, new MailboxFullException("Can't call " + call.describe() + ": " + failure.message()));
			case THREW -> finish(call,
					new Outcome.ThrewElsewhere(failure, "'" + call.name() + "' on node '" + from.node() + "'"));
			case REFUSED, NO_RESULT -> fail(call, new RemoteCallException(
					"The call " + call.describe() + " failed on node '" + from.node() + "': " + failure.message(),
					null));
		}
	}

	private void expire(OutgoingCall call) {
		String state = call.isSent() ? "the process did not answer; the call may still run"
				: call.wasRefused() || call.peer() == null ? "it has not begun to run"
						: "it was not sent, since node '" + call.peer().node() + "' takes no more frames";
		fail(call, new CallTimeoutException("The call " + call.describe() + " from node '" + node()
				+ "' was not answered within " + Duration.ofNanos(call.timeout()) + ": " + state));
	}

	/**
	 * End a call, unless it has ended. May be called from any thread.
	 * @param call the call
	 * @param outcome how
	 */
	void finish(OutgoingCall call, Outcome outcome) {
		if (call.outcome().complete(outcome)) {
			call.cancelDeadline();
			if (this.loop.inLoop()) {
				this.calls.untrack(call);
			}
			else if (call.isTracked()) {
				this.loop.execute(() -> this.calls.untrack(call));
			}
		}
	}

	void fail(OutgoingCall call, RuntimeException failure) {
		finish(call, new Outcome.Failed(failure));
	}

	@Override
	public void linkUp(ReplicaId member) {
		unblock(member);
	}

	@Override
	public void writable(ReplicaId member) {
		unblock(member);
	}

	@Override
	public void linkDown(ReplicaId member) {
		lose(member, "the link to it went down");
	}

	@Override
	public void parted(ReplicaId member) {
		// Answers come through other members from now on
	}

	@Override
	public void viewChanged(MembershipView before, MembershipView after) {
		for (ReplicaId peer : this.calls.hiddenPeers(after)) {
			lose(peer, "it is gone");
			unblock(peer);
		}
		this.calls.forgetIds(after);
	}

	private void lose(ReplicaId peer, String how) {
		for (OutgoingCall call : this.calls.takeSentTo(peer)) {
			fail(call, new CallOutcomeUnknownException("The call " + call.describe() + " was sent to node '"
					+ peer.node() + "' and " + how + ": it ran once or not at all", null));
		}
	}

	public void stop() {
		this.stopped = true;
		this.calls.all().forEach((call) -> {
			String message = "Node '" + node() + "' is being stopped during the call " + call.describe();
			fail(call, call.isSent() ? new CallOutcomeUnknownException(message + ": it ran once or not at all", null)
					: new HordeException(message + ": it did not run"));
		});
	}

	/**
	 * A process of this node was stopped before it began with a call.
	 * @param call the call
	 */
	void dropped(OutgoingCall call) {
		call.refused();
		this.loop.execute(() -> attempt(call));
	}

}
