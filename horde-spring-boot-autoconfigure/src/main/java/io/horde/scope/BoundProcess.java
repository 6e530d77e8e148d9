package io.horde.scope;

import java.lang.reflect.Type;
import java.util.List;

import io.horde.payload.PayloadCodec;
import io.horde.payload.PayloadException;
import io.horde.process.ProcessContext;
import io.horde.process.engine.ProcessCreation;
import io.horde.process.engine.ProcessStartException;
import org.jspecify.annotations.Nullable;

/**
 * The process whose bean a thread creates or destroys; expressions know it as
 * {@code hordeProcess}.
 */
public final class BoundProcess {

	private final ProcessCreation creation;

	private final @Nullable ArgumentParameter parameter;

	private final PayloadCodec codec;

	private boolean creating;

	private @Nullable Object bean;

	private @Nullable Runnable destruction;

	private List<ScheduledTick> ticks = List.of();

	BoundProcess(ProcessCreation creation, @Nullable ArgumentParameter parameter, PayloadCodec codec) {
		this.creation = creation;
		this.parameter = parameter;
		this.codec = codec;
	}

	/**
	 * Return the argument with which the child was started.
	 * @return the argument, decoded to the type of the parameter
	 */
	public @Nullable Object argument() {
		ArgumentParameter parameter = this.parameter;
		if (parameter == null) {
			throw new ProcessStartException(
					"Process type " + beanName() + " has no @ProcessArgument parameter that Horde knows of", null);
		}
		byte[] bytes = this.creation.argument();
		Object argument = (bytes != null) ? decode("argument", bytes, parameter.type()) : null;
		if (argument == null && parameter.required()) {
			throw new ProcessStartException("Process " + context().id() + " of type " + beanName()
					+ " was started without an argument; use ChildSpec.argument, or declare the parameter @Nullable",
					null);
		}
		return argument;
	}

	/**
	 * Decode what another node has encoded.
	 * @param what what it is
	 * @throws PayloadException if it is not of that type; the message says what it is and
	 * which class can't read it
	 */
	@Nullable Object decode(String what, byte[] bytes, Type type) {
		try {
			return this.codec.<Object>decode(bytes, type);
		}
		catch (PayloadException ex) {
			throw new PayloadException("process type '" + beanName() + "' can't read the " + what + " of child '"
					+ context().id() + "': " + ex.getMessage(), ex);
		}
	}

	String beanName() {
		return this.creation.type().name();
	}

	ProcessContext context() {
		return this.creation.context();
	}

	byte @Nullable [] state() {
		return this.creation.state();
	}

	/**
	 * Return whether its bean was asked for, and note that it now was.
	 * @return {@code true} if somebody was here before
	 */
	boolean beginCreation() {
		boolean before = this.creating;
		this.creating = true;
		return before;
	}

	@Nullable Object bean() {
		return this.bean;
	}

	void bean(Object bean) {
		this.bean = bean;
	}

	void destruction(Runnable destruction) {
		this.destruction = destruction;
	}

	@Nullable Runnable destruction() {
		return this.destruction;
	}

	void ticks(List<ScheduledTick> ticks) {
		this.ticks = ticks;
	}

	List<ScheduledTick> ticks() {
		return this.ticks;
	}

}
