package io.horde.sample;

/**
 * What happens to a cluster whose processes work all the time.
 */
enum Fault {

	SIGTERM("SIGTERM of a node, which is started again", true),

	MOVE("all children of a node are moved", true),

	DRAIN("drain of a node by its endpoint, then restart", true),

	TERMINATE("all children of a node are terminated and started again", true),

	PAUSE("SIGSTOP of a node for 10 s, then SIGCONT", false),

	PARTITION("one node of three is cut off for 10 s, then heal", false),

	KILL("kill -9 of a node, which is started again", false);

	private final String description;

	private final boolean orderly;

	Fault(String description, boolean orderly) {
		this.description = description;
		this.orderly = orderly;
	}

	/**
	 * Return whether whoever hands over has the time to end what runs.
	 */
	boolean isOrderly() {
		return this.orderly;
	}

	@Override
	public String toString() {
		return this.description;
	}

}
