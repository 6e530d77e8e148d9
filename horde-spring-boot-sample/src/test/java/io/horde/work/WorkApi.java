package io.horde.work;

/**
 * What can be asked of a process that works when it is called.
 */
public interface WorkApi {

	/**
	 * Do one piece of work.
	 * @return whether it came to its end
	 */
	boolean work();

}
