package io.horde.foreign;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A foreign case to which nothing corresponds here.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Repeatable(NotMapped.Cases.class)
public @interface NotMapped {

	/**
	 * Return the case.
	 * @return file, and the name of the case with that of its group
	 */
	String value();

	/**
	 * Return why it has none here.
	 * @return a sentence
	 */
	String because();

	/**
	 * Several of them.
	 */
	@Documented
	@Retention(RetentionPolicy.RUNTIME)
	@Target(ElementType.TYPE)
	@interface Cases {

		/**
		 * Return the cases.
		 * @return the cases
		 */
		NotMapped[] value();

	}

}
