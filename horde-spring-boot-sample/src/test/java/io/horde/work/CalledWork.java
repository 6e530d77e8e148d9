package io.horde.work;

/**
 * Works when it is called.
 */
class CalledWork implements WorkApi {

	private final Work work;

	CalledWork(Work work) {
		this.work = work;
	}

	@Override
	public boolean work() {
		return this.work.perform();
	}

}
