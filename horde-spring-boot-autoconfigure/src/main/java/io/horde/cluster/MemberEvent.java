package io.horde.cluster;

/**
 * A change of a member's status, as this node sees it. Published as an application event,
 * on a thread of Horde's process executor, one after the other.
 */
public sealed interface MemberEvent
		permits MemberUpEvent, MemberUnreachableEvent, MemberDownEvent, MemberLeftEvent, MemberBackEvent {

	/**
	 * Return the member.
	 * @return the member after the change
	 */
	Member member();

}
