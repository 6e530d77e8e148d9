package io.horde.registry.calls;

import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.process.engine.LocalProcess;
import io.horde.registry.calls.CallMessage.Failure;
import io.horde.registry.calls.CallMessage.Kind;
import io.horde.registry.calls.CallMessage.Request;
import io.horde.registry.names.RegistrationTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receiver's end of calls by name: hands requests to processes of this node and sends
 * what becomes of them. Lives on the event loop, but for what is said otherwise.
 */
final class CallServer implements MembershipListener {

	private static final Logger logger = LoggerFactory.getLogger(CallServer.class);

	private final CallParts parts;

	private final CallFrames frames;

	private final ServedCalls served = new ServedCalls();

	CallServer(CallParts parts, CallFrames frames) {
		this.parts = parts;
		this.frames = frames;
	}

	/**
	 * A request has come.
	 * @param from the caller's node
	 * @param request the request
	 */
	void requested(ReplicaId from, Request request) {
		if (!this.served.accept(from, request.id())) {
			logger.debug("Dropped a second copy of request {} from {}", request.id(), from);
			return;
		}
		LocalProcess process = this.parts.runtime().process(request.process());
		if (process == null || !process.isOpen() || !holds(process, request.name())) {
			gone(from, request);
			return;
		}
		RemoteExecution call = new RemoteExecution(this, from, request, process, this.parts);
		if (process.offer(call)) {
			if (!request.oneWay()) {
				this.served.add(from, request.id(), call);
			}
		}
		else if (!process.isOpen()) {
			gone(from, request);
		}
		else if (!request.oneWay()) {
			answer(from, new Failure(request.id(), Kind.MAILBOX_FULL, "the process '" + process.id() + "' on node '"
					+ this.parts.node() + "' has too many calls waiting (horde.registry.mailbox-capacity)"));
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
			answer(to, new Failure(request.id(), Kind.GONE, null));
		}
	}

	/**
	 * Nobody waits for a request any more (N7). It may have been answered since.
	 */
	void cancelled(ReplicaId from, long id) {
		RemoteExecution call = this.served.remove(from, id);
		if (call != null) {
			call.cancel();
		}
	}

	/**
	 * A call has ended without an answer. May be called from any thread.
	 */
	void ended(ReplicaId from, long id) {
		onLoop(() -> this.served.remove(from, id));
	}

	/**
	 * Answer a request. May be called from any thread.
	 */
	void answer(ReplicaId to, CallMessage.Answer answer) {
		onLoop(() -> {
			this.served.remove(to, answer.id());
			this.frames.send(to, answer);
		});
	}

	private void onLoop(Runnable task) {
		if (this.parts.loop().inLoop()) {
			task.run();
		}
		else {
			this.parts.loop().execute(task);
		}
	}

	@Override
	public void viewChanged(MembershipView before, MembershipView after) {
		this.served.forget(after);
	}

}
