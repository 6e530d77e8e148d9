package io.horde.registry;

/**
 * A name had two owners, and the one on this node has lost it. Published as an
 * application event, on a thread of Horde's process executor.
 *
 * @param winner the registration that stays
 * @param loser the registration of this node that has ended
 */
public record NameConflictEvent(NameClaim winner, NameClaim loser) {

}
