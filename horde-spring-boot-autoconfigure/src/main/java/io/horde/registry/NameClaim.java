package io.horde.registry;

/**
 * One of two registrations of a name that were made before their nodes could know of each
 * other.
 *
 * @param entry what was registered
 * @param epoch the epoch of the owner's run, 0 for a node
 * @param stamp when it was registered: a hybrid logical clock, so that a stamp exceeds
 * all those that its node had seen; changes of the value don't change it
 */
public record NameClaim(NameEntry entry, long epoch, long stamp) {

}
