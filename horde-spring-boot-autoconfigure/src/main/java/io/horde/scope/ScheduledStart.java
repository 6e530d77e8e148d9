package io.horde.scope;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ApplicationContextEvent;

/**
 * Holds the start of processes with scheduled methods until the application context is
 * refreshed. Until then Spring collects scheduled methods in plain lists that only the
 * main thread may touch. Must be registered as the last listener, after Spring's own.
 */
final class ScheduledStart implements ApplicationListener<ApplicationContextEvent> {

	/**
	 * Somebody may wait for the process while the context refreshes: rather go on then.
	 */
	private static final long MAX_WAIT_SECONDS = 5;

	private final ApplicationContext context;

	private final CountDownLatch refreshed = new CountDownLatch(1);

	ScheduledStart(ApplicationContext context) {
		this.context = context;
	}

	@Override
	public void onApplicationEvent(ApplicationContextEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.refreshed.countDown();
		}
	}

	void await() throws InterruptedException {
		if (!this.refreshed.await(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
			this.refreshed.countDown();
		}
	}

}
