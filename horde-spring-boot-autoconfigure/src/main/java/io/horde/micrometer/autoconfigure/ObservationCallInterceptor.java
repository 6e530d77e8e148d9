package io.horde.micrometer.autoconfigure;

import java.util.Map;
import java.util.function.Supplier;

import io.horde.micrometer.HordeCallContext;
import io.horde.micrometer.HordeExecutionContext;
import io.horde.micrometer.HordeObservation;
import io.horde.micrometer.HordeObservationConvention;
import io.horde.registry.CallInterceptor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

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
		Observation observation = start(HordeObservation.CALL, () -> new HordeCallContext(call, headers));
		return (failure) -> stop(observation, failure);
	}

	@Override
	public Completion executing(CallInfo call, Map<String, String> headers) {
		Observation observation = start(HordeObservation.EXECUTION, () -> new HordeExecutionContext(call, headers));
		Observation.Scope scope = observation.openScope();
		return new Completion() {

			@Override
			public void returned() {
				scope.close();
			}

			@Override
			public void completed(@Nullable Throwable failure) {
				stop(observation, failure);
			}

		};
	}

	private Observation start(HordeObservation observation, Supplier<Observation.Context> context) {
		return observation.start(this.convention, DEFAULT_CONVENTION, context, this.registry);
	}

	private static void stop(Observation observation, @Nullable Throwable failure) {
		if (failure != null) {
			observation.error(failure);
		}
		observation.stop();
	}

}
