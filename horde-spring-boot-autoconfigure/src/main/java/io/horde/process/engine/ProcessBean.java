package io.horde.process.engine;

import java.lang.reflect.Type;
import java.util.Objects;
import java.util.function.Consumer;

import io.horde.payload.codec.DeclaredTypes;
import io.horde.process.StateHandoff;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean of a process: creates it, has it hand its state off, and destroys it. All of
 * that is users' code, may fail, and runs on the process executor.
 */
final class ProcessBean {

	private static final Logger logger = LoggerFactory.getLogger(ProcessBean.class);

	private final ProcessRuntime runtime;

	private final LocalProcess process;

	private final Activities activities;

	private final ProcessCreation creation;

	private volatile @Nullable Object instance;

	ProcessBean(ProcessRuntime runtime, LocalProcess process, Activities activities) {
		this.runtime = runtime;
		this.process = process;
		this.activities = activities;
		StartOrder order = process.order();
		this.creation = new ProcessCreation(process.type(), process.context(), order.argument(), order.state());
	}

	/**
	 * Return the bean.
	 * @return {@code null} before it was created, and from when it is being destroyed
	 */
	@Nullable Object instance() {
		return this.instance;
	}

	/**
	 * Return the state that it takes over.
	 * @return {@code null} if there is none
	 */
	byte @Nullable [] takenOver() {
		return this.creation.state();
	}

	/**
	 * Create it, on this thread, which is bound to the process.
	 * @return the bean, which is not yet the {@link #instance()}
	 * @throws Exception whatever users' code throws
	 */
	Object create() throws Exception {
		return this.runtime.factory().create(this.creation);
	}

	void created(Object instance) {
		this.instance = instance;
	}

	/**
	 * Destroy a bean that came too late.
	 * @param instance what was created
	 */
	void discard(Object instance) {
		this.runtime.executor().execute(() -> this.activities.runStep(() -> destroy(instance)));
	}

	/**
	 * Let the bean hand its state off.
	 * @param handedOff told on the event loop
	 */
	void handOff(Object instance, Consumer<HandedOff> handedOff) {
		if (!(instance instanceof StateHandoff<?> handoff)) {
			handedOff.accept(new HandedOff(null, null));
			return;
		}
		this.runtime.executor().execute(() -> this.activities.runStep(() -> {
			HandedOff result = handOff(handoff);
			this.runtime.loop().execute(() -> handedOff.accept(result));
		}));
	}

	/*
	 * On this thread, which is bound to the process. What is too large is refused here,
	 * where it is made: nothing could carry it.
	 */
	private HandedOff handOff(StateHandoff<?> handoff) {
		try {
			String what = "the state of process '" + this.process.id() + "'";
			return new HandedOff(this.runtime.payloads().encode(handoff.handOff(), stateType(handoff), what), null);
		}
		catch (Throwable ex) {
			return new HandedOff(null, ex);
		}
	}

	/**
	 * Destroy the bean.
	 * @param destroyed told on the event loop
	 */
	void destroy(Object instance, Runnable destroyed) {
		this.runtime.executor().execute(() -> this.activities.runStep(() -> {
			this.instance = null;
			destroy(instance);
			this.runtime.loop().execute(destroyed);
		}));
	}

	private void destroy(Object instance) {
		try {
			this.runtime.factory().destroy(this.creation, instance);
		}
		catch (Throwable ex) {
			logger.warn("Process {} on node {} failed while it was destroyed", this.process.id(), this.runtime.node(),
					ex);
		}
	}

	private static Type stateType(StateHandoff<?> handoff) {
		return Objects.requireNonNull(DeclaredTypes.argument(handoff.getClass(), StateHandoff.class));
	}

	/**
	 * What became of the wish for a state.
	 *
	 * @param state the encoded state, if there is one
	 * @param failure why it could not be told
	 */
	record HandedOff(byte @Nullable [] state, @Nullable Throwable failure) {

	}

}
