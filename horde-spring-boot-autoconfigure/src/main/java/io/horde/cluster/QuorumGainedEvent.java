package io.horde.cluster;

/**
 * A majority of the voting seats answers this node again, or for the first time.
 * Published as an application event, on a thread of Horde's process executor.
 *
 * @param quorum the quorum
 */
public record QuorumGainedEvent(Quorum quorum) {

}
