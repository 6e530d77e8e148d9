package io.horde.process;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Value;

/**
 * Marks the parameter of a process's constructor or {@code @Bean} method that receives
 * the argument with which the child was started. The argument is decoded to the
 * parameter's declared type, type arguments included, and injected as it is: no converter
 * of the application sees it. A process has at most one.
 */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Value("#{hordeProcess.argument()}")
public @interface ProcessArgument {

}
