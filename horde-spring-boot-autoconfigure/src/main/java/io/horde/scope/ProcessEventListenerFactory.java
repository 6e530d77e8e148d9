package io.horde.scope;

import java.lang.reflect.Method;

import org.springframework.context.ApplicationListener;
import org.springframework.context.event.DefaultEventListenerFactory;
import org.springframework.context.event.EventListenerFactory;
import org.springframework.core.Ordered;

/**
 * Makes {@code @EventListener} methods of processes work: an event goes to each instance
 * that runs on this node, and to nobody if none does. Comes right before the default
 * factory, which would ask the scope for the bean and fail in the face of the publisher.
 */
public final class ProcessEventListenerFactory implements EventListenerFactory, Ordered {

	private final ProcessScope scope;

	private final EventListenerFactory others = new DefaultEventListenerFactory();

	/**
	 * Creates a factory.
	 * @param scope knows the processes
	 */
	public ProcessEventListenerFactory(ProcessScope scope) {
		this.scope = scope;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE - 1;
	}

	@Override
	public boolean supportsMethod(Method method) {
		return this.scope.definitions()
			.values()
			.stream()
			.anyMatch((process) -> method.getDeclaringClass().isAssignableFrom(process.beanClass()));
	}

	@Override
	public ApplicationListener<?> createApplicationListener(String beanName, Class<?> type, Method method) {
		// An ordinary bean may have inherited the method from the same class
		return this.scope.definitions().containsKey(beanName)
				? new ProcessEventListener(this.scope, beanName, type, method)
				: this.others.createApplicationListener(beanName, type, method);
	}

}
