package io.horde.scope;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

import io.horde.process.MissedTicks;
import io.horde.schedule.engine.Schedule;
import io.horde.schedule.engine.Timing;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * A scheduled method of one process.
 */
final class ScheduledTick implements Schedule {

	private static final ThreadLocal<@Nullable ScheduledTick> current = new ThreadLocal<>();

	private final ScheduledMethod method;

	private final Object bean;

	private final Method invocable;

	private final TickObserver observer;

	private final MissedTicks missedTicks;

	private volatile long due = Timing.NEVER;

	/** Of the tick that runs, if there is one. */
	private @Nullable CompletionStage<?> lasting;

	ScheduledTick(ScheduledMethod method, Object bean, Method invocable, TickObserver observer,
			MissedTicks missedTicks) {
		this.method = method;
		this.bean = bean;
		this.invocable = invocable;
		this.observer = observer;
		this.missedTicks = missedTicks;
	}

	static ScheduledTick current() {
		return Objects.requireNonNull(current.get(), "no tick runs on this thread");
	}

	@Override
	public String name() {
		return this.method.toString();
	}

	@Override
	public String key() {
		return this.method.key();
	}

	@Override
	public MissedTicks missedTicks() {
		return this.missedTicks;
	}

	@Override
	public Timing timing() {
		return this.method.timing();
	}

	@Override
	public void due(long millis) {
		boolean before = this.due != Timing.NEVER;
		this.due = millis;
		if (millis == Timing.NEVER) {
			this.method.end(this);
		}
		else if (!before) {
			this.method.begin(this);
		}
	}

	long due() {
		return this.due;
	}

	@Override
	public @Nullable CompletionStage<?> run(long due) throws Throwable {
		current.set(this);
		try {
			this.method.run();
			return this.lasting;
		}
		catch (UndeclaredThrowableException ex) {
			throw ex.getUndeclaredThrowable();
		}
		finally {
			current.remove();
			this.lasting = null;
		}
	}

	/**
	 * Call the method of the process, within Spring's task.
	 */
	void invoke() {
		TickObserver.ObservedTick observed = this.observer.begin(this.bean, this.invocable);
		Object result = null;
		Throwable failure = null;
		try {
			result = this.invocable.invoke(this.bean);
		}
		catch (InvocationTargetException ex) {
			failure = ex.getTargetException();
		}
		catch (IllegalAccessException | RuntimeException ex) {
			failure = ex;
		}
		observed.returned();
		if (result instanceof CompletionStage<?> stage) {
			stage.whenComplete((value, thrown) -> observed.ended(thrown));
			this.lasting = stage;
			return;
		}
		observed.ended(failure);
		if (failure != null) {
			ReflectionUtils.rethrowRuntimeException(failure);
		}
	}

}
