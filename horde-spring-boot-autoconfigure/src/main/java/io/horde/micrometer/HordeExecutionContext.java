package io.horde.micrometer;

import java.util.Map;

import io.horde.registry.CallInterceptor.CallInfo;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;

/**
 * A call by name, as it is observed where it runs. The carrier holds what the caller's
 * side has set.
 */
public final class HordeExecutionContext extends ReceiverContext<Map<String, String>> {

	private final CallInfo call;

	/**
	 * Creates the context of a call. For Horde, and for tests of conventions.
	 * @param call the call
	 * @param headers the carrier
	 */
	public HordeExecutionContext(CallInfo call, Map<String, String> headers) {
		super(Map::get, call.oneWay() ? Kind.CONSUMER : Kind.SERVER);
		this.call = call;
		setCarrier(headers);
	}

	/**
	 * Return the call.
	 * @return what is known of it
	 */
	public CallInfo call() {
		return this.call;
	}

}
