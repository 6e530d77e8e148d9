package io.horde.process;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Scope;
import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

/**
 * Marks a Spring bean, by its class or its {@code @Bean} method, that exists once in the
 * cluster (or {@link #instances()} times, or once per child that is started on demand).
 * The bean is created on the node that runs the process when it starts, and destroyed
 * when it stops.
 * <p>
 * A process is not a dependency of other beans: call it by name through the registry.
 * <p>
 * One that is a {@link Runnable} has work of its own. One that is a {@code Lifecycle} of
 * Spring has machinery that is to run only where the process does, like a listener
 * container: it is started when the process is owner, before calls, ticks and
 * {@code run()} begin, and stopped first when the process stops. {@code isAutoStartup()}
 * is honoured, phases are not. Spring itself neither starts nor stops a process.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Component
@Scope(HordeProcess.SCOPE)
public @interface HordeProcess {

	/**
	 * Name of the scope in which process beans live.
	 */
	String SCOPE = "horde";

	/**
	 * Return the name of the process type, which is the bean name.
	 * @return the name; empty for the one that Spring derives
	 */
	@AliasFor(annotation = Component.class)
	String value() default "";

	/**
	 * Return whether the process starts with the cluster. If not, it is started on
	 * demand, any number of times.
	 * @return {@code true} for a static child
	 */
	boolean autoStartup() default true;

	/**
	 * Return how many instances start with the cluster.
	 * @return the number of static children, at least 1
	 */
	int instances() default 1;

	/**
	 * Return when the process is started again after its end.
	 * @return the restart policy
	 */
	RestartPolicy restart() default RestartPolicy.PERMANENT;

	/**
	 * Return the distribution strategy.
	 * @return {@code uniform}, {@code quorum}, {@code random} or the name of a bean of
	 * type {@code DistributionStrategy}; empty for {@code horde.supervisor.distribution}
	 */
	String distribution() default "";

	/**
	 * Return how long the process may take to stop before it is interrupted.
	 * @return a duration like {@code 10s}, {@code 0s} to interrupt it at once, not
	 * negative; empty for {@code horde.supervisor.shutdown-timeout}
	 */
	String shutdownTimeout() default "";

	/**
	 * Reserved for a later version: how often the state of a {@link StateHandoff} is
	 * copied to other nodes, so that it is there after a crash too. Until then any value
	 * but the empty one ends the start of the application with a
	 * {@link ProcessDefinitionException}.
	 * @return empty, to hand state over on moves only
	 */
	String checkpoint() default "";

	/**
	 * Return whether calls and ticks of {@code @Scheduled} methods run at the same time.
	 * By default they are serial. Two ticks of one schedule never run at the same time.
	 * @return {@code true} if the process is safe for use by several threads
	 */
	boolean concurrent() default false;

	/**
	 * Return what becomes of ticks of cron schedules that fall due while the process runs
	 * nowhere. {@code horde.processes.<type>.missed-ticks} goes before this.
	 * @return whether the latest missed tick begins after all
	 */
	MissedTicks missedTicks() default MissedTicks.RUN_ONCE;

	/**
	 * Narrow the interfaces that can be called from other nodes. The default is all
	 * public interfaces of the process except those of Java, Jakarta, Spring and Horde.
	 * @return the callable interfaces
	 */
	Class<?>[] api() default {};

}
