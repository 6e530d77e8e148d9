package io.horde.micrometer;

import io.horde.registry.CallInterceptor.CallInfo;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import org.jspecify.annotations.Nullable;

/**
 * {@link ObservationConvention} of calls by name. A bean that extends this class replaces
 * it.
 */
public class HordeObservationConvention implements ObservationConvention<Observation.Context> {

	@Override
	public @Nullable String getName() {
		return null;
	}

	@Override
	public @Nullable String getContextualName(Observation.Context context) {
		CallInfo call = call(context);
		return (call != null) ? call.api() + "#" + call.method() : null;
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(Observation.Context context) {
		CallInfo call = call(context);
		return (call != null) ? KeyValues.of(HordeObservation.LowCardinality.API.withValue(call.api()),
				HordeObservation.LowCardinality.METHOD.withValue(call.method())) : KeyValues.empty();
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(Observation.Context context) {
		CallInfo call = call(context);
		return (call != null) ? KeyValues.of(HordeObservation.HighCardinality.NAME.withValue(call.name()))
				: KeyValues.empty();
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof HordeCallContext || context instanceof HordeExecutionContext;
	}

	/**
	 * Return the call that is observed.
	 * @param context the context of the observation
	 * @return the call, or {@code null} if it is another observation
	 */
	protected final @Nullable CallInfo call(Observation.Context context) {
		if (context instanceof HordeCallContext call) {
			return call.call();
		}
		return (context instanceof HordeExecutionContext execution) ? execution.call() : null;
	}

}
