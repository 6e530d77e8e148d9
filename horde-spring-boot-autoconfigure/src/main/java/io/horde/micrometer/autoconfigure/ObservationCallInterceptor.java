package io.horde.micrometer.autoconfigure;

import java.util.Map;

import io.horde.micrometer.HordeCallContext;
import io.horde.micrometer.HordeExecutionContext;
import io.horde.micrometer.HordeObservation;
import io.horde.micrometer.HordeObservationConvention;
import io.horde.registry.CallInterceptor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

/**
 * Observes calls by name at both ends, with the trace that goes along.
 */
final class ObservationCallInterceptor implements CallInterceptor {

	private static final HordeObservationConvention DEFAULT_CONVENTION = new HordeObservationConvention();

	private final ObservationRegistry registry;

	private final HordeObservationConvention convention;

	ObservationCallInterceptor(ObservationRegistry registry, HordeObservationConvention convention) {
		this.registry = registry;
		this.convention = convention;
	}

	@Override
	public Completion calling(CallInfo call, Map<String, String> headers) {
		if (this.registry.isNoop()) {
			return Completion.NONE;
		}
		Observation observation = HordeObservation.CALL
			.observation(this.convention, DEFAULT_CONVENTION, () -> new HordeCallContext(call, headers), this.registry)
			.start();
		return (failure) -> {
			if (failure != null) {
				observation.error(failure);
			}
			observation.stop();
		};
	}

	@Override
	public Completion executing(CallInfo call, Map<String, String> headers) {
		if (this.registry.isNoop()) {
			return Completion.NONE;
		}
		Observation observation = HordeObservation.EXECUTION
			.observation(this.convention, DEFAULT_CONVENTION, () -> new HordeExecutionContext(call, headers),
					this.registry)
			.start();
		Observation.Scope scope = observation.openScope();
		return (failure) -> {
			scope.close();
			if (failure != null) {
				observation.error(failure);
			}
			observation.stop();
		};
	}

}
