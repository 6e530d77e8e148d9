package io.horde.micrometer.autoconfigure;

import java.lang.reflect.Method;

import io.horde.scope.TickObserver;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.DefaultScheduledTaskObservationConvention;
import org.springframework.scheduling.support.ScheduledTaskObservationContext;
import org.springframework.scheduling.support.ScheduledTaskObservationConvention;
import org.springframework.scheduling.support.ScheduledTaskObservationDocumentation;

/**
 * Observes ticks as Spring observes scheduled methods of other beans.
 */
final class ObservationTickObserver implements TickObserver {

	private static final ScheduledTaskObservationConvention DEFAULT_CONVENTION = new DefaultScheduledTaskObservationConvention();

	private final ObservationRegistry registry;

	ObservationTickObserver(ObservationRegistry registry) {
		this.registry = registry;
	}

	@Override
	public ObservedTick begin(Object bean, Method method) {
		ScheduledTaskObservationContext context = new ScheduledTaskObservationContext(bean, method);
		Observation observation = ScheduledTaskObservationDocumentation.TASKS_SCHEDULED_EXECUTION.start(null,
				DEFAULT_CONVENTION, () -> context, this.registry);
		Observation.Scope scope = observation.openScope();
		return new ObservedTick() {

			@Override
			public void returned() {
				scope.close();
			}

			@Override
			public void ended(@Nullable Throwable failure) {
				if (failure != null) {
					observation.error(failure);
				}
				else {
					context.setComplete(true);
				}
				observation.stop();
			}

		};
	}

}
