package io.horde.process.engine;

/**
 * The rules of running processes that a test can take away, one at a time, to see that
 * the simulator would notice. In production all are kept.
 */
enum ProcessRule {

	/**
	 * A process that is being stopped is no longer owner (O10).
	 */
	O10,

	/**
	 * A process whose lease has ended is interrupted after the stop margin (Q11).
	 */
	Q11

}
