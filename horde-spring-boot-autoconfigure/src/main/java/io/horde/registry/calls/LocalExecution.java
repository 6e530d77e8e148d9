package io.horde.registry.calls;

import io.horde.process.engine.LocalProcess;
import io.horde.registry.calls.CallMessage.Failure;
import io.horde.registry.calls.CallMessage.Kind;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call whose caller is on the same node. What is not immutable is copied as it would be
 * on the way to another node, exceptions too.
 */
final class LocalExecution extends Execution {

	private static final Logger logger = LoggerFactory.getLogger(LocalExecution.class);

	private final CallClient client;

	private final OutgoingCall call;

	private final Payloads payloads;

	LocalExecution(CallClient client, OutgoingCall call, LocalProcess process, CallParts parts) {
		super(process, parts, call.info(), call.headers(), call.chain());
		this.client = client;
		this.call = call;
		this.payloads = parts.payloads();
	}

	@Override
	long timeout() {
		return this.call.timeout();
	}

	@Override
	boolean isExpired() {
		return !this.call.isOneWay() && this.call.isDone();
	}

	@Override
	boolean begin() {
		return this.call.begin();
	}

	@Override
	void ended() {
		// Whoever made it has been told
	}

	@Override
	@Nullable ApiMethod method() {
		return method(process(), this.call.api().getName(), this.call.method().name(), this.call.method().arity());
	}

	@Override
	@Nullable Object[] arguments(ApiMethod method) {
		CallArguments arguments = this.call.arguments();
		return arguments.areEncoded() ? decode(arguments.encoded(), method) : arguments.values();
	}

	@Override
	void refused(String reason) {
		this.client.failed(this.call, new Failure(0, Kind.REFUSED, reason));
	}

	@Override
	void returned(ApiMethod method, @Nullable Object result) {
		if (this.call.isOneWay() || method.isVoid() || result == null) {
			this.client.calls().finish(this.call, new Outcome.Returned(null));
		}
		else if (!method.resultCopied()) {
			this.client.calls().finish(this.call, new Outcome.Returned(result));
		}
		else {
			byte[] encoded = this.payloads.encode(result, method.resultType(), "the result of " + method.describe());
			this.client.calls().finish(this.call, new Outcome.Encoded(encoded));
		}
	}

	@Override
	void noResult(String reason) {
		this.client.failed(this.call, new Failure(0, Kind.NO_RESULT, reason));
	}

	@Override
	void threw(ApiMethod method, Throwable thrown) {
		if (this.call.isOneWay()) {
			logger.warn("The one-way call {} failed", this.call.describe(), thrown);
			return;
		}
		this.client.failed(this.call, ThrownExceptions.describe(0, thrown, method, this.payloads));
	}

	@Override
	public void dropped() {
		if (!this.call.isOneWay()) {
			this.client.dropped(this.call);
		}
	}

}
