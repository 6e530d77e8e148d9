package io.horde.sample;

/**
 * How processes are distributed.
 */
enum Mode {

	UNIFORM, QUORUM;

	/**
	 * Tell whether a child is distributed in this way.
	 */
	boolean is(String child) {
		return child.startsWith(toString());
	}

	/**
	 * Return the strategy, with which the types of its processes begin.
	 */
	@Override
	public String toString() {
		return (this == UNIFORM) ? "uniform" : "quorum";
	}

}
