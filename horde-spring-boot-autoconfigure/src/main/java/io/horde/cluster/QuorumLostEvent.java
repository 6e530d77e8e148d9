package io.horde.cluster;

/**
 * No majority of the voting seats has answered this node for the duration of a lease: its
 * processes under quorum are stopped. Published as an application event, on a thread of
 * Horde's process executor.
 *
 * @param quorum the quorum
 */
public record QuorumLostEvent(Quorum quorum) {

}
