package io.horde.registry;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method of a process's interface whose thread is interrupted if its caller gives up
 * while it runs: the caller has cancelled the future, or its thread was interrupted while
 * it waited. Without this annotation a method that has begun runs to its end. A deadline
 * interrupts nobody.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Interruptible {

}
