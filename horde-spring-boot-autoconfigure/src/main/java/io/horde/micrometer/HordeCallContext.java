package io.horde.micrometer;

import java.util.Map;

import io.horde.registry.CallInterceptor.CallInfo;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;

/**
 * A call by name, as its caller observes it. What is set in the carrier travels with the
 * call.
 */
public final class HordeCallContext extends SenderContext<Map<String, String>> {

	private final CallInfo call;

	/**
	 * Creates the context of a call. For Horde, and for tests of conventions.
	 * @param call the call
	 * @param headers the carrier
	 */
	public HordeCallContext(CallInfo call, Map<String, String> headers) {
		super((carrier, key, value) -> {
			if (carrier != null) {
				carrier.put(key, value);
			}
		}, call.oneWay() ? Kind.PRODUCER : Kind.CLIENT);
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
