package io.horde.scope;

import java.lang.reflect.Method;
import java.util.Iterator;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringValueResolver;

/**
 * Lets Spring read one {@link Scheduled} annotation, and keeps what it would have
 * scheduled. No bean: it post-processes nothing.
 */
final class ScheduleReader extends ScheduledAnnotationBeanPostProcessor {

	/*
	 * Spring is shown a method without parameters and result instead of the one that
	 * carries the annotation, because what it makes of parameters and results is not what
	 * Horde does.
	 */
	private static final Method RUN = run();

	private ScheduleReader(ScheduledTaskRegistrar registrar, StringValueResolver resolver) {
		super(registrar);
		setEmbeddedValueResolver(resolver);
	}

	/**
	 * Read an annotation.
	 * @param resolver resolves placeholders and expressions
	 * @param body what is to run
	 * @param delay how many milliseconds it is until it runs, for those who ask the task
	 * @return the task; {@code null} if the annotation asks for none
	 * @throws RuntimeException if it can't be read
	 */
	static @Nullable ScheduledTask read(Scheduled annotation, StringValueResolver resolver, Runnable body,
			LongSupplier delay) {
		ScheduledTaskRegistrar registrar = new ScheduledTaskRegistrar();
		registrar.setTaskScheduler(new ShownTaskScheduler(delay));
		ScheduleReader reader = new ScheduleReader(registrar, resolver);
		reader.processScheduled(annotation, RUN, body);
		Iterator<ScheduledTask> tasks = reader.getScheduledTasks().iterator();
		return tasks.hasNext() ? tasks.next() : null;
	}

	@Override
	protected Runnable createRunnable(Object target, Method method, @Nullable String qualifier) {
		return (Runnable) target;
	}

	private static Method run() {
		Method method = ReflectionUtils.findMethod(Runnable.class, "run");
		if (method == null) {
			throw new IllegalStateException("Runnable has no method run()");
		}
		return method;
	}

}
