package io.horde.registry.engine;

/**
 * What a registry holds and has done on this node.
 *
 * @param names how many names there are in the cluster, hidden ones included
 * @param ownNames how many of them have their owner on this node
 * @param groupMembers how many members the groups have together
 * @param conflictsWon how many verdicts this node wrote
 * @param conflictsLost how many names owners of this node lost
 * @param callsPending how many calls of this node wait for an answer
 * @param callsWaiting how many calls of this node wait for a process that moves, or for
 * room towards its node
 * @param callsExecuted how many calls processes of this node have run
 */
public record RegistryStats(int names, int ownNames, int groupMembers, long conflictsWon, long conflictsLost,
		int callsPending, int callsWaiting, long callsExecuted) {

}
