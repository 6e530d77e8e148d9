package io.horde.registry.calls;

import java.time.Duration;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.registry.CallOutcomeUnknownException;
import io.horde.registry.MailboxFullException;
import io.horde.registry.RemoteCallException;
import io.horde.transport.Channels;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls to processes of other nodes: their requests, as soon as a link has room, and what
 * comes of them. Lives on the event loop.
 */
final class RemoteCalls implements MembershipListener {

	/**
	 * How long the first repetition waits, on average.
	 */
	private static final Duration REPETITION = Duration.ofMillis(100);

	private static final Logger logger = LoggerFactory.getLogger(RemoteCalls.class);

	private final CallParts parts;

	private final TrackedCalls calls;

	private final CallFrames frames;

	private final CallClient client;

	private final Map<ReplicaId, Set<String>> otherVersions = new TreeMap<>();

	RemoteCalls(CallParts parts, TrackedCalls calls, CallFrames frames, CallClient client) {
		this.parts = parts;
		this.calls = calls;
		this.frames = frames;
		this.client = client;
	}

	/**
	 * Send a call, or let it wait for room.
	 * @param call the call, with its arguments encoded
	 * @param peer the node of the process
	 * @param process the id of the process
	 */
	void send(OutgoingCall call, ReplicaId peer, String process) {
		if (this.calls.isBlocked(peer)) {
			block(call, peer);
			return;
		}
		if (!call.sending()) {
			return;
		}
		long id = this.calls.nextId(peer);
		long now = this.parts.loop().nanoTime();
		long millis = Math.max(1, call.remaining(now) / 1_000_000);
		byte[] frame = new CallMessage.Request(id, (call.member() == null) ? call.name() : null, process,
				call.api().getName(), call.method().name(), call.method().fingerprint(), call.arguments().encoded(),
				millis, call.isOneWay(), call.chain().write(now), call.headers())
			.toFrame();
		if (!this.parts.membership().send(peer, Channels.REGISTRY, frame)) {
			call.notSent();
			block(call, peer);
		}
		else if (call.isOneWay()) {
			this.calls.finish(call, new Outcome.Returned(null));
		}
		else {
			this.calls.sent(call, peer, id);
		}
	}

	private void block(OutgoingCall call, ReplicaId peer) {
		if (this.calls.block(call, peer)) {
			call.retry(this.parts.loop().schedule(call.nextDelay(), () -> unblock(peer)));
			return;
		}
		this.calls.fail(call,
				new MailboxFullException("Can't call " + call.describe() + ": "
						+ this.parts.settings().mailboxCapacity() + " calls already wait for room on the link to node '"
						+ peer.node() + "' (horde.registry.mailbox-capacity)"));
	}

	private void unblock(ReplicaId peer) {
		Deque<OutgoingCall> queue = this.calls.takeBlockedBy(peer);
		while (!queue.isEmpty()) {
			OutgoingCall call = queue.poll();
			call.notSent();
			this.client.attempt(call);
			if (this.calls.isBlocked(peer)) {
				this.calls.putBack(peer, queue);
				return;
			}
		}
	}

	/**
	 * The process has returned.
	 */
	void returned(ReplicaId from, CallMessage.Result result) {
		OutgoingCall call = this.calls.take(from, result.id());
		if (call != null) {
			byte[] value = result.value();
			this.calls.finish(call, (value != null) ? new Outcome.Encoded(value) : new Outcome.Returned(null));
		}
	}

	/**
	 * There is no result.
	 */
	void failed(ReplicaId from, CallMessage.Failure failure) {
		OutgoingCall call = this.calls.take(from, failure.id());
		if (call != null) {
			failed(call, from, failure);
		}
	}

	/**
	 * There is no result of a call. For what a process of this node did, called on its
	 * thread.
	 */
	void failed(OutgoingCall call, ReplicaId from, CallMessage.Failure failure) {
		switch (failure.kind()) {
			case GONE -> {
				call.notSent();
				this.client.absent().refused(call);
			}
			case MAILBOX_FULL -> this.calls.fail(call,
					new MailboxFullException("Can't call " + call.describe() + ": " + failure.message()));
			case THREW -> this.calls.finish(call,
					new Outcome.Threw(failure, "'" + call.name() + "' on node '" + from.node() + "'"));
			case OTHER_VERSION -> this.calls.fail(call, otherVersion(call, from, failure.message()));
			case REFUSED, NO_RESULT -> this.calls.fail(call, new RemoteCallException(
					"The call " + call.describe() + " failed on node '" + from.node() + "': " + failure.message(),
					null));
		}
	}

	/* Told once to people, and to each caller (N11). */
	private RemoteCallException otherVersion(OutgoingCall call, ReplicaId from, @Nullable String signature) {
		String own = call.method().signature();
		String versions = call.api().getName() + " is another version on node '" + from.node() + "', which "
				+ ((signature != null) ? "has '" + signature + "'" : "has no such method")
				+ ", than here, where it has '" + own + "'";
		synchronized (this.otherVersions) {
			if (this.otherVersions.computeIfAbsent(from, (peer) -> new HashSet<>()).add(call.api().getName() + own)) {
				logger.warn("{}: calls of it from node '{}' to there fail", versions, this.parts.node());
			}
		}
		return new RemoteCallException("The call " + call.describe() + " did not run: " + versions
				+ ". Complete the update of all nodes, or give a changed method another name", null);
	}

	/**
	 * Nobody waits for a call any more: tell the node of the process, if it was sent.
	 */
	void cancel(OutgoingCall call) {
		ReplicaId peer = call.peer();
		if (peer != null && call.isSent()) {
			this.frames.send(peer, new CallMessage.Cancel(call.id()));
		}
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
		synchronized (this.otherVersions) {
			this.otherVersions.keySet().removeIf((peer) -> after.member(peer) == null);
		}
	}

	private void lose(ReplicaId peer, String how) {
		for (OutgoingCall call : this.calls.takeSentTo(peer)) {
			if (!again(call)) {
				this.calls.fail(call, new CallOutcomeUnknownException(
						"The call " + call.describe() + " was sent to node '" + peer.node() + "' and " + how + ": "
								+ (call.wasTried() ? "it was made " + (call.repetitions() + 1)
										+ " times, and may have run as often" : "it ran once or not at all"),
						null, true));
			}
		}
	}

	/*
	 * Makes a call again that may run again (N6). After a random time, since all calls to
	 * a node are lost together; each time a longer one, since what broke the link may
	 * last.
	 */
	private boolean again(OutgoingCall call) {
		double factor = (0.5 + this.parts.random().nextDouble()) * (1L << Math.min(call.repetitions(), 10));
		long delay = (long) (REPETITION.toNanos() * factor);
		if (call.repetitions() >= call.method().retries() || delay >= call.remaining(this.parts.loop().nanoTime())
				|| !this.calls.repeat(call)) {
			return false;
		}
		call.again();
		call.retry(this.parts.loop().schedule(Duration.ofNanos(delay), () -> this.client.attempt(call)));
		return true;
	}

}
