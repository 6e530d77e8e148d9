package io.horde.schedule.engine;

/**
 * A tick that is prepared when it has got its turn: nothing else of a serial process runs
 * from then on until it has run (T2).
 */
public interface PreparedTick extends Runnable {

	/**
	 * It has got its turn. May be called on any thread.
	 * @param ready to be called once, on any thread, when the tick may run
	 */
	void prepare(Runnable ready);

}
