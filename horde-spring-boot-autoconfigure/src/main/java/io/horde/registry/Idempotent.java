package io.horde.registry;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method of a process's interface that may run again without harm. Where the outcome of
 * a call is unknown, because the link or the node was lost, the call is made again after
 * a short random delay, within its deadline. Without this annotation it ends with
 * {@link CallOutcomeUnknownException} at once. What the process throws is an outcome, and
 * is never repeated. A {@link OneWay} method can't have it.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Idempotent {

	/**
	 * How often the call is made again at most.
	 * @return the number, not negative
	 */
	int retries() default 3;

}
