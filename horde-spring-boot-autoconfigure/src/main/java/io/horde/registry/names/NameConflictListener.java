package io.horde.registry.names;

import io.horde.registry.NameClaim;

/**
 * Is told, on the loser's node, that a name had two owners and who keeps it.
 */
@FunctionalInterface
public interface NameConflictListener {

	/**
	 * A conflict is over. Called once per conflict and loser, on the process executor.
	 * @param winner the registration that stays
	 * @param loser the one that this node has lost
	 */
	void onConflict(NameClaim winner, NameClaim loser);

}
