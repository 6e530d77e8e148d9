package io.horde.cluster;

/**
 * The states of a member, as one node sees them.
 */
public enum MemberStatus {

	/**
	 * It has links and has not yet received the replicated state: it runs nothing and
	 * does not count.
	 */
	JOINING,

	/**
	 * It takes part in everything.
	 */
	UP,

	/**
	 * This node, or another one, has evidence against it that is not yet confirmed, or
	 * hears it only through others. Its processes stay where they are and its names
	 * resolve.
	 */
	UNREACHABLE,

	/**
	 * It is handing its processes over and accepts no new ones.
	 */
	LEAVING,

	/**
	 * It has said good-bye.
	 */
	LEFT,

	/**
	 * This node believes that it is gone. A local judgement which is taken back when it
	 * is heard again; its processes are taken over and its names hidden, nothing is
	 * deleted.
	 */
	DOWN

}
