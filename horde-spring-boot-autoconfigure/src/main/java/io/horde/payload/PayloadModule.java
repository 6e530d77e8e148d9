package io.horde.payload;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;

/**
 * A bean method that returns a {@code JacksonModule} for the values that travel between
 * processes: arguments, results, states, values of names. The default
 * {@link PayloadCodec} adds it to its mapper; the mapper of the application does not get
 * it. All nodes need the same modules.
 *
 * <pre class="code">
 * &#64;PayloadModule
 * JacksonModule money() {
 *     return new SimpleModule().addSerializer(new MoneySerializer());
 * }
 * </pre>
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Bean(defaultCandidate = false)
@Qualifier(PayloadModule.QUALIFIER)
public @interface PayloadModule {

	/**
	 * The qualifier of such a bean.
	 */
	String QUALIFIER = "hordePayload";

}
