package io.horde.scope;

import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.horde.schedule.engine.Timing;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.config.DelayedTask;
import org.springframework.scheduling.config.FixedDelayTask;
import org.springframework.scheduling.config.FixedRateTask;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.Task;
import org.springframework.scheduling.config.TriggerTask;
import org.springframework.scheduling.support.SimpleTriggerContext;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringValueResolver;

/**
 * One {@link Scheduled} annotation of a process type. All processes of the type share it,
 * and Spring's task with it, which keeps the outcome of the last tick on this node.
 */
final class ScheduledMethod {

	private final Method method;

	private final ScheduledTask task;

	private final Timing timing;

	private final Set<ScheduledTick> ticking;

	private ScheduledMethod(Method method, ScheduledTask task, Set<ScheduledTick> ticking) {
		this.method = method;
		this.task = task;
		this.timing = timing(task.getTask());
		this.ticking = ticking;
	}

	/**
	 * Read an annotation.
	 * @param method the method that has it
	 * @param resolver resolves placeholders and expressions
	 * @return {@code null} if it asks for no ticks, as by the cron expression {@code -}
	 * @throws RuntimeException if it can't be read
	 */
	static @Nullable ScheduledMethod read(Method method, Scheduled annotation, StringValueResolver resolver) {
		Set<ScheduledTick> ticking = ConcurrentHashMap.newKeySet();
		ScheduledTask task = ScheduleReader.read(annotation, resolver, new Body(method), () -> delay(ticking));
		return (task != null) ? new ScheduledMethod(method, task, ticking) : null;
	}

	private static long delay(Set<ScheduledTick> ticking) {
		return ticking.stream().mapToLong(ScheduledTick::due).min().orElse(0) - System.currentTimeMillis();
	}

	private static Timing timing(Task task) {
		if (task instanceof TriggerTask triggered) {
			return new Timing.Cron((millis) -> following(triggered.getTrigger(), millis));
		}
		if (task instanceof FixedRateTask rate) {
			return new Timing.FixedRate(rate.getInitialDelayDuration(), positive(rate.getIntervalDuration()));
		}
		if (task instanceof FixedDelayTask delay) {
			return new Timing.FixedDelay(delay.getInitialDelayDuration(), positive(delay.getIntervalDuration()));
		}
		return new Timing.Once(((DelayedTask) task).getInitialDelayDuration());
	}

	private static Duration positive(Duration interval) {
		if (interval.isZero()) {
			throw new IllegalArgumentException("its rate or delay is zero");
		}
		return interval;
	}

	private static long following(Trigger trigger, long millis) {
		Clock clock = Clock.fixed(Instant.ofEpochMilli(millis), ZoneId.systemDefault());
		Instant next = trigger.nextExecution(new SimpleTriggerContext(clock));
		return (next != null) ? next.toEpochMilli() : Timing.NEVER;
	}

	Timing timing() {
		return this.timing;
	}

	/**
	 * Bind it to a process.
	 * @param bean the process, which may be a proxy
	 * @throws IllegalStateException if the proxy has no such method
	 */
	ScheduledTick bind(Object bean, TickObserver observer) {
		Method invocable = AopUtils.selectInvocableMethod(this.method, bean.getClass());
		ReflectionUtils.makeAccessible(invocable);
		return new ScheduledTick(this, bean, invocable, observer);
	}

	/**
	 * Run the current tick as Spring's task.
	 */
	void run() {
		this.task.getTask().getRunnable().run();
	}

	void begin(ScheduledTick tick) {
		this.ticking.add(tick);
	}

	void end(ScheduledTick tick) {
		this.ticking.remove(tick);
	}

	/**
	 * Return the task to show.
	 * @return {@code null} if no process on this node ticks by it
	 */
	@Nullable ScheduledTask shown() {
		return this.ticking.isEmpty() ? null : this.task;
	}

	@Override
	public String toString() {
		return this.task.toString();
	}

	/**
	 * What Spring takes for the method.
	 */
	private record Body(Method method) implements Runnable {

		@Override
		public void run() {
			ScheduledTick.current().invoke();
		}

		@Override
		public String toString() {
			return this.method.getDeclaringClass().getName() + "." + this.method.getName();
		}

	}

}
