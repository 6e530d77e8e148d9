package io.horde.registry;

/**
 * Decides who keeps a name that was registered on two nodes at a time. A bean of this
 * type replaces {@link #lastWriteWins()}. Not asked if both owners are runs of one
 * process: there the higher epoch wins.
 * <p>
 * A resolver must be a pure function of the two registrations (N2): each node asks its
 * own one and all must come to the same verdict, so it must not look at a clock, at its
 * node or at anything that can change. It is called on the event loop and must return at
 * once.
 */
@FunctionalInterface
public interface ConflictResolver {

	/**
	 * Decide.
	 * @param earlier the registration with the lower stamp (between equal stamps: with
	 * the lower node)
	 * @param later the other one
	 * @return the winner, one of the two
	 */
	NameClaim resolve(NameClaim earlier, NameClaim later);

	/**
	 * The last write wins: the later registration. This is the default.
	 * @return the resolver
	 */
	static ConflictResolver lastWriteWins() {
		return (earlier, later) -> later;
	}

}
