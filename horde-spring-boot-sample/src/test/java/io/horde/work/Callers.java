package io.horde.work;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import io.horde.registry.HordeRegistry;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Call the processes that work when they are called, all the time, from every node, and
 * to the end of the JVM: a node that leaves is called and calls as long as it can.
 */
@Component
class Callers {

	private static final Duration TIMEOUT = Duration.ofMinutes(1);

	private static final Duration AFTER_FAILURE = Duration.ofMillis(50);

	private final HordeRegistry registry;

	Callers(HordeRegistry registry) {
		this.registry = registry;
	}

	@EventListener(ApplicationReadyEvent.class)
	void begin() {
		for (String type : new String[] { "uniformCall", "quorumCall" }) {
			for (int instance = 0; instance < WorkApplication.INSTANCES; instance++) {
				WorkApi work = this.registry.proxy(WorkApi.class, type + "-" + instance, TIMEOUT);
				Thread caller = new Thread(() -> call(work), "caller-" + type + "-" + instance);
				caller.setDaemon(true);
				caller.start();
			}
		}
	}

	private void call(WorkApi work) {
		while (true) {
			try {
				work.work();
			}
			catch (RuntimeException ex) {
				LockSupport.parkNanos(AFTER_FAILURE.toNanos());
			}
		}
	}

}
