package io.horde.process.engine;

/**
 * How the processes of this node fare, since its start.
 *
 * @param running how many have not ended
 * @param started how many were started with success
 * @param failedStarts how many starts failed
 * @param interrupted how many starts and stops exceeded their timeout, so that users'
 * code was interrupted (Q11)
 * @param abandoned how many threads ignored that and may still run
 */
public record ProcessStats(int running, long started, long failedStarts, long interrupted, long abandoned) {

}
