package io.horde.work;

/**
 * Works in a loop of its own until it is interrupted.
 */
class LoopWork implements Runnable {

	private final Work work;

	LoopWork(Work work) {
		this.work = work;
	}

	@Override
	public void run() {
		while (this.work.perform()) {
			// The next piece
		}
	}

}
