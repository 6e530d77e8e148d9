package io.horde.scope;

import io.horde.process.engine.OwnedLifecycle;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;

/**
 * A process that is a {@link Lifecycle}. Spring leaves it alone, since it is no
 * singleton.
 */
record SpringLifecycle(Lifecycle lifecycle) implements OwnedLifecycle {

	/**
	 * Return the lifecycle of a process.
	 * @param bean the process, which may be a proxy
	 * @return {@code null} if it has none
	 */
	static @Nullable SpringLifecycle of(@Nullable Object bean) {
		if (bean instanceof Lifecycle lifecycle) {
			return new SpringLifecycle(lifecycle);
		}
		// The interfaces of the proxy may have been chosen by hand
		Object target = (bean != null) ? AopProxyUtils.getSingletonTarget(bean) : null;
		return (target != null) ? of(target) : null;
	}

	@Override
	public void start() {
		boolean wanted = !(this.lifecycle instanceof SmartLifecycle smart) || smart.isAutoStartup();
		if (wanted && !this.lifecycle.isRunning()) {
			this.lifecycle.start();
		}
	}

	@Override
	public void stop(Runnable stopped) {
		if (this.lifecycle instanceof SmartLifecycle smart && smart.isRunning()) {
			smart.stop(stopped);
		}
		else {
			stop();
			stopped.run();
		}
	}

	/**
	 * Stop if it runs, and don't wait for what it does not wait for itself.
	 */
	void stop() {
		if (this.lifecycle.isRunning()) {
			this.lifecycle.stop();
		}
	}

}
