package io.horde.benchmark;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.horde.process.engine.ProcessExecutor;

/**
 * Threads for what few tasks there are.
 */
final class CachedThreads implements ProcessExecutor {

	private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "process");
		thread.setDaemon(true);
		return thread;
	});

	@Override
	public void execute(Runnable task) {
		this.threads.execute(task);
	}

	@Override
	public void executeOnOwnThread(String name, Runnable task) {
		this.threads.execute(task);
	}

	@Override
	public <T> T blocking(Callable<T> wait) throws Exception {
		return wait.call();
	}

}
