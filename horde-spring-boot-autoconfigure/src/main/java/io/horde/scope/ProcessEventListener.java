package io.horde.scope;

import java.lang.reflect.Method;

import io.horde.process.engine.LocalProcess;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.ApplicationListenerMethodAdapter;

/**
 * Gives events to the instances of a process type that run on this node, each time with
 * the process bound, so that the scope finds its instance.
 */
class ProcessEventListener extends ApplicationListenerMethodAdapter {

	private final ProcessScope scope;

	private final String type;

	ProcessEventListener(ProcessScope scope, String beanName, Class<?> targetClass, Method method) {
		super(beanName, targetClass, method);
		this.scope = scope;
		this.type = beanName;
	}

	@Override
	public void processEvent(ApplicationEvent event) {
		RuntimeException failure = null;
		for (LocalProcess process : this.scope.running(this.type)) {
			try {
				process.run(() -> deliver(process, event));
			}
			catch (RuntimeException ex) {
				failure = add(failure, ex);
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

	private void deliver(LocalProcess process, ApplicationEvent event) {
		// It may have been stopped since
		if (process.instance() != null) {
			super.processEvent(event);
		}
	}

	private static RuntimeException add(@Nullable RuntimeException failure, RuntimeException another) {
		if (failure == null) {
			return another;
		}
		failure.addSuppressed(another);
		return failure;
	}

}
