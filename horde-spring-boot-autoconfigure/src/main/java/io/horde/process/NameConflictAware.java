package io.horde.process;

/**
 * A process that wants to know when it loses a name. Without this interface it is stopped
 * with {@link StopReason#NAME_CONFLICT}; with it, it goes on until it ends itself.
 */
public interface NameConflictAware {

	/**
	 * Called once per lost name, on the process executor, serially with calls.
	 * @param conflict what was lost
	 */
	void onNameConflict(NameConflict conflict);

}
