package io.horde.registry.calls;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.process.engine.LocalProcess;
import io.horde.registry.calls.CallMessage.Failure;
import io.horde.registry.calls.CallMessage.Kind;
import io.horde.registry.calls.CallMessage.Request;
import io.horde.registry.names.RegistrationTable;
import io.horde.transport.Channels;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receiver's end of calls by name: hands requests to processes of this node and sends
 * what becomes of them.
 */
final class CallServer implements MembershipListener {

	/*
	 * A request runs at most once (N4), so a copy of one must be recognised: ids count up
	 * per pair of nodes, and a window of the latest is remembered. What is older than the
	 * window is refused unanswered, since it may be a copy.
	 *
	 * Answers that find the link full wait here, bounded in bytes. One that finds no room
	 * is dropped: its caller learns from its deadline that the outcome is unknown, which
	 * is true.
	 */

	private static final int MIN_WAITING_BYTES = 1 << 20;

	private static final Logger logger = LoggerFactory.getLogger(CallServer.class);

	private final CallParts parts;

	private final Map<ReplicaId, RequestWindow> windows = new TreeMap<>();

	private final Map<ReplicaId, Answers> answers = new TreeMap<>();

	CallServer(CallParts parts) {
		this.parts = parts;
	}

	/**
	 * A request has come. Called on the loop.
	 * @param from the caller's node
	 * @param request the request
	 */
	void requested(ReplicaId from, Request request) {
		if (!this.windows.computeIfAbsent(from, (replica) -> new RequestWindow()).accept(request.id())) {
			logger.debug("Dropped a second copy of request {} from {}", request.id(), from);
			return;
		}
		LocalProcess process = this.parts.runtime().process(request.process());
		if (process == null || !process.isOpen() || !holds(process, request.name())) {
			gone(from, request);
			return;
		}
		if (!process.offer(new RemoteExecution(this, from, request, process, this.parts)) && !request.oneWay()) {
			if (process.isOpen()) {
				answer(from, new Failure(
						request.id(), Kind.MAILBOX_FULL, List.of(), "the process '" + process.id() + "' on node '"
								+ this.parts.node() + "' has too many calls waiting (horde.registry.mailbox-capacity)",
						""));
			}
			else {
				gone(from, request);
			}
		}
	}

	private boolean holds(LocalProcess process, @Nullable String name) {
		if (name == null) {
			return true;
		}
		RegistrationTable.Held held = this.parts.names().held(name);
		return held != null && held.owner() == process;
	}

	void gone(ReplicaId to, Request request) {
		if (!request.oneWay()) {
			answer(to, new Failure(request.id(), Kind.GONE, List.of(), null, ""));
		}
	}

	void answer(ReplicaId to, CallMessage message) {
		if (!this.parts.loop().inLoop()) {
			this.parts.loop().execute(() -> answer(to, message));
			return;
		}
		byte[] frame = message.toFrame();
		Answers waiting = this.answers.get(to);
		if (waiting == null && this.parts.membership().send(to, Channels.REGISTRY, frame)) {
			return;
		}
		if (waiting == null) {
			waiting = new Answers();
			this.answers.put(to, waiting);
		}
		if (!waiting.add(frame, Math.max(MIN_WAITING_BYTES, 4 * this.parts.payloads().maxSize()))) {
			logger.debug("Dropped an answer to {}, which takes no more frames", to);
		}
	}

	@Override
	public void writable(ReplicaId member) {
		Answers waiting = this.answers.get(member);
		if (waiting != null && waiting.sendTo(member)) {
			this.answers.remove(member);
		}
	}

	@Override
	public void linkUp(ReplicaId member) {
		writable(member);
	}

	@Override
	public void viewChanged(MembershipView before, MembershipView after) {
		this.answers.keySet().removeIf(after::hides);
		this.windows.keySet().removeIf((peer) -> after.member(peer) == null || after.isReplaced(peer));
	}

	private final class Answers {

		private final Deque<byte[]> frames = new ArrayDeque<>();

		private long bytes;

		boolean add(byte[] frame, long limit) {
			if (this.bytes + frame.length > limit) {
				return false;
			}
			this.bytes += frame.length;
			this.frames.add(frame);
			return true;
		}

		boolean sendTo(ReplicaId member) {
			for (byte[] next = this.frames.peek(); next != null; next = this.frames.peek()) {
				if (!CallServer.this.parts.membership().send(member, Channels.REGISTRY, next)) {
					return false;
				}
				this.bytes -= next.length;
				this.frames.poll();
			}
			return true;
		}

	}

}
