package io.horde.registry.calls;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessRuntime;
import io.horde.registry.CallInterceptor.CallInfo;
import io.horde.registry.calls.CallMessage.Failure;
import io.horde.registry.calls.CallMessage.Kind;
import io.horde.registry.calls.CallMessage.Request;
import io.horde.registry.names.RegistrationTable;
import io.horde.time.EventLoop;
import io.horde.transport.Channels;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receiver's end of calls by name: hands requests to processes of this node and sends
 * what becomes of them.
 */
public final class CallServer implements MembershipListener {

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

	private final EventLoop loop;

	private final Membership membership;

	private final RegistrationTable names;

	private final ProcessRuntime runtime;

	private final Payloads payloads;

	private final Interceptors interceptors;

	private final Map<ReplicaId, RequestWindow> windows = new TreeMap<>();

	private final Map<ReplicaId, Answers> answers = new TreeMap<>();

	private final LongAdder executed = new LongAdder();

	public CallServer(EventLoop loop, Membership membership, RegistrationTable names, ProcessRuntime runtime,
			Payloads payloads, Interceptors interceptors) {
		this.loop = loop;
		this.membership = membership;
		this.names = names;
		this.runtime = runtime;
		this.payloads = payloads;
		this.interceptors = interceptors;
	}

	/**
	 * Return how many calls of other nodes ran here. May be called from any thread.
	 */
	public long executed() {
		return this.executed.sum();
	}

	/**
	 * A request has come. Called on the loop.
	 * @param from the caller's node
	 * @param request the request
	 */
	public void requested(ReplicaId from, Request request) {
		if (!this.windows.computeIfAbsent(from, (replica) -> new RequestWindow()).accept(request.id())) {
			logger.debug("Dropped a second copy of request {} from {}", request.id(), from);
			return;
		}
		LocalProcess process = this.runtime.process(request.process());
		if (process == null || !process.isOpen() || !holds(process, request.name())) {
			gone(from, request);
			return;
		}
		if (!process.offer(new RemoteExecution(from, request, process)) && !request.oneWay()) {
			if (process.isOpen()) {
				answer(from,
						new Failure(request.id(), Kind.MAILBOX_FULL, List.of(),
								"the process '" + process.id() + "' on node '" + this.membership.selfId().node()
										+ "' has too many calls waiting (horde.registry.mailbox-capacity)",
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
		RegistrationTable.Held held = this.names.held(name);
		return held != null && held.owner() == process;
	}

	private void gone(ReplicaId to, Request request) {
		if (!request.oneWay()) {
			answer(to, new Failure(request.id(), Kind.GONE, List.of(), null, ""));
		}
	}

	private void answer(ReplicaId to, CallMessage message) {
		if (!this.loop.inLoop()) {
			this.loop.execute(() -> answer(to, message));
			return;
		}
		byte[] frame = message.toFrame();
		Answers waiting = this.answers.get(to);
		if (waiting == null && this.membership.send(to, Channels.REGISTRY, frame)) {
			return;
		}
		if (waiting == null) {
			waiting = new Answers();
			this.answers.put(to, waiting);
		}
		if (!waiting.add(frame, Math.max(MIN_WAITING_BYTES, 4 * this.payloads.maxSize()))) {
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
				if (!CallServer.this.membership.send(member, Channels.REGISTRY, next)) {
					return false;
				}
				this.bytes -= next.length;
				this.frames.poll();
			}
			return true;
		}

	}

	/**
	 * The latest requests of one peer.
	 */
	static final class RequestWindow {

		static final int SIZE = 8192;

		private final BitSet seen = new BitSet(SIZE);

		private long highest;

		boolean accept(long id) {
			if (id > this.highest) {
				if (id - this.highest >= SIZE) {
					this.seen.clear();
				}
				else {
					for (long skipped = this.highest + 1; skipped < id; skipped++) {
						this.seen.clear((int) (skipped % SIZE));
					}
				}
				this.highest = id;
				this.seen.set((int) (id % SIZE));
				return true;
			}
			int index = (int) Math.floorMod(id, (long) SIZE);
			if (id <= 0 || this.highest - id >= SIZE || this.seen.get(index)) {
				return false;
			}
			this.seen.set(index);
			return true;
		}

	}

	private final class RemoteExecution extends Execution {

		private final ReplicaId from;

		private final Request request;

		private final long arrival = CallServer.this.loop.nanoTime();

		RemoteExecution(ReplicaId from, Request request, LocalProcess process) {
			super(process, CallServer.this.interceptors, info(request, process), request.headers(), request.chain());
			this.from = from;
			this.request = request;
		}

		private static CallInfo info(Request request, LocalProcess process) {
			String api = request.api();
			String name = (request.name() != null) ? request.name() : process.id();
			return new CallInfo(api.substring(Math.max(api.lastIndexOf('.'), api.lastIndexOf('$')) + 1),
					request.method(), name, request.oneWay());
		}

		@Override
		boolean isExpired() {
			return (CallServer.this.loop.nanoTime() - this.arrival) / 1_000_000 > this.request.timeoutMillis();
		}

		@Override
		@Nullable ApiMethod method() {
			return method(process(), this.request.api(), this.request.method(), this.request.arguments().size());
		}

		@Override
		@Nullable Object[] arguments(ApiMethod method) {
			return decode(this.request.arguments(), method, CallServer.this.payloads);
		}

		@Override
		void began() {
			CallServer.this.executed.increment();
		}

		@Override
		void refused(String reason) {
			if (this.request.oneWay()) {
				logger.warn("A one-way call from {} was refused: {}", this.from, reason);
				return;
			}
			answer(this.from, new Failure(this.request.id(), Kind.REFUSED, List.of(), reason, ""));
		}

		@Override
		void returned(ApiMethod method, @Nullable Object result) {
			if (this.request.oneWay()) {
				return;
			}
			try {
				byte[] value = (method.isVoid() || result == null) ? null
						: CallServer.this.payloads.encode(result, "the result of " + method.describe());
				answer(this.from, new CallMessage.Result(this.request.id(), value));
			}
			catch (RuntimeException | StackOverflowError ex) {
				answer(this.from, new Failure(this.request.id(), Kind.NO_RESULT, List.of(),
						"it ran, but its result can't be sent: " + ex.getMessage(), ""));
			}
		}

		@Override
		void threw(ApiMethod method, Throwable thrown) {
			if (this.request.oneWay()) {
				logger.warn("The one-way call {} of process '{}' from {} failed", method.describe(), process().id(),
						this.from, thrown);
				return;
			}
			answer(this.from, ThrownExceptions.describe(this.request.id(), thrown));
		}

		@Override
		public void dropped() {
			gone(this.from, this.request);
		}

	}

}
