package io.horde.registry.calls;

import java.util.concurrent.TimeUnit;

import io.horde.crdt.ReplicaId;
import io.horde.process.engine.LocalProcess;
import io.horde.registry.CallInterceptor.CallInfo;
import io.horde.registry.calls.CallMessage.Failure;
import io.horde.registry.calls.CallMessage.Kind;
import io.horde.registry.calls.CallMessage.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call whose caller is on another node.
 */
final class RemoteExecution extends Execution {

	private static final Logger logger = LoggerFactory.getLogger(RemoteExecution.class);

	private final CallServer server;

	private final CallParts parts;

	private final ReplicaId from;

	private final Request request;

	RemoteExecution(CallServer server, ReplicaId from, Request request, LocalProcess process, CallParts parts) {
		super(process, parts, info(request, process), request.headers(),
				CallChain.read(request.chain(), parts.loop().nanoTime()));
		this.server = server;
		this.parts = parts;
		this.from = from;
		this.request = request;
	}

	private static CallInfo info(Request request, LocalProcess process) {
		String api = request.api();
		String name = (request.name() != null) ? request.name() : process.id();
		return new CallInfo(api.substring(Math.max(api.lastIndexOf('.'), api.lastIndexOf('$')) + 1), request.method(),
				name, request.oneWay());
	}

	@Override
	long timeout() {
		return TimeUnit.MILLISECONDS.toNanos(this.request.timeoutMillis());
	}

	@Override
	boolean isExpired() {
		return (this.parts.loop().nanoTime() - arrival()) / 1_000_000 > this.request.timeoutMillis();
	}

	@Override
	boolean begin() {
		return true;
	}

	@Override
	void ended() {
		if (!this.request.oneWay()) {
			this.server.ended(this.from, this.request.id());
		}
	}

	@Override
	@Nullable ApiMethod method() {
		return method(process(), this.request.api(), this.request.method(), this.request.arguments().size());
	}

	@Override
	@Nullable Object[] arguments(ApiMethod method) {
		return decode(this.request.arguments(), method);
	}

	@Override
	boolean isOtherVersion(@Nullable ApiMethod method) {
		return (method != null) ? method.fingerprint() != this.request.fingerprint()
				: isCallable(process(), this.request.api());
	}

	@Override
	void otherVersion(@Nullable ApiMethod method) {
		if (this.request.oneWay()) {
			logger.warn("A one-way call of {}.{} from {} did not run: {}", this.request.api(), this.request.method(),
					this.from, (method != null) ? "here it is '" + method.signature() + "'" : "here is no such method");
			return;
		}
		this.server.answer(this.from,
				new Failure(this.request.id(), Kind.OTHER_VERSION, (method != null) ? method.signature() : null));
	}

	@Override
	void refused(String reason) {
		if (this.request.oneWay()) {
			logger.warn("A one-way call from {} was refused: {}", this.from, reason);
			return;
		}
		this.server.answer(this.from, new Failure(this.request.id(), Kind.REFUSED, reason));
	}

	@Override
	void returned(ApiMethod method, @Nullable Object result) {
		if (this.request.oneWay()) {
			return;
		}
		byte[] value = (method.isVoid() || result == null) ? null
				: this.parts.payloads().encode(result, method.resultType(), "the result of " + method.describe());
		this.server.answer(this.from, new CallMessage.Result(this.request.id(), value));
	}

	@Override
	void noResult(String reason) {
		if (!this.request.oneWay()) {
			this.server.answer(this.from, new Failure(this.request.id(), Kind.NO_RESULT, reason));
		}
	}

	@Override
	void threw(ApiMethod method, Throwable thrown) {
		if (this.request.oneWay()) {
			logger.warn("The one-way call {} of process '{}' from {} failed", method.describe(), process().id(),
					this.from, thrown);
			return;
		}
		this.server.answer(this.from,
				ThrownExceptions.describe(this.request.id(), thrown, method, this.parts.payloads()));
	}

	@Override
	public void dropped() {
		this.server.gone(this.from, this.request);
	}

}
