package io.horde.scope;

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.horde.process.MissedTicks;
import io.horde.schedule.engine.Cron;
import io.horde.schedule.engine.FixedTiming;
import io.horde.schedule.engine.Timing;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.config.CronTask;
import org.springframework.scheduling.config.DelayedTask;
import org.springframework.scheduling.config.FixedDelayTask;
import org.springframework.scheduling.config.FixedRateTask;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.Task;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;
import org.springframework.util.StringValueResolver;

/**
 * One {@link Scheduled} annotation of a process type. All processes of the type share it,
 * and Spring's task with it, which keeps the outcome of the last tick on this node.
 */
final class ScheduledMethod {

	private final Method method;

	private final String key;

	private final ScheduledTask task;

	private final Timing timing;

	private final Set<ScheduledTick> ticking;

	private ScheduledMethod(Method method, String key, ScheduledTask task, Timing timing, Set<ScheduledTick> ticking) {
		this.method = method;
		this.key = key;
		this.task = task;
		this.timing = timing;
		this.ticking = ticking;
	}

	/**
	 * Read an annotation.
	 * @param method the method that has it
	 * @param number which annotation of methods of this name it is
	 * @param resolver resolves placeholders and expressions
	 * @return {@code null} if it asks for no ticks, as by the cron expression {@code -}
	 * @throws RuntimeException if it can't be read
	 */
	static @Nullable ScheduledMethod read(Method method, Scheduled annotation, int number,
			StringValueResolver resolver) {
		Set<ScheduledTick> ticking = ConcurrentHashMap.newKeySet();
		ScheduledTask task = ScheduleReader.read(annotation, resolver, new Body(method), () -> delay(ticking));
		if (task == null) {
			return null;
		}
		String key = method.getName() + ((number > 1) ? "#" + number : "");
		return new ScheduledMethod(method, key, task, timing(task.getTask(), zone(annotation, resolver)), ticking);
	}

	private static long delay(Set<ScheduledTick> ticking) {
		return ticking.stream().mapToLong(ScheduledTick::due).min().orElse(0) - System.currentTimeMillis();
	}

	private static @Nullable ZoneId zone(Scheduled annotation, StringValueResolver resolver) {
		String zone = resolver.resolveStringValue(annotation.zone());
		return StringUtils.hasText(zone) ? StringUtils.parseTimeZoneString(zone).toZoneId() : null;
	}

	private static Timing timing(Task task, @Nullable ZoneId zone) {
		if (task instanceof CronTask cron) {
			CronExpression expression = CronExpression.parse(cron.getExpression());
			return new Cron(cron.getExpression(), zone, (millis, in) -> following(expression, millis, in));
		}
		if (task instanceof FixedRateTask rate) {
			return new FixedTiming.FixedRate(rate.getInitialDelayDuration(), positive(rate.getIntervalDuration()));
		}
		if (task instanceof FixedDelayTask delay) {
			return new FixedTiming.FixedDelay(delay.getInitialDelayDuration(), positive(delay.getIntervalDuration()));
		}
		return new FixedTiming.Once(((DelayedTask) task).getInitialDelayDuration());
	}

	private static Duration positive(Duration interval) {
		if (interval.isZero()) {
			throw new IllegalArgumentException("its rate or delay is zero");
		}
		return interval;
	}

	private static long following(CronExpression expression, long millis, ZoneId zone) {
		ZonedDateTime next = expression.next(ZonedDateTime.ofInstant(Instant.ofEpochMilli(millis), zone));
		return (next != null) ? next.toInstant().toEpochMilli() : Timing.NEVER;
	}

	String key() {
		return this.key;
	}

	Timing timing() {
		return this.timing;
	}

	/**
	 * Bind it to a process.
	 * @param bean the process, which may be a proxy
	 * @throws IllegalStateException if the proxy has no such method
	 */
	ScheduledTick bind(Object bean, TickObserver observer, MissedTicks missedTicks) {
		Method invocable = AopUtils.selectInvocableMethod(this.method, bean.getClass());
		ReflectionUtils.makeAccessible(invocable);
		return new ScheduledTick(this, bean, invocable, observer, missedTicks);
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
