package io.horde.micrometer;

import java.util.Map;

import io.horde.registry.CallInterceptor.CallInfo;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;

/**
 * A call by name, as it is observed where it runs.
 */
public final class HordeExecutionContext extends ReceiverContext<Map<String, String>> {

	private final CallInfo call;

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
