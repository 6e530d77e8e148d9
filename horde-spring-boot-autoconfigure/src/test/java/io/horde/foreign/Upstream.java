package io.horde.foreign;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The foreign cases that a test says anew.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Upstream {

	/**
	 * Return the cases.
	 * @return file, and the name of the case with that of its group
	 */
	String[] value();

}
